/* test-llama.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-llama-arguments.h"
#include "enclave-load-log.h"

/* As the current program prints it, shortened. */
static const char new_help[]
  = "----- common params -----\n\n"
    "-h,    --help, --usage                  print usage and exit\n"
    "-c,    --ctx-size N                     size of the prompt context (default: 0)\n"
    "-m,    --model FNAME                    model path\n"
    "--offline                               Offline mode: forces use of cache, prevents network access\n"
    "-a,    --alias STRING                   set alias for model name\n"
    "-np,   --parallel N                     number of server slots\n"
    "--host HOST                             ip address to listen, or bind to an UNIX socket if the address ends\n"
    "                                        with .sock (default: 127.0.0.1)\n"
    "--webui, --no-webui                     whether to enable the Web UI\n"
    "--api-key-file FNAME                    path to file containing API keys\n"
    "--jinja, --no-jinja                     whether to use jinja template engine for chat\n"
    "--sleep-idle-seconds SECONDS            number of seconds of idleness after which the server will sleep\n"
    "--tools TOOL1,TOOL2,...                 experimental: built-in tools\n";
static const char old_help[]
  = "  -h,    --help            show this help message and exit\n"
    "  -c N,  --ctx-size N      size of the prompt context\n"
    "  --no-jinja-thing         something else\n"
    "  --host HOST              ip address to listen (default: 127.0.0.1)\n"
    "  --port PORT              port to listen\n";

static void
test_arguments (void)
{
  const EnclaveLlamaOptions options = { .program = "/opt/l/llama-server", .model = "/m/a b.gguf", .name = "a b", .socket = "/r/llm.sock",
                                        .window = 16384, .port = 8080 };
  EnclaveLlamaOptions keyed = options;
  g_auto (GStrv) new_one = enclave_llama_arguments_new (&options, new_help, TRUE);
  g_autofree char *new_line = g_strjoinv (" ", new_one);
  g_auto (GStrv) old_one = enclave_llama_arguments_new (&options, old_help, FALSE);
  g_autofree char *old_line = g_strjoinv (" ", old_one);
  g_auto (GStrv) with_key = NULL;

  g_assert_cmpstr (new_line, ==,
                   "/opt/l/llama-server -m /m/a b.gguf -c 16384 --host /r/llm.sock -np 1 --alias a b --jinja --offline "
                   "--no-webui --sleep-idle-seconds 600");
  g_assert_cmpstr (old_line, ==, "/opt/l/llama-server -m /m/a b.gguf -c 16384 --host 127.0.0.1 --port 8080");
  g_assert_true (enclave_llama_help_knows_sockets (new_help));
  g_assert_false (enclave_llama_help_knows_sockets (old_help));
  keyed.key_path = "/r/key";
  with_key = enclave_llama_arguments_new (&keyed, new_help, FALSE);
  g_assert_true (g_strv_contains ((const char *const *) with_key, "--api-key-file"));
  for (guint i = 0; with_key[i] != NULL; i++)
    g_assert_false (g_str_has_prefix (with_key[i], "--tools") || g_str_has_prefix (with_key[i], "--agent")
                    || g_str_has_prefix (with_key[i], "--mcp"));
}

static void
test_knows (void)
{
  g_assert_true (enclave_llama_help_knows (new_help, "-np"));
  g_assert_true (enclave_llama_help_knows (new_help, "--jinja"));
  g_assert_false (enclave_llama_help_knows (old_help, "--jinja"));
  g_assert_false (enclave_llama_help_knows (old_help, "--no-jinja"));
  g_assert_false (enclave_llama_help_knows ("", "--jinja"));
  g_assert_true (enclave_llama_help_knows ("--jinja", "--jinja"));
}

static void
test_dots (void)
{
  g_autoptr (EnclaveLoadLog) log = enclave_load_log_new ();
  g_autofree char *dots = g_strnfill (100, '.');

  enclave_load_log_feed (log, "load_tensors: loading model tensors, this can take a while... (mmap = true)\nwaiting...\n");
  g_assert_cmpfloat (enclave_load_log_get_fraction (log), ==, -1);
  for (guint i = 0; i < 42; i++)
    enclave_load_log_feed (log, ".");
  g_assert_cmpfloat (enclave_load_log_get_fraction (log), ==, 0.42);
  enclave_load_log_feed (log, dots);
  g_assert_cmpfloat (enclave_load_log_get_fraction (log), ==, 1);
  enclave_load_log_free (g_steal_pointer (&log));

  log = enclave_load_log_new ();
  enclave_load_log_feed (log, "llama_model_load: ......\n");
  g_assert_cmpfloat (enclave_load_log_get_fraction (log), ==, 0.06);
}

static void
test_problems (void)
{
  static const struct
  {
    const char *text;
    EnclaveLoadProblem problem;
  } cases[] = {
    { "main: server is listening\n", ENCLAVE_LOAD_FINE },
    { "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9000.00 MiB on device 0: cudaMalloc failed: out of memory\n",
      ENCLAVE_LOAD_OUT_OF_MEMORY },
    { "llama_model_load: error loading model: unable to allocate CPU buffer\n", ENCLAVE_LOAD_OUT_OF_MEMORY },
    { "terminate called after throwing an instance of 'std::bad_alloc'\n", ENCLAVE_LOAD_OUT_OF_MEMORY },
    { "error loading model: unknown model architecture: 'mystery'\nllama: failed to allocate\n", ENCLAVE_LOAD_OUT_OF_MEMORY },
    { "error loading model: unknown model architecture: 'mystery'\n", ENCLAVE_LOAD_BAD_MODEL },
    { "error: invalid argument: --sleep-idle-seconds\n", ENCLAVE_LOAD_BAD_ARGUMENT },
    { "main: couldn't bind HTTP server socket, hostname: /r/llm.sock, port: 8080\n", ENCLAVE_LOAD_NO_SOCKET },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveLoadLog) log = enclave_load_log_new ();

      /* In pieces of three bytes. */
      for (const char *at = cases[i].text; *at != '\0'; at += MIN (3, strlen (at)))
        {
          char piece[4] = { 0 };

          memcpy (piece, at, MIN (3, strlen (at)));
          enclave_load_log_feed (log, piece);
        }
      g_assert_cmpint (enclave_load_log_get_problem (log), ==, cases[i].problem);
    }
}

static void
test_lines (void)
{
  g_autoptr (EnclaveLoadLog) log = enclave_load_log_new ();
  g_autofree char *flood = g_strnfill (10 << 20, 'x');
  g_autofree char *two = NULL;
  g_autofree char *all = NULL;

  enclave_load_log_feed (log, "\033[31mfirst\033[0m\r\n\n\nsecond\nopen");
  two = enclave_load_log_dup_last (log, 2);
  g_assert_cmpstr (two, ==, "second\nopen\n");
  enclave_load_log_feed (log, flood);
  enclave_load_log_feed (log, "\n");
  for (guint i = 0; i < 5000; i++)
    enclave_load_log_feed (log, "line\n");
  all = enclave_load_log_dup_last (log, G_MAXUINT);
  g_assert_cmpuint (strlen (all), <=, ENCLAVE_LOAD_LOG_LINES * (ENCLAVE_LOAD_LOG_LINE_BYTES + 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/llama/arguments", test_arguments);
  g_test_add_func ("/llama/knows", test_knows);
  g_test_add_func ("/llama/dots", test_dots);
  g_test_add_func ("/llama/problems", test_problems);
  g_test_add_func ("/llama/lines", test_lines);
  return g_test_run ();
}
