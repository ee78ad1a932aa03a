/* enclave-test-box.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-box.h"

gboolean
enclave_test_box_is_missing (void)
{
  const char *const argv[] = { "unshare", "-Ur", "true", NULL };
  int wait_status = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                     NULL, &wait_status, NULL)
      || wait_status == 0)
    return FALSE;
  g_print ("1..0 # SKIP this system gives no user namespaces, so no command can be confined\n");
  return TRUE;
}
