/* enclave-machine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-machine.h"

#include <stdlib.h>
#include <string.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define MAX_ENTRIES 256
/* 10^9 bytes a second: two channels of DDR4, of DDR5; eight of a server; one of a small board. */
#define DESKTOP_GB_PER_SECOND 45
#define DDR5_GB_PER_SECOND 75
#define SERVER_GB_PER_SECOND 150
#define BOARD_GB_PER_SECOND 12
/* A graphics card of which nothing else is known. */
#define CARD_GB_PER_SECOND 300
/* A machine with more has the channels of a server. */
#define SERVER_CORES 20
#define SERVER_BYTES (160 * GIB)

/* The driver of NVIDIA tells the kernel a name and no size. Sizes (GiB) are the smallest that was sold under the name,
 * bandwidths (GB/s) the maker's. The first row that is in the name counts, so a longer name stands before a shorter. */
static const struct
{
  const char *name;
  guint gib;
  guint gb_per_second;
} nvidia_cards[] = {
  { "RTX PRO 6000", 96, 1792 }, { "RTX 6000 Ada", 48, 960 }, { "RTX 5000 Ada", 32, 576 }, { "RTX 4000 Ada", 20, 360 },
  { "RTX A6000", 48, 768 },     { "RTX A5000", 24, 768 },    { "RTX A4500", 20, 640 },    { "RTX A4000", 16, 448 },
  { "RTX A2000", 6, 288 },      { "RTX 5090 Laptop", 24, 896 }, { "RTX 5090", 32, 1792 }, { "RTX 5080", 16, 960 },
  { "RTX 5070 Ti", 12, 672 },   { "RTX 5070", 8, 384 },      { "RTX 5060 Ti", 8, 448 },   { "RTX 5060", 8, 384 },
  { "RTX 4090 Laptop", 16, 576 }, { "RTX 4090", 24, 1008 },  { "RTX 4080 Laptop", 12, 432 }, { "RTX 4080", 16, 717 },
  { "RTX 4070 Ti SUPER", 16, 672 }, { "RTX 4070 Laptop", 8, 256 }, { "RTX 4070", 12, 504 }, { "RTX 4060 Ti", 8, 288 },
  { "RTX 4060", 8, 256 },       { "RTX 4050", 6, 192 },      { "RTX 3090", 24, 936 },     { "RTX 3080 Laptop", 8, 384 },
  { "RTX 3080", 10, 760 },      { "RTX 3070", 8, 384 },      { "RTX 3060 Laptop", 6, 336 }, { "RTX 3060", 8, 240 },
  { "RTX 3050", 4, 192 },       { "RTX 2080 Ti", 11, 616 },  { "RTX 2080", 8, 448 },      { "RTX 2070", 8, 448 },
  { "RTX 2060", 6, 336 },       { "TITAN RTX", 24, 672 },    { "GTX 1660", 6, 192 },      { "GTX 1650", 4, 128 },
  { "GTX 1080 Ti", 11, 484 },   { "GTX 1080", 8, 320 },      { "GTX 1070", 8, 256 },      { "GTX 1060", 3, 192 },
  { "H200", 141, 4800 },        { "H100", 80, 2000 },        { "A100 80GB", 80, 1935 },   { "A100-SXM4-80GB", 80, 2039 },
  { "A100", 40, 1555 },         { "L40", 48, 864 },          { "A40", 48, 696 },          { "A30", 24, 933 },
  { "A10", 24, 600 },           { "L4", 24, 300 },           { "Tesla T4", 16, 320 },     { "V100", 16, 900 },
  { "P100", 12, 549 },          { "P40", 24, 346 },
};

/* What shares its memory with the processor, by a name that the kernel tells. */
static const struct
{
  const char *name;
  guint gb_per_second;
} unified_names[] = {
  { "NVIDIA GB10", 273 },   { "Jetson AGX Orin", 205 }, { "Jetson Orin", 102 },   { "Jetson", 60 },
  { "Ryzen AI Max", 256 },  { "RYZEN AI MAX", 256 },    { "M1 Ultra", 800 },      { "M2 Ultra", 800 },
  { "M1 Max", 400 },        { "M2 Max", 400 },          { "M1 Pro", 200 },        { "M2 Pro", 200 },
  { "Apple M2", 100 },      { "Apple M1", 68 },         { "Apple", 68 },
};

