/* enclave-machine-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-machine-memory.h"

#include <string.h>
#include <sys/sysinfo.h>

#define CARDS "/sys/class/drm"

/* Other drivers tell it nowhere that is readable without their own libraries. */
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
enclave_machine_memory_read (guint64 *ram_bytes, guint64 *vram_bytes)
{
  struct sysinfo info;

  *ram_bytes = sysinfo (&info) == 0 ? (guint64) info.totalram * info.mem_unit : 0;
  *vram_bytes = read_vram ();
}
