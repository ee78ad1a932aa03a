/* enclave-llama-arguments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-llama-arguments.h"

#include <string.h>

/* Seconds without a request after which the model leaves the memory. */
#define SLEEP_SECONDS "600"

static gboolean
is_of_flag (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

gboolean
enclave_llama_help_knows (const char *help, const char *flag)
{
  gsize length = strlen (flag);

  g_return_val_if_fail (help != NULL && flag != NULL, FALSE);

  for (const char *at = strstr (help, flag); at != NULL; at = strstr (at + 1, flag))
    if ((at == help || !is_of_flag (at[-1])) && !is_of_flag (at[length]))
      return TRUE;
  return FALSE;
}

gboolean
enclave_llama_help_knows_sockets (const char *help)
{
  g_return_val_if_fail (help != NULL, FALSE);

  return strstr (help, ".sock") != NULL;
}

static void
add (GStrvBuilder *builder, const char *flag, const char *value)
{
  g_strv_builder_add (builder, flag);
  if (value != NULL)
    g_strv_builder_add (builder, value);
}

static void
add_known (GStrvBuilder *builder, const char *help, const char *flag, const char *value)
{
  if (enclave_llama_help_knows (help, flag))
    add (builder, flag, value);
}

GStrv
enclave_llama_arguments_new (const EnclaveLlamaOptions *options, const char *help, gboolean use_socket)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *window = NULL;
  g_autofree char *port = NULL;

  g_return_val_if_fail (options != NULL && help != NULL, NULL);

  window = g_strdup_printf ("%u", options->window);
  port = g_strdup_printf ("%u", options->port);
  g_strv_builder_add (builder, options->program);
  add (builder, "-m", options->model);
  add (builder, "-c", window);
  add (builder, "--host", use_socket ? options->socket : "127.0.0.1");
  if (!use_socket)
    add (builder, "--port", port);
  /* One slot: the window is shared among them. */
  add_known (builder, help, "-np", "1");
  add_known (builder, help, "--alias", options->name);
  add_known (builder, help, "--jinja", NULL);
  add_known (builder, help, "--offline", NULL);
  add_known (builder, help, "--no-webui", NULL);
  add_known (builder, help, "--sleep-idle-seconds", SLEEP_SECONDS);
  if (options->key_path != NULL)
    add_known (builder, help, "--api-key-file", options->key_path);
  return g_strv_builder_end (builder);
}
