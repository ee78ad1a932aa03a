/* enclave-text-admission.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-text-admission.h"

#include "enclave-context-item.h"
#include "enclave-git-repositories.h"
#include "enclave-git-store.h"
#include "enclave-git-values.h"
#include "enclave-limits.h"
#include "enclave-secret-scanner.h"
#include "enclave-test-walls.h"
#include "enclave-value-hashes.h"
#include "enclave-value-scan.h"

/* So often the next command goes on with a history for which the time was too short. */
#define HISTORY_TRIES 8
/* A look may take one part in so many of the time between two. */
#define PATIENCE 20

/* What workers use; it may outlive the gate by the length of a scan. */
typedef struct
{
  EnclaveValueHashes *hashes;
  GMutex scan_mutex; /* held while the files are read: who needs the values waits for it on a worker */
  EnclaveValueScan *scan;
  GMutex history_mutex;
  char *history;     /* (nullable): the state of the repository whose history is known */
  guint tries;       /* for which the time was too short */
  gint64 scanned_us; /* monotonic; 0: never */
  gint64 duration_us;
} Shared;

struct _EnclaveTextAdmission
{
  GObject parent_instance;

  Shared *shared;
};

G_DEFINE_FINAL_TYPE (EnclaveTextAdmission, enclave_text_admission, G_TYPE_OBJECT)

typedef struct
{
  Shared *shared;
  char *text;
  EnclaveAdmissionFlags flags;
  gint64 asked_us;
} Job;

static void
shared_clear (gpointer data)
{
  Shared *shared = data;

  enclave_value_hashes_free (shared->hashes);
  enclave_value_scan_free (shared->scan);
  g_mutex_clear (&shared->scan_mutex);
  g_mutex_clear (&shared->history_mutex);
  g_free (shared->history);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_atomic_rc_box_release_full (job->shared, shared_clear);
  g_free (job->text);
  g_free (job);
}

static void
enclave_text_admission_finalize (GObject *object)
{
  g_atomic_rc_box_release_full (ENCLAVE_TEXT_ADMISSION (object)->shared, shared_clear);

  G_OBJECT_CLASS (enclave_text_admission_parent_class)->finalize (object);
}

static void
enclave_text_admission_class_init (EnclaveTextAdmissionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_text_admission_finalize;
}

static void
enclave_text_admission_init (EnclaveTextAdmission *self)
{
}

void
enclave_masked_text_free (EnclaveMaskedText *masked)
{
  g_free (masked->text);
  g_free (masked->withheld);
  g_ptr_array_unref (masked->values);
  g_ptr_array_unref (masked->secrets);
  g_free (masked);
}

/* What is known may be older than @asked_us by a while, which is longer where looking takes long, unless it has to be
 * fresh. */
static void
learn (Shared *shared, gint64 asked_us, gboolean fresh)
{
  gint64 tolerance_us;

  g_mutex_lock (&shared->scan_mutex);
  tolerance_us = fresh ? 0 : MAX ((gint64) ENCLAVE_VALUE_MAX_AGE_MS * 1000, PATIENCE * shared->duration_us);
  if (shared->scanned_us == 0 || shared->scanned_us < asked_us - tolerance_us)
    {
      gint64 begun_us = g_get_monotonic_time ();

      enclave_value_scan_run (shared->scan, shared->hashes);
      shared->scanned_us = begun_us;
      shared->duration_us = g_get_monotonic_time () - begun_us;
    }
  g_mutex_unlock (&shared->scan_mutex);
}

static void
append_line_ends (GString *out, const char *text, gsize start, gsize end)
{
  for (gsize i = start; i < end; i++)
    {
      if (text[i] == '\n')
        g_string_append_c (out, '\n');
    }
}

typedef struct
{
  gsize start;
  gsize end;
  const char *rule;
} Place;

static char *
replace (const char *text, const GArray *places, const char *mark, gboolean keep_lines, GPtrArray *rules)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize done = 0;

  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);

      g_string_append_len (out, text + done, (gssize) (place->start - done));
      g_string_append_printf (out, "%s%s]", mark, place->rule);
      if (keep_lines)
        append_line_ends (out, text, place->start, place->end);
      g_ptr_array_add (rules, (gpointer) place->rule);
      done = place->end;
    }
  g_string_append (out, text + done);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static EnclaveMaskedText *
mask (Shared *shared, const char *text, EnclaveAdmissionFlags flags)
{
  EnclaveMaskedText *masked = g_new0 (EnclaveMaskedText, 1);
  g_autoptr (GArray) values = enclave_value_hashes_find (shared->hashes, text, enclave_test_walls_is_off ("values") ? 0 : strlen (text));
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr (GArray) secrets = NULL;
  gboolean keep_lines = (flags & ENCLAVE_ADMISSION_KEEP_LINES) != 0;
  g_autofree char *without_values = NULL;

  masked->values = g_ptr_array_new ();
  masked->secrets = g_ptr_array_new ();
  for (guint i = 0; i < values->len; i++)
    {
      const EnclaveValueSpan *span = &g_array_index (values, EnclaveValueSpan, i);
      Place place = { span->start, span->end, span->rule };

      g_array_append_val (places, place);
    }
  without_values = replace (text, places, ENCLAVE_MASK_OF_VALUE, keep_lines, masked->values);
  if ((flags & ENCLAVE_ADMISSION_KEEP_SECRETS) != 0)
    {
      masked->text = g_steal_pointer (&without_values);
      return masked;
    }

  g_array_set_size (places, 0);
  secrets = enclave_secret_scanner_scan (without_values, enclave_test_walls_is_off ("secrets") ? 0 : strlen (without_values));
  for (guint i = 0; i < secrets->len; i++)
    {
      const EnclaveSecretSpan *span = &g_array_index (secrets, EnclaveSecretSpan, i);
      Place place = { span->start, span->end, span->rule };

      g_array_append_val (places, place);
    }
  masked->text = replace (without_values, places, ENCLAVE_MASK_OF_SECRET, keep_lines, masked->secrets);
  if (masked->secrets->len > 0)
    masked->withheld = g_steal_pointer (&without_values);

  return masked;
}

