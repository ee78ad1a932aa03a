/* enclave-test-box.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For programs whose every case needs a confined command; first in main(). TRUE where this system gives no user
 * namespaces to anybody, as util-linux's unshare finds (not our own probe, which is under test): the whole program is then
 * a counted skip, and its main() returns 0. */
gboolean enclave_test_box_is_missing (void);

G_END_DECLS