/* (transfer full) (nullable) */
static char *
read_text (const char *root, const char *path)
{
  g_autofree char *name = g_build_filename (root, path, NULL);
  char *text = NULL;

  if (!g_file_get_contents (name, &text, NULL, NULL))
    return NULL;
  return text;
}

static guint64
read_number (const char *root, const char *folder, const char *file)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autofree char *text = read_text (root, path);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static void
set_name (EnclaveMachine *machine, const char *name, gsize length)
{
  gsize n = MIN (length, sizeof machine->name - 1);

  memcpy (machine->name, name, n);
  machine->name[n] = '\0';
  for (gsize i = 0; i < n; i++)
    if ((guchar) machine->name[i] < 0x20 || (guchar) machine->name[i] > 0x7e)
      machine->name[i] = '?';
}

static void
read_memory (const char *root, EnclaveMachine *machine)
{
  g_autofree char *text = read_text (root, "proc/meminfo");
  const char *total = text != NULL ? strstr (text, "MemTotal:") : NULL;

  if (total != NULL)
    machine->ram_bytes = g_ascii_strtoull (total + strlen ("MemTotal:"), NULL, 10) * 1024;
}

/* The value of `field` in the line @line, "field : value". (nullable) */
static const char *
value_of (const char *line, const char *field)
{
  gsize length = strlen (field);

  if (strncmp (line, field, length) != 0)
    return NULL;
  line += length + strspn (line + length, " \t");
  return *line == ':' ? line + 1 + strspn (line + 1, " \t") : NULL;
}

static void
read_processor (const char *root, EnclaveMachine *machine)
{
  g_autofree char *text = read_text (root, "proc/cpuinfo");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  g_autoptr (GHashTable) cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *package = "";
  guint n_threads = 0;
  gboolean arm = FALSE;
  gboolean ddr5 = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value;

      if (value_of (lines[i], "processor") != NULL)
        n_threads++;
      else if ((value = value_of (lines[i], "physical id")) != NULL)
        package = value;
      else if ((value = value_of (lines[i], "core id")) != NULL)
        g_hash_table_add (cores, g_strconcat (package, " ", value, NULL));
      else if (value_of (lines[i], "CPU implementer") != NULL)
        arm = TRUE;
      else if ((value = value_of (lines[i], "model name")) != NULL)
        {
          for (guint k = 0; k < G_N_ELEMENTS (unified_names) && !machine->unified; k++)
            if (strstr (value, unified_names[k].name) != NULL)
              {
                machine->unified = TRUE;
                machine->ram_gb_per_second = unified_names[k].gb_per_second;
                set_name (machine, unified_names[k].name, strlen (unified_names[k].name));
              }
        }
      /* Processors that know these take DDR5 only, or nearly so. */
      else if ((value = value_of (lines[i], "flags")) != NULL)
        ddr5 = ddr5 || strstr (value, " avx_vnni") != NULL || strstr (value, " avx512_bf16") != NULL;
    }
  machine->n_cores = MAX (1, g_hash_table_size (cores) > 0 ? g_hash_table_size (cores) : n_threads);
  if (machine->ram_gb_per_second > 0)
    return;
  if (machine->n_cores >= SERVER_CORES || machine->ram_bytes >= SERVER_BYTES)
    machine->ram_gb_per_second = SERVER_GB_PER_SECOND;
  else if (arm)
    machine->ram_gb_per_second = BOARD_GB_PER_SECOND;
  else
    machine->ram_gb_per_second = ddr5 ? DDR5_GB_PER_SECOND : DESKTOP_GB_PER_SECOND;
}

/* Boards say what they are in the device tree. */
static void
read_board (const char *root, EnclaveMachine *machine)
{
  g_autofree char *model = read_text (root, "proc/device-tree/model");

  for (guint i = 0; model != NULL && i < G_N_ELEMENTS (unified_names) && !machine->unified; i++)
    if (strstr (model, unified_names[i].name) != NULL)
      {
        machine->unified = TRUE;
        machine->ram_gb_per_second = unified_names[i].gb_per_second;
        set_name (machine, model, strlen (model));
      }
}

static void
add_card (EnclaveMachine *machine, const char *name, guint64 bytes, guint gb_per_second, gboolean by_name)
{
  machine->n_cards++;
  machine->all_vram_bytes += bytes;
  if (bytes <= machine->vram_bytes && machine->vram_gb_per_second > 0)
    return;
  machine->vram_bytes = MAX (bytes, machine->vram_bytes);
  machine->vram_by_name = by_name;
  machine->vram_gb_per_second = gb_per_second;
  set_name (machine, name, strlen (name));
}

