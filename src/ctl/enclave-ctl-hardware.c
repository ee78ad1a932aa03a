/* enclave-ctl-hardware.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-hardware.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/sysinfo.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define CARDS "/sys/class/drm"

static const EnclaveCtlModelSize sizes[] = {
  { "1.5B", N_ ("completing code while typing"), 2 * GIB },
  { "3B", N_ ("questions about code"), 4 * GIB },
  { "7B", N_ ("questions, small edits with tools"), 7 * GIB },
  { "14B", N_ ("edits over several files"), 12 * GIB },
  { "32B", N_ ("longer work as an agent"), 24 * GIB },
};

/* amdgpu and xe tell it there; others tell it nowhere that is readable without their own libraries. */
static guint64
read_vram (void)
{
  g_autoptr (GDir) folder = g_dir_open (CARDS, 0, NULL);
  guint64 largest = 0;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (CARDS, name, "device", "mem_info_vram_total", NULL);
      g_autofree char *text = NULL;

      if (g_str_has_prefix (name, "card") && strchr (name, '-') == NULL
          && g_file_get_contents (path, &text, NULL, NULL))
        largest = MAX (largest, g_ascii_strtoull (text, NULL, 10));
    }
  return largest;
}

void
enclave_ctl_hardware_read (EnclaveCtlHardware *hardware)
{
  struct sysinfo info;

  hardware->ram_bytes = sysinfo (&info) == 0 ? (guint64) info.totalram * info.mem_unit : 0;
  hardware->vram_bytes = read_vram ();
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
