/* test-machine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-machine.h"

#include <glib/gstdio.h>

#define GIB (G_GUINT64_CONSTANT (1) << 30)
#define MEMINFO_32 "MemTotal:       32768000 kB\nMemFree:         1000 kB\n"
#define CORE(n, package, core) \
  "processor\t: " n "\nmodel name\t: A processor\nphysical id\t: " package "\ncore id\t\t: " core "\n"
#define FOUR_CORES CORE ("0", "0", "0") CORE ("1", "0", "1") CORE ("2", "0", "2") CORE ("3", "0", "3")
/* Two threads of one core. */
#define TWO_THREADS CORE ("4", "0", "0") CORE ("5", "0", "1")

typedef struct
{
  const char *path;
  const char *text;
} File;

/* A machine made of files. */
static void
read_machine (const File *files, EnclaveMachine *machine)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = g_dir_make_tmp ("machine-XXXXXX", &error);
  g_autofree char *remove = g_strdup_printf ("rm -rf '%s'", root);

  g_assert_no_error (error);
  for (guint i = 0; files[i].path != NULL; i++)
    {
      g_autofree char *path = g_build_filename (root, files[i].path, NULL);
      g_autofree char *folder = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
    }
  enclave_machine_read (root, machine);
  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
}

static void
test_plain (void)
{
  const File files[] = { { "proc/meminfo", MEMINFO_32 }, { "proc/cpuinfo", FOUR_CORES TWO_THREADS }, { NULL, NULL } };
  EnclaveMachine machine;

  read_machine (files, &machine);
  g_assert_cmpuint (machine.ram_bytes, ==, G_GUINT64_CONSTANT (32768000) * 1024);
  g_assert_cmpuint (machine.n_cores, ==, 4);
  g_assert_cmpuint (machine.vram_bytes, ==, 0);
  g_assert_cmpuint (machine.n_cards, ==, 0);
  g_assert_false (machine.unified);
  g_assert_cmpuint (machine.ram_gb_per_second, ==, 45);
}

static void
test_nvidia (void)
{
  const File files[] = {
    { "proc/meminfo", MEMINFO_32 },
    { "proc/cpuinfo", FOUR_CORES },
    { "proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA GeForce RTX 4070 Ti SUPER\nIRQ: 170\n" },
    { "proc/driver/nvidia/gpus/0000:02:00.0/information", "Model: \t\t NVIDIA GeForce RTX 3090\nIRQ: 171\n" },
    { NULL, NULL },
  };
  const File unknown[] = { { "proc/meminfo", MEMINFO_32 },
                           { "proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t NVIDIA Nothing 1\n" },
                           { NULL, NULL } };
  EnclaveMachine machine;

  read_machine (files, &machine);
  g_assert_cmpuint (machine.n_cards, ==, 2);
  g_assert_cmpuint (machine.vram_bytes, ==, 24 * GIB);
  g_assert_cmpuint (machine.all_vram_bytes, ==, 40 * GIB);
  g_assert_cmpuint (machine.vram_gb_per_second, ==, 936);
  g_assert_true (machine.vram_by_name);
  g_assert_cmpstr (machine.name, ==, "NVIDIA GeForce RTX 3090");
  read_machine (unknown, &machine);
  g_assert_cmpuint (machine.n_cards, ==, 1);
  g_assert_cmpuint (machine.vram_bytes, ==, 0);
  g_assert_cmpstr (machine.name, ==, "NVIDIA Nothing 1");
  g_assert_cmpuint (machine.n_cores, ==, 1);
}