static guint
amd_bandwidth (guint64 bytes)
{
  if (bytes >= 40 * GIB)
    return 864;
  return bytes >= 20 * GIB ? 800 : bytes >= 14 * GIB ? 576 : bytes >= 10 * GIB ? 384 : CARD_GB_PER_SECOND;
}

static void
read_drm_card (const char *root, const char *folder, EnclaveMachine *machine)
{
  guint64 bytes = read_number (root, folder, "mem_info_vram_total");
  g_autofree char *vendor_path = g_build_filename (folder, "mem_info_vram_vendor", NULL);
  g_autofree char *vendor = read_text (root, vendor_path);

  if (bytes == 0)
    {
      /* xe */
      bytes = read_number (root, folder, "tile0/physical_vram_size_bytes");
      if (bytes > 0)
        add_card (machine, "Intel", bytes, 456, FALSE);
      return;
    }
  /* Memory chips of its own have a maker; what an integrated unit calls its memory is set aside of the main one. */
  if (vendor == NULL && (bytes <= 2 * GIB || read_number (root, folder, "mem_info_gtt_total") > bytes))
    {
      machine->unified = TRUE;
      if (machine->name[0] == '\0')
        set_name (machine, "AMD", strlen ("AMD"));
      /* It is a part of the memory, though the system does not count it. */
      machine->ram_bytes += bytes;
      return;
    }
  add_card (machine, "AMD", bytes, amd_bandwidth (bytes), FALSE);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names in the folder, in the same order on every machine. (transfer full) */
static GPtrArray *
list (const char *root, const char *path)
{
  g_autofree char *folder = g_build_filename (root, path, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && names->len < MAX_ENTRIES && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

static void
read_nvidia_card (const char *text, EnclaveMachine *machine)
{
  const char *model = strstr (text, "Model:");
  g_autofree char *name = NULL;

  if (model == NULL)
    return;
  model += strlen ("Model:");
  name = g_strstrip (g_strndup (model, strcspn (model, "\n")));
  for (guint i = 0; i < G_N_ELEMENTS (unified_names); i++)
    if (strcmp (name, unified_names[i].name) == 0)
      {
        machine->unified = TRUE;
        machine->ram_gb_per_second = unified_names[i].gb_per_second;
        set_name (machine, name, strlen (name));
        return;
      }
  for (guint i = 0; i < G_N_ELEMENTS (nvidia_cards); i++)
    if (strstr (name, nvidia_cards[i].name) != NULL)
      {
        add_card (machine, name, nvidia_cards[i].gib * GIB, nvidia_cards[i].gb_per_second, TRUE);
        return;
      }
  add_card (machine, name, 0, 0, FALSE);
}

static void
read_cards (const char *root, EnclaveMachine *machine)
{
  g_autoptr (GPtrArray) cards = list (root, "sys/class/drm");
  g_autoptr (GPtrArray) nvidia = list (root, "proc/driver/nvidia/gpus");

  for (guint i = 0; i < cards->len; i++)
    {
      const char *name = g_ptr_array_index (cards, i);
      g_autofree char *folder = g_build_filename ("sys/class/drm", name, "device", NULL);

      /* card0-HDMI-A-1 is an outlet. */
      if (g_str_has_prefix (name, "card") && strchr (name, '-') == NULL)
        read_drm_card (root, folder, machine);
    }
  for (guint i = 0; i < nvidia->len; i++)
    {
      g_autofree char *path
        = g_build_filename ("proc/driver/nvidia/gpus", g_ptr_array_index (nvidia, i), "information", NULL);
      g_autofree char *text = read_text (root, path);

      if (text != NULL)
        read_nvidia_card (text, machine);
    }
}

void
enclave_machine_read (const char *root, EnclaveMachine *machine)
{
  g_return_if_fail (root != NULL && machine != NULL);

  memset (machine, 0, sizeof *machine);
  read_memory (root, machine);
  read_processor (root, machine);
  read_board (root, machine);
  read_cards (root, machine);
}

const EnclaveMachine *
enclave_machine_get_default (void)
{
  static EnclaveMachine machine;

  if (machine.n_cores == 0)
    enclave_machine_read ("/", &machine);
  return &machine;
}
