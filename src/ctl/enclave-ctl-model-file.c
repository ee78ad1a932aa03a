/* enclave-ctl-model-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-ctl-commands.h"
#include "enclave-gguf-header.h"
#include "enclave-machine.h"
#include "enclave-model-file.h"
#include "enclave-model-fit.h"
#include "enclave-model-import.h"

#define PROGRESS_MS 1000

static EnclaveModelFile *
open_file (EnclaveCtlContext *context, const char *path, EnclaveGgufHeader **header, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveModelFile) file = NULL;

  enclave_model_file_open_async (path, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  file = enclave_model_file_open_finish (result, error);
  if (file == NULL)
    return NULL;
  *header = enclave_gguf_header_parse (enclave_model_file_get_head (file), enclave_model_file_get_first_size (file), error);
  return *header != NULL ? g_steal_pointer (&file) : NULL;
}

typedef struct
{
  guint window;
  guint64 needed_bytes;
  guint64 ram_bytes;
  guint64 vram_bytes;
  EnclaveModelFit fit;
} Fit;

static Fit
find_fit (EnclaveModelFile *file, const EnclaveGgufHeader *header)
{
  guint64 size = enclave_model_file_get_size (file);
  Fit fit;

  fit.ram_bytes = enclave_machine_get_default ()->ram_bytes;
  fit.vram_bytes = enclave_machine_get_default ()->vram_bytes;
  fit.window = enclave_model_fit_window (size, header->kv_bytes_per_token, header->context_length, fit.ram_bytes, fit.vram_bytes);
  fit.needed_bytes = enclave_model_fit_needed_bytes (size, header->kv_bytes_per_token, fit.window > 0 ? fit.window : 4096);
  fit.fit = enclave_model_fit (fit.needed_bytes, fit.ram_bytes, fit.vram_bytes);
  return fit;
}

static JsonObject *
header_to_json (EnclaveModelFile *file, const EnclaveGgufHeader *header, const Fit *fit)
{
  g_autofree char *parameters = enclave_gguf_header_dup_parameters (header);
  JsonObject *object = json_object_new ();
  JsonObject *fits = json_object_new ();

  json_object_set_boolean_member (object, "ok", TRUE);
  json_object_set_string_member (object, "path", enclave_model_file_get_path (file));
  json_object_set_string_member (object, "name", header->name);
  json_object_set_string_member (object, "architecture", header->architecture);
  json_object_set_string_member (object, "parameters", parameters);
  json_object_set_int_member (object, "parameter_count", (gint64) MIN (header->parameters, G_MAXINT64));
  json_object_set_string_member (object, "quantization", header->quantization);
  json_object_set_string_member (object, "dominant_type", header->dominant_type);
  json_object_set_int_member (object, "size_bytes", (gint64) enclave_model_file_get_size (file));
  json_object_set_int_member (object, "parts", g_strv_length ((char **) enclave_model_file_get_parts (file)));
  json_object_set_int_member (object, "missing_bytes", (gint64) MIN (header->missing_bytes, G_MAXINT64));
  json_object_set_int_member (object, "context_max", header->context_length);
  json_object_set_int_member (object, "layers", header->layers);
  json_object_set_int_member (object, "heads", header->heads);
  json_object_set_int_member (object, "heads_kv", header->heads_kv);
  json_object_set_int_member (object, "kv_bytes_per_token", (gint64) MIN (header->kv_bytes_per_token, G_MAXINT64));
  json_object_set_boolean_member (object, "chat_template", header->has_template);
  json_object_set_string_member (fits, "verdict", enclave_model_fit_to_word (fit->fit));
  json_object_set_int_member (fits, "window", fit->window);
  json_object_set_int_member (fits, "needed_bytes", (gint64) MIN (fit->needed_bytes, G_MAXINT64));
  json_object_set_int_member (fits, "ram_bytes", (gint64) fit->ram_bytes);
  json_object_set_int_member (fits, "vram_bytes", (gint64) fit->vram_bytes);
  json_object_set_object_member (object, "fits", fits);
  return object;
}

static void
print_fit (const Fit *fit)
{
  g_autofree char *needed = g_format_size (fit->needed_bytes);
  g_autofree char *ram = g_format_size (fit->ram_bytes);

  switch (fit->fit)
    {
    case ENCLAVE_MODEL_FITS_CARD:
      enclave_ctl_print (_ ("  Fits: into the graphics card, with a window of %u tokens (%s)\n"), fit->window, needed);
      break;
    case ENCLAVE_MODEL_FITS_MEMORY:
      enclave_ctl_print (_ ("  Fits: into memory, with a window of %u tokens (%s of %s)\n"), fit->window, needed, ram);
      break;
    case ENCLAVE_MODEL_FITS_NOT:
      enclave_ctl_print (_ ("  Fits: no, it needs %s and this machine has %s\n"), needed, ram);
      break;
    case ENCLAVE_MODEL_FIT_UNKNOWN:
    default:
      enclave_ctl_print (_ ("  Fits: not known; it needs %s\n"), needed);
    }
}

static void
print_header (EnclaveModelFile *file, const EnclaveGgufHeader *header, const Fit *fit)
{
  g_autofree char *parameters = enclave_gguf_header_dup_parameters (header);
  g_autofree char *size = g_format_size (enclave_model_file_get_size (file));
  g_autofree char *cache = g_format_size (header->kv_bytes_per_token * 1024);

  enclave_ctl_print_content (*header->name != '\0' ? header->name : enclave_model_file_get_name (file));
  enclave_ctl_print ("\n");
  enclave_ctl_print (_ ("  Architecture: %s, %u layers\n"), header->architecture, header->layers);
  enclave_ctl_print (_ ("  Weights: %s, %s, %s\n"), *parameters != '\0' ? parameters : _ ("not counted"), header->quantization, size);
  if (header->context_length > 0)
    enclave_ctl_print (_ ("  Trained window: %u tokens\n"), header->context_length);
  if (header->kv_bytes_per_token > 0)
    enclave_ctl_print (_ ("  Cache: %s for 1,024 tokens\n"), cache);
  print_fit (fit);
}

static void
note_missing (const EnclaveGgufHeader *header)
{
  g_autofree char *missing = g_format_size (header->missing_bytes);

  if (header->missing_bytes > 0)
    enclave_ctl_note (_ ("The model file is cut: %s are missing at its end"), missing);
}

int
enclave_ctl_inspect_model (EnclaveCtlContext *context, const char *path)
{
  gboolean json = enclave_ctl_context_get_json (context);
  g_autoptr (EnclaveGgufHeader) header = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveModelFile) file = open_file (context, path, &header, &error);
  Fit fit;

  if (file == NULL)
    return enclave_ctl_report_error (json, error);
  fit = find_fit (file, header);
  if (json)
    enclave_ctl_print_object (header_to_json (file, header, &fit));
  else
    print_header (file, header, &fit);
  note_missing (header);
  return ENCLAVE_CTL_DONE;
}

/* The first Ollama that is ready. (transfer full) (nullable) */
static EnclaveServer *
find_ollama (EnclaveCtlContext *context, GError **error)
{
  EnclaveServerList *servers = enclave_ctl_context_find_servers (context, error);

  for (guint i = 0; servers != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (enclave_server_get_state (server) == ENCLAVE_SERVER_READY
          && enclave_endpoint_get_kind (enclave_server_get_endpoint (server)) == ENCLAVE_ENDPOINT_OLLAMA)
        return g_steal_pointer (&server);
    }
  if (servers != NULL)
    g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                         _ ("Importing a model: no Ollama is ready; start one, or give its address with --endpoint"));
  return NULL;
}

