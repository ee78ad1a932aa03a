/* enclave-completion-engine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-engine.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-suggestion-cache.h"
#include "enclave-suggestion.h"

/* Of the texts around the caret, what a remembered suggestion depends on. */
#define REMEMBERED_PREFIX_BYTES 512
#define REMEMBERED_SUFFIX_BYTES 128

typedef struct
{
  char *text;
  gsize caret;
  char *path; /* (nullable) */
} Text;

struct _EnclaveCompletionPlace
{
  Text own;
  GPtrArray *files; /* (element-type Text) */
};

struct _EnclaveCompletionEngine
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveInferenceClient *client; /* (nullable) */
  EnclaveModelInfo *model;        /* (nullable) */
  EnclaveSuggestionCache *cache;
};

G_DEFINE_FINAL_TYPE (EnclaveCompletionEngine, enclave_completion_engine, G_TYPE_OBJECT)

static void
text_clear (Text *text)
{
  g_free (text->text);
  g_free (text->path);
}

static void
text_free (gpointer data)
{
  text_clear (data);
  g_free (data);
}

EnclaveCompletionPlace *
enclave_completion_place_new (const char *text, gsize caret, const char *path)
{
  EnclaveCompletionPlace *place;

  g_return_val_if_fail (text != NULL && caret <= strlen (text), NULL);

  place = g_new0 (EnclaveCompletionPlace, 1);
  place->own = (Text){ g_strdup (text), caret, g_strdup (path) };
  place->files = g_ptr_array_new_with_free_func (text_free);
  return place;
}

void
enclave_completion_place_free (EnclaveCompletionPlace *place)
{
  text_clear (&place->own);
  g_ptr_array_unref (place->files);
  g_free (place);
}

void
enclave_completion_place_add_file (EnclaveCompletionPlace *place, const char *text, gsize caret, const char *path)
{
  Text *file;

  g_return_if_fail (place != NULL && text != NULL && path != NULL && caret <= strlen (text));

  if (place->files->len == ENCLAVE_FILL_MAX_FILES)
    return;
  file = g_new0 (Text, 1);
  *file = (Text){ g_strdup (text), caret, g_strdup (path) };
  g_ptr_array_add (place->files, file);
}

static void
enclave_completion_engine_finalize (GObject *object)
{
  EnclaveCompletionEngine *self = ENCLAVE_COMPLETION_ENGINE (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->client);
  g_clear_object (&self->model);
  g_clear_pointer (&self->cache, enclave_suggestion_cache_free);
  G_OBJECT_CLASS (enclave_completion_engine_parent_class)->finalize (object);
}

static void
enclave_completion_engine_class_init (EnclaveCompletionEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_completion_engine_finalize;
}

static void
enclave_completion_engine_init (EnclaveCompletionEngine *self)
{
  self->cache = enclave_suggestion_cache_new (ENCLAVE_FILL_CACHE_ENTRIES);
}

EnclaveCompletionEngine *
enclave_completion_engine_new (EnclaveGate *gate)
{
  EnclaveCompletionEngine *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_COMPLETION_ENGINE, NULL);
  self->gate = g_object_ref (gate);
  g_signal_connect_object (gate, "policy-changed", G_CALLBACK (enclave_completion_engine_forget), self, G_CONNECT_SWAPPED);
  return self;
}

void
enclave_completion_engine_set_model (EnclaveCompletionEngine *self, EnclaveInferenceClient *client,
                                     EnclaveModelInfo *model)
{
  g_return_if_fail (ENCLAVE_IS_COMPLETION_ENGINE (self));
  g_return_if_fail ((client == NULL) == (model == NULL));

  if (g_set_object (&self->client, client) | g_set_object (&self->model, model))
    enclave_completion_engine_forget (self);
}

void
enclave_completion_engine_forget (EnclaveCompletionEngine *self)
{
  g_return_if_fail (ENCLAVE_IS_COMPLETION_ENGINE (self));
  enclave_suggestion_cache_clear (self->cache);
}

