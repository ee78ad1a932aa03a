/* enclave-test-until.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

#define ENCLAVE_TEST_UNTIL_US (120 * G_USEC_PER_SEC)

static inline gboolean
enclave_test_until_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition holds; the test fails when it does not for two minutes. */
#define enclave_test_until(condition) \
  G_STMT_START \
  { \
    gint64 until_ = g_get_monotonic_time () + ENCLAVE_TEST_UNTIL_US; \
    guint tick_ = g_timeout_add (20, enclave_test_until_tick, NULL); \
    while (!(condition) && g_get_monotonic_time () < until_) \
      g_main_context_iteration (NULL, TRUE); \
    g_source_remove (tick_); \
    g_assert_true (condition); \
  } \
  G_STMT_END