static gboolean
progress_cb (gpointer user_data)
{
  EnclaveModelImport *import = user_data;
  double fraction = enclave_model_import_get_fraction (import);

  if (enclave_model_import_get_stage (import) == ENCLAVE_MODEL_IMPORT_HASHING)
    enclave_ctl_row (_ ("Computing SHA-256: %.0f %%"), fraction * 100);
  else if (enclave_model_import_get_stage (import) == ENCLAVE_MODEL_IMPORT_SENDING)
    enclave_ctl_row (_ ("Copying into Ollama: %.0f %%"), fraction * 100);
  else
    enclave_ctl_row (_ ("Ollama makes the model …"));
  return G_SOURCE_CONTINUE;
}

int
enclave_ctl_import_model (EnclaveCtlContext *context, const char *path)
{
  gboolean json = enclave_ctl_context_get_json (context);
  const char *wanted = enclave_ctl_context_get_option (context, "name");
  g_autoptr (EnclaveGgufHeader) header = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveModelFile) file = open_file (context, path, &header, &error);
  g_autoptr (EnclaveServer) server = file != NULL ? find_ollama (context, &error) : NULL;
  g_autoptr (EnclaveModelImport) import = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *name = NULL;
  guint timer;

  if (server == NULL)
    return enclave_ctl_report_error (json, error);
  note_missing (header);
  if (header->missing_bytes > 0)
    {
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("A model file that is cut is not imported"));
      return enclave_ctl_report_error (json, error);
    }
  name = wanted != NULL ? g_strdup (wanted) : enclave_model_import_suggest_name (enclave_model_file_get_name (file));
  import = enclave_model_import_new (enclave_server_get_client (server), file, name, enclave_ctl_context_get_option (context, "sha256"));
  timer = g_timeout_add (PROGRESS_MS, progress_cb, import);
  enclave_model_import_run_async (import, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  g_source_remove (timer);
  if (!enclave_model_import_run_finish (import, result, &error))
    return enclave_ctl_report_error (json, error);
  if (json)
    {
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "model", name);
      json_object_set_string_member (object, "sha256", enclave_model_import_get_sha256 (import));
      json_object_set_string_member (object, "endpoint", enclave_endpoint_get_uri (enclave_server_get_endpoint (server)));
      enclave_ctl_print_object (object);
    }
  else
    enclave_ctl_print (_ ("Imported as %s\nSHA-256 %s\n"), name, enclave_model_import_get_sha256 (import));
  return ENCLAVE_CTL_DONE;
}