gboolean
enclave_completion_engine_can_suggest (EnclaveCompletionEngine *self, GError **error)
{
  EnclaveFillRoute route;
  int other_route;

  g_return_val_if_fail (ENCLAVE_IS_COMPLETION_ENGINE (self), FALSE);

  if (self->model == NULL)
    {
      g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                           _ ("No model for suggestions is chosen"));
      return FALSE;
    }
  return enclave_fill_request_choose_route (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (self->client)),
                                            self->model, &route, &other_route, error);
}

/* What a suggestion is remembered by. @suffix is the text behind the caret. */
static void
describe (EnclaveCompletionEngine *self, EnclaveCompletionPlace *place, char **scope, char **prefix, char **suffix)
{
  const Text *own = &place->own;
  gsize begin = own->caret > REMEMBERED_PREFIX_BYTES ? own->caret - REMEMBERED_PREFIX_BYTES : 0;

  /* The same beginning for all places that one comes to by typing on. */
  begin -= begin % REMEMBERED_PREFIX_BYTES;
  *scope = g_strdup_printf ("%s\n%s\n%" G_GSIZE_FORMAT, own->path != NULL ? own->path : "",
                            self->model != NULL ? enclave_model_info_get_id (self->model) : "", begin);
  *prefix = g_strndup (own->text + begin, own->caret - begin);
  *suffix = g_strndup (own->text + own->caret, strnlen (own->text + own->caret, REMEMBERED_SUFFIX_BYTES));
}

char *
enclave_completion_engine_recall (EnclaveCompletionEngine *self, EnclaveCompletionPlace *place)
{
  g_autofree char *scope = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *suffix = NULL;

  g_return_val_if_fail (ENCLAVE_IS_COMPLETION_ENGINE (self) && place != NULL, NULL);

  describe (self, place, &scope, &prefix, &suffix);
  return enclave_suggestion_cache_find (self->cache, scope, prefix, suffix);
}

typedef struct
{
  EnclaveCompletionPlace *place;
  EnclaveModelInfo *model;
  EnclaveFillRequest *request;
  GPtrArray *names; /* of the admitted files, the most related first */
  GPtrArray *texts;
  char *prefix;
  char *suffix;
  guint n_looked; /* files that the gate was asked for */
  EnclaveFillRoute route;
} Suggest;

static void
suggest_free (gpointer data)
{
  Suggest *suggest = data;

  enclave_completion_place_free (suggest->place);
  g_clear_object (&suggest->model);
  g_clear_pointer (&suggest->request, enclave_fill_request_free);
  g_ptr_array_unref (suggest->names);
  g_ptr_array_unref (suggest->texts);
  g_free (suggest->prefix);
  g_free (suggest->suffix);
  g_free (suggest);
}

static void admit_next_file (GTask *task);

static void
on_filled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveCompletionEngine *self = g_task_get_source_object (task);
  Suggest *suggest = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *reply = enclave_inference_client_fill_finish (ENCLAVE_INFERENCE_CLIENT (source), result,
                                                                 &suggest->route, &error);
  g_autofree char *text = NULL;
  g_autofree char *scope = NULL;
  g_autofree char *prefix = NULL;
  g_autofree char *suffix = NULL;

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  text = enclave_suggestion_trim (reply, suggest->place->own.text + suggest->place->own.caret);
  if (text == NULL || enclave_context_item_count_masks (text) > 0)
    {
      /* A mask that the model has copied stands for a text that it does not know. */
      g_free (text);
      text = g_strdup ("");
    }
  describe (self, suggest->place, &scope, &prefix, &suffix);
  if (self->model == suggest->model)
    enclave_suggestion_cache_add (self->cache, scope, prefix, suffix, text);
  g_task_return_pointer (task, g_steal_pointer (&text), g_free);
}

