/* test-model-fit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-fit.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static void
test_needed (void)
{
  /* 4 GiB of weights, 56 KiB of cache a token. */
  g_assert_cmpuint (enclave_model_fit_needed_bytes (4 * GIB, 57344, 16384), ==,
                    4 * GIB + 4 * GIB / 10 + GIB + G_GUINT64_CONSTANT (57344) * 16384);
  g_assert_cmpuint (enclave_model_fit_needed_bytes (4 * GIB, 0, 8192), ==,
                    4 * GIB + 4 * GIB / 10 + GIB + 4 * GIB / 40000 * 8192);
  g_assert_cmpuint (enclave_model_fit_needed_bytes (G_MAXUINT64, 0, 1), ==, G_MAXUINT64);
  g_assert_cmpuint (enclave_model_fit_needed_bytes (1, G_MAXUINT64, 2), ==, G_MAXUINT64);
}

static void
test_where (void)
{
  g_assert_cmpint (enclave_model_fit (6 * GIB, 16 * GIB, 8 * GIB), ==, ENCLAVE_MODEL_FITS_CARD);
  g_assert_cmpint (enclave_model_fit (9 * GIB, 16 * GIB, 8 * GIB), ==, ENCLAVE_MODEL_FITS_MEMORY);
  g_assert_cmpint (enclave_model_fit (13 * GIB, 16 * GIB, 8 * GIB), ==, ENCLAVE_MODEL_FITS_NOT);
  g_assert_cmpint (enclave_model_fit (G_MAXUINT64, 16 * GIB, 8 * GIB), ==, ENCLAVE_MODEL_FITS_NOT);
  g_assert_cmpint (enclave_model_fit (1, 0, 0), ==, ENCLAVE_MODEL_FIT_UNKNOWN);
  g_assert_cmpuint (enclave_model_fit_spare_ram (8 * GIB), ==, 6 * GIB);
  g_assert_cmpstr (enclave_model_fit_to_word (ENCLAVE_MODEL_FITS_NOT), ==, "too-large");
}

static void
test_window (void)
{
  /* No card: no more than can be read in time. */
  g_assert_cmpuint (enclave_model_fit_window (4 * GIB, 57344, 131072, 64 * GIB, 0), ==, 16384);
  g_assert_cmpuint (enclave_model_fit_window (4 * GIB, 57344, 131072, 64 * GIB, 24 * GIB), ==, 32768);
  g_assert_cmpuint (enclave_model_fit_window (4 * GIB, 57344, 8192, 64 * GIB, 24 * GIB), ==, 8192);
  g_assert_cmpuint (enclave_model_fit_window (GIB / 500, 1024, 2048, 8 * GIB, 0), ==, 2048);
  /* 8 GiB give 6: 5.4 for weights and buffers leave 0.6 for the cache. */
  g_assert_cmpuint (enclave_model_fit_window (4 * GIB, 57344, 131072, 8 * GIB, 0), ==, 8192);
  g_assert_cmpuint (enclave_model_fit_window (40 * GIB, 57344, 131072, 8 * GIB, 0), ==, 0);
  g_assert_cmpuint (enclave_model_fit_window (40 * GIB, 57344, 0, 0, 0), ==, 16384);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-fit/needed", test_needed);
  g_test_add_func ("/model-fit/where", test_where);
  g_test_add_func ("/model-fit/window", test_window);
  return g_test_run ();
}