static void
test_amd (void)
{
  const File card[] = { { "proc/meminfo", MEMINFO_32 },
                        { "sys/class/drm/card1/device/mem_info_vram_total", "17163091968\n" },
                        { "sys/class/drm/card1/device/mem_info_gtt_total", "33000000000\n" },
                        { "sys/class/drm/card1/device/mem_info_vram_vendor", "samsung\n" },
                        { "sys/class/drm/card1-HDMI-A-1/device/mem_info_vram_total", "99999999999\n" },
                        { NULL, NULL } };
  const File unit[] = { { "proc/meminfo", MEMINFO_32 },
                        { "sys/class/drm/card0/device/mem_info_vram_total", "536870912\n" },
                        { "sys/class/drm/card0/device/mem_info_gtt_total", "16000000000\n" },
                        { NULL, NULL } };
  const File intel[] = { { "proc/meminfo", MEMINFO_32 },
                         { "sys/class/drm/card0/device/tile0/physical_vram_size_bytes", "12884901888\n" },
                         { NULL, NULL } };
  EnclaveMachine machine;

  read_machine (card, &machine);
  g_assert_cmpuint (machine.vram_bytes, ==, G_GUINT64_CONSTANT (17163091968));
  g_assert_cmpuint (machine.n_cards, ==, 1);
  g_assert_false (machine.unified);
  g_assert_false (machine.vram_by_name);
  /* Set aside of the main memory, so a part of it. */
  read_machine (unit, &machine);
  g_assert_true (machine.unified);
  g_assert_cmpuint (machine.vram_bytes, ==, 0);
  g_assert_cmpuint (machine.ram_bytes, ==, G_GUINT64_CONSTANT (32768000) * 1024 + 536870912);
  read_machine (intel, &machine);
  g_assert_cmpuint (machine.vram_bytes, ==, 12 * GIB);
}

static void
test_classes (void)
{
  static const struct
  {
    File files[4];
    guint gb_per_second;
    gboolean unified;
  } cases[] = {
    { { { "proc/cpuinfo", "processor : 0\nmodel name : AMD RYZEN AI MAX+ 395 w/ Radeon 8060S\n" } }, 256, TRUE },
    { { { "proc/cpuinfo", "processor : 0\nflags : fpu avx_vnni rdtscp\n" } }, 75, FALSE },
    { { { "proc/cpuinfo", "processor : 0\nCPU implementer : 0x41\n" } }, 12, FALSE },
    { { { "proc/cpuinfo", "processor : 0\nCPU implementer : 0x41\n" },
        { "proc/device-tree/model", "NVIDIA Jetson AGX Orin Developer Kit" } }, 205, TRUE },
    { { { "proc/meminfo", "MemTotal: 263000000 kB\n" } }, 150, FALSE },
    { { { "proc/cpuinfo", "processor : 0\n" },
        { "proc/driver/nvidia/gpus/000f:01:00.0/information", "Model: NVIDIA GB10\n" } }, 273, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EnclaveMachine machine;

      g_test_message ("case %u", i);
      read_machine (cases[i].files, &machine);
      g_assert_cmpuint (machine.ram_gb_per_second, ==, cases[i].gb_per_second);
      g_assert_cmpint (machine.unified, ==, cases[i].unified);
      g_assert_cmpuint (machine.vram_bytes, ==, 0);
    }
}

static void
test_hostile (void)
{
  const File files[] = { { "proc/meminfo", "MemTotal: -5 kB" },
                         { "proc/cpuinfo", "physical id\nprocessor\ncore id :\n:::" },
                         { "sys/class/drm/card0/device/mem_info_vram_total", "none" },
                         { "proc/driver/nvidia/gpus/x/information", "Model: \x01\xff\x02 a name that is longer than any name "
                                                                    "of a card can be, much longer, and longer still" },
                         { NULL, NULL } };
  const File nothing[] = { { NULL, NULL } };
  EnclaveMachine machine;

  read_machine (files, &machine);
  g_assert_true (g_utf8_validate (machine.name, -1, NULL));
  g_assert_cmpuint (machine.n_cards, ==, 1);
  read_machine (nothing, &machine);
  g_assert_cmpuint (machine.ram_bytes, ==, 0);
  g_assert_cmpuint (machine.n_cores, ==, 1);
  g_assert_cmpuint (enclave_machine_get_default ()->ram_bytes, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/plain", test_plain);
  g_test_add_func ("/machine/nvidia", test_nvidia);
  g_test_add_func ("/machine/amd", test_amd);
  g_test_add_func ("/machine/classes", test_classes);
  g_test_add_func ("/machine/hostile", test_hostile);
  return g_test_run ();
}
