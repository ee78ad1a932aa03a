/* enclave-machine-memory.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @ram_bytes: (out): of the machine; 0 when the system does not tell.
 * @vram_bytes: (out): of the largest graphics card; 0 when no driver tells it: amdgpu and xe do, in sysfs. */
void enclave_machine_memory_read (guint64 *ram_bytes, guint64 *vram_bytes);

G_END_DECLS
