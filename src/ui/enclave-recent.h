/* enclave-recent.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Puts a file or folder that the person opened among the desktop's recent ones, unless the desktop keeps none. @type: of its content,
 * "inode/directory" for a folder; (nullable): plain text. What the agent opens is not told to the desktop. */
void enclave_recent_add (GFile *file, const char *type);

G_END_DECLS
