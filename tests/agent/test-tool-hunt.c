/* test-tool-hunt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-hunt.h"

/* A server that refuses the tools in @bad, a bit each, and everything when @broken. Returns: those that are found; @probes: (out). */
static guint64
hunt (guint n_tools, guint64 bad, gboolean broken, guint *probes)
{
  g_autoptr (EnclaveToolHunt) self = enclave_tool_hunt_new (n_tools);
  guint64 found = 0;
  guint first, count;

  *probes = 0;
  while (enclave_tool_hunt_next (self, &first, &count))
    {
      gboolean refused = broken;

      g_assert_cmpuint (first + count, <=, n_tools);
      for (guint i = first; i < first + count; i++)
        refused |= (bad >> i & 1) != 0;
      enclave_tool_hunt_answer (self, refused);
      ++*probes;
    }
  for (guint i = 0; i < enclave_tool_hunt_get_culprits (self)->len; i++)
    found |= G_GUINT64_CONSTANT (1) << g_array_index (enclave_tool_hunt_get_culprits (self), guint, i);
  return found;
}

static void
test_found (void)
{
  guint probes;

  for (guint n = 1; n <= 20; n++)
    for (guint i = 0; i < n; i++)
      {
        g_assert_cmpuint (hunt (n, G_GUINT64_CONSTANT (1) << i, FALSE, &probes), ==, G_GUINT64_CONSTANT (1) << i);
        g_assert_cmpuint (probes, <=, 12);
      }
  g_assert_cmpuint (hunt (20, 0x80401, FALSE, &probes), ==, 0x80401);
  g_assert_cmpuint (hunt (20, 0xfffff, FALSE, &probes), ==, 0xfffff);
  g_assert_cmpuint (probes, <=, ENCLAVE_TOOL_HUNT_MAX_PROBES);
}

static void
test_another_cause (void)
{
  guint probes;

  g_assert_cmpuint (hunt (20, 0, TRUE, &probes), ==, 0);
  g_assert_cmpuint (probes, ==, 1);
  g_assert_cmpuint (hunt (20, 0, FALSE, &probes), ==, 0);
  g_assert_cmpuint (probes, ==, 3);
  g_assert_cmpuint (hunt (0, 0, FALSE, &probes), ==, 0);
}

static void
test_bounded (void)
{
  guint probes;

  hunt (64, G_MAXUINT64, FALSE, &probes);
  g_assert_cmpuint (probes, ==, ENCLAVE_TOOL_HUNT_MAX_PROBES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-hunt/found", test_found);
  g_test_add_func ("/tool-hunt/another-cause", test_another_cause);
  g_test_add_func ("/tool-hunt/bounded", test_bounded);
  return g_test_run ();
}