static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;

  learn (job->shared, job->asked_us, (job->flags & ENCLAVE_ADMISSION_LOOK_AGAIN) != 0);
  if (job->text == NULL)
    {
      /* The rules are made with the first use: better here than on the main loop. */
      g_autoptr (GArray) none = enclave_secret_scanner_scan ("", 0);

      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_pointer (task, mask (job->shared, job->text, job->flags), (GDestroyNotify) enclave_masked_text_free);
}

static GTask *
new_task (EnclaveTextAdmission *self, gpointer source, char *text, EnclaveAdmissionFlags flags, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->shared = g_atomic_rc_box_acquire (self->shared);
  job->text = text;
  job->flags = flags;
  job->asked_us = g_get_monotonic_time ();
  g_task_set_source_tag (task, enclave_text_admission_mask_async);
  g_task_set_task_data (task, job, job_free);

  return task;
}

typedef struct
{
  Shared *shared;
  EnclavePolicy *policy;
  char *root;
  EnclaveGitProgress *progress;
} HistoryJob;

static void
history_job_free (gpointer data)
{
  HistoryJob *job = data;

  g_atomic_rc_box_release_full (job->shared, shared_clear);
  g_object_unref (job->policy);
  g_object_unref (job->progress);
  g_free (job->root);
  g_free (job);
}

static void
history_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HistoryJob *job = task_data;
  g_autoptr (GPtrArray) repositories = enclave_git_repositories_find (job->root);
  g_autoptr (GString) state = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < repositories->len; i++)
    {
      const EnclaveGitRepository *repository = g_ptr_array_index (repositories, i);
      g_autofree char *one = enclave_git_store_fingerprint (job->policy, repository->git_folder);

      g_string_append_printf (state, "%s\n", one);
    }
  g_mutex_lock (&job->shared->history_mutex);
  if (g_strcmp0 (state->str, job->shared->history) != 0)
    {
      if (!enclave_git_values_learn (job->shared->scan, job->shared->hashes, job->policy, job->root, repositories, job->progress, &error))
        g_message ("%s", error->message);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) || ++job->shared->tries >= HISTORY_TRIES)
        {
          g_free (job->shared->history);
          job->shared->history = g_strdup (state->str);
          job->shared->tries = 0;
        }
    }
  g_mutex_unlock (&job->shared->history_mutex);
  g_task_return_boolean (task, TRUE);
}

void
enclave_text_admission_learn_history_async (EnclaveTextAdmission *self, EnclavePolicy *policy, const char *root,
                                            EnclaveGitProgress *progress, GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  HistoryJob *job;

  g_return_if_fail (ENCLAVE_IS_TEXT_ADMISSION (self));
  g_return_if_fail (root != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_text_admission_learn_history_async);
  job = g_new0 (HistoryJob, 1);
  job->shared = g_atomic_rc_box_acquire (self->shared);
  job->policy = g_object_ref (policy);
  job->root = g_strdup (root);
  job->progress = g_object_ref (progress);
  g_task_set_task_data (task, job, history_job_free);
  g_task_run_in_thread (task, history_worker);
}

void
enclave_text_admission_learn_history_finish (EnclaveTextAdmission *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}

EnclaveTextAdmission *
enclave_text_admission_new (EnclavePathResolver *resolver)
{
  EnclaveTextAdmission *self = g_object_new (ENCLAVE_TYPE_TEXT_ADMISSION, NULL);
  g_autoptr (GTask) task = NULL;

  self->shared = g_atomic_rc_box_new0 (Shared);
  self->shared->hashes = enclave_value_hashes_new ();
  self->shared->scan = enclave_value_scan_new (resolver);
  g_mutex_init (&self->shared->scan_mutex);
  g_mutex_init (&self->shared->history_mutex);
  /* The object may go before the files are read: the task knows only what is shared. */
  task = new_task (self, NULL, NULL, ENCLAVE_ADMISSION_NONE, NULL, NULL, NULL);
  g_task_run_in_thread (task, worker);

  return self;
}

EnclaveMaskedText *
enclave_text_admission_mask (EnclaveTextAdmission *self, const char *text, EnclaveAdmissionFlags flags)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_ADMISSION (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  return mask (self->shared, text, flags);
}

EnclaveMaskedText *
enclave_text_admission_mask_on_worker (EnclaveTextAdmission *self, const char *text, EnclaveAdmissionFlags flags)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_ADMISSION (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  learn (self->shared, g_get_monotonic_time (), (flags & ENCLAVE_ADMISSION_LOOK_AGAIN) != 0);

  return mask (self->shared, text, flags);
}

void
enclave_text_admission_mask_async (EnclaveTextAdmission *self, char *text, EnclaveAdmissionFlags flags,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_TEXT_ADMISSION (self));
  g_return_if_fail (text != NULL);

  task = new_task (self, self, text, flags, cancellable, callback, user_data);
  g_task_run_in_thread (task, worker);
}

EnclaveMaskedText *
enclave_text_admission_mask_finish (EnclaveTextAdmission *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
