/* enclave-test-object.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENCLAVE_TEST_FINALIZE_SECONDS 10

/* Gives up the last reference of @object, (transfer full), and sees it go. A thread that has just answered may hold it for a moment
 * longer, and what was cancelled until the loop has turned, so unlike g_assert_finalize_object() this waits for them. */
static inline void
enclave_test_finalize (gpointer object)
{
  gint64 end = g_get_monotonic_time () + ENCLAVE_TEST_FINALIZE_SECONDS * G_USEC_PER_SEC;
  gpointer weak = object;

  g_assert_true (G_IS_OBJECT (object));
  g_object_add_weak_pointer (object, &weak);
  g_object_unref (object);
  while (g_atomic_pointer_get (&weak) != NULL && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_null (weak);
}

G_END_DECLS
