/* enclave-ctl-hardware.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-hardware.h"

#include <glib/gi18n.h>

#include "enclave-machine-memory.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static const EnclaveCtlModelSize sizes[] = {
  { "1.5B", N_ ("completing code while typing"), 2 * GIB },
  { "3B", N_ ("questions about code"), 4 * GIB },
  { "7B", N_ ("questions, small edits with tools"), 7 * GIB },
  { "14B", N_ ("edits over several files"), 12 * GIB },
  { "32B", N_ ("longer work as an agent"), 24 * GIB },
};

void
enclave_ctl_hardware_read (EnclaveCtlHardware *hardware)
{
  enclave_machine_memory_read (&hardware->ram_bytes, &hardware->vram_bytes);
}

const EnclaveCtlModelSize *
enclave_ctl_model_sizes (guint *n_sizes)
{
  *n_sizes = G_N_ELEMENTS (sizes);
  return sizes;
}

gboolean
enclave_ctl_hardware_fits (const EnclaveCtlHardware *hardware, const EnclaveCtlModelSize *size)
{
  return size->needed_bytes <= MAX (hardware->vram_bytes, hardware->ram_bytes / 4 * 3);
}
