/* enclave-ctl-hardware.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What this machine can hold. */
typedef struct
{
  guint64 ram_bytes;
  guint64 vram_bytes; /* of the largest graphics card; 0 when no driver tells it */
} EnclaveCtlHardware;

typedef struct
{
  const char *size; /* "7B" */
  const char *use;  /* marked with N_() */
  guint64 needed_bytes; /* weights at four bits, a window of 16384 tokens, buffers */
} EnclaveCtlModelSize;

void enclave_ctl_hardware_read (EnclaveCtlHardware *hardware);
const EnclaveCtlModelSize *enclave_ctl_model_sizes (guint *n_sizes);
/* In the graphics card's memory, or in the part of the main memory that can be spared. */
gboolean enclave_ctl_hardware_fits (const EnclaveCtlHardware *hardware, const EnclaveCtlModelSize *size);

G_END_DECLS
