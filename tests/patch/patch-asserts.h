/* patch-asserts.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-patch.h"

static void
assert_replaced (const char *text, const char *old_text, const char *new_text, const char *expected,
                 EnclaveMatchQuality expected_quality)
{
  g_autoptr (GError) error = NULL;
  EnclaveMatchQuality quality;
  g_autofree char *result = enclave_patch_replace_text (text, old_text, new_text, &quality, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (result, ==, expected);
  g_assert_cmpint (quality, ==, expected_quality);
}