static void
ask (GTask *task)
{
  EnclaveCompletionEngine *self = g_task_get_source_object (task);
  Suggest *suggest = g_task_get_task_data (task);
  g_autofree char *rest = g_strndup (suggest->place->own.text + suggest->place->own.caret,
                                     strcspn (suggest->place->own.text + suggest->place->own.caret, "\r\n"));

  if (self->client == NULL || self->model != suggest->model)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Another model was chosen"));
      g_object_unref (task);
      return;
    }
  suggest->request = enclave_fill_request_new (suggest->prefix, suggest->suffix);
  enclave_fill_request_set_one_line (suggest->request, g_strstrip (rest)[0] != '\0');
  for (guint i = suggest->names->len; i > 0; i--)
    enclave_fill_request_add_file (suggest->request, g_ptr_array_index (suggest->names, i - 1),
                                   g_ptr_array_index (suggest->texts, i - 1));
  enclave_inference_client_fill_async (self->client, self->model, g_steal_pointer (&suggest->request),
                                       g_task_get_cancellable (task), on_filled, task);
}

static void
on_file_admitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Suggest *suggest = g_task_get_task_data (task);
  const Text *file = g_ptr_array_index (suggest->place->files, suggest->n_looked - 1);
  g_autoptr (EnclaveContextItem) before = NULL;
  g_autoptr (EnclaveContextItem) after = NULL;
  g_autofree char *text = NULL;

  /* A file that may not be shown is not there. */
  if (enclave_gate_admit_caret_finish (ENCLAVE_GATE (source), result, &before, &after, NULL))
    {
      text = g_strconcat (enclave_context_item_get_text (before), enclave_context_item_get_text (after), NULL);
      if (*text != '\0')
        {
          const char *slash = strrchr (file->path, '/');

          g_ptr_array_add (suggest->names, g_strdup (slash != NULL ? slash + 1 : file->path));
          g_ptr_array_add (suggest->texts, g_steal_pointer (&text));
        }
    }
  admit_next_file (task);
}

/* (transfer full) task */
static void
admit_next_file (GTask *task)
{
  EnclaveCompletionEngine *self = g_task_get_source_object (task);
  Suggest *suggest = g_task_get_task_data (task);
  const Text *file;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  if (suggest->n_looked == suggest->place->files->len)
    {
      ask (task);
      return;
    }
  file = g_ptr_array_index (suggest->place->files, suggest->n_looked++);
  enclave_gate_admit_caret_async (self->gate, file->text, file->caret, ENCLAVE_FILL_FILE_BYTES / 2, ENCLAVE_FILL_FILE_BYTES / 2,
                                  file->path, g_task_get_cancellable (task), on_file_admitted, task);
}

static void
on_admitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Suggest *suggest = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) before = NULL;
  g_autoptr (EnclaveContextItem) after = NULL;
  g_autoptr (GError) error = NULL;

  if (!enclave_gate_admit_caret_finish (ENCLAVE_GATE (source), result, &before, &after, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  suggest->prefix = g_strdup (enclave_context_item_get_text (before));
  suggest->suffix = g_strdup (enclave_context_item_get_text (after));
  admit_next_file (g_steal_pointer (&task));
}

void
enclave_completion_engine_suggest_async (EnclaveCompletionEngine *self, EnclaveCompletionPlace *place,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Suggest *suggest;

  g_return_if_fail (ENCLAVE_IS_COMPLETION_ENGINE (self) && place != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_completion_engine_suggest_async);
  suggest = g_new0 (Suggest, 1);
  suggest->place = place;
  suggest->names = g_ptr_array_new_with_free_func (g_free);
  suggest->texts = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, suggest, suggest_free);
  if (!enclave_completion_engine_can_suggest (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  suggest->model = g_object_ref (self->model);
  enclave_gate_admit_caret_async (self->gate, place->own.text, place->own.caret, ENCLAVE_FILL_PREFIX_BYTES,
                                  ENCLAVE_FILL_SUFFIX_BYTES, place->own.path, cancellable, on_admitted,
                                  g_steal_pointer (&task));
}

char *
enclave_completion_engine_suggest_finish (EnclaveCompletionEngine *self, GAsyncResult *result, EnclaveFillRoute *route,
                                          GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (route != NULL)
    *route = ((Suggest *) g_task_get_task_data (G_TASK (result)))->route;
  return g_task_propagate_pointer (G_TASK (result), error);
}
