/* enclave-document-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-document-fixture.h"

#include <signal.h>

#include "enclave-text-draft.h"

typedef struct
{
  gboolean done;
  gboolean result;
  GError *error;
} Wait;

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->result = enclave_document_load_finish (ENCLAVE_DOCUMENT (source), result, &wait->error);
  wait->done = TRUE;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->result = enclave_document_save_finish (ENCLAVE_DOCUMENT (source), result, &wait->error);
  wait->done = TRUE;
}

static EnclaveDocument *
open_document (const char *path, gboolean use_editor_config)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnclaveDocument *document = enclave_document_new (file, NULL);
  Wait wait = { 0 };

  enclave_document_set_use_editor_config (document, use_editor_config);
  enclave_document_load_async (document, FALSE, NULL, loaded_cb, &wait);
  while (!wait.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (wait.error);
  return document;
}

EnclaveDocument *
enclave_test_open_document (const char *path)
{
  return open_document (path, FALSE);
}

EnclaveDocument *
enclave_test_open_document_with_config (const char *path)
{
  return open_document (path, TRUE);
}

gboolean
enclave_test_save_document (EnclaveDocument *document)
{
  Wait wait = { 0 };

  enclave_document_save_async (document, NULL, FALSE, NULL, saved_cb, &wait);
  while (!wait.done)
    g_main_context_iteration (NULL, TRUE);
  g_clear_error (&wait.error);
  return wait.result;
}

typedef struct
{
  GPtrArray *drafts;
  char *text;
  gboolean done;
} Drafts;

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Drafts *drafts = data;

  drafts->drafts = enclave_text_drafts_list_finish (result, NULL);
  drafts->done = TRUE;
}

static void
draft_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Drafts *drafts = data;

  drafts->text = enclave_text_drafts_load_finish (result, NULL);
  drafts->done = TRUE;
}

GPtrArray *
enclave_test_list_drafts (void)
{
  Drafts drafts = { 0 };

  enclave_text_drafts_list_async (NULL, NULL, listed_cb, &drafts);
  while (!drafts.done)
    g_main_context_iteration (NULL, TRUE);
  return drafts.drafts;
}

char *
enclave_test_load_draft (const char *id)
{
  Drafts drafts = { 0 };

  enclave_text_drafts_load_async (id, NULL, draft_loaded_cb, &drafts);
  while (!drafts.done)
    g_main_context_iteration (NULL, TRUE);
  return drafts.text;
}

char *
enclave_test_load_only_draft (void)
{
  g_autoptr (GPtrArray) drafts = enclave_test_list_drafts ();

  g_assert_cmpuint (drafts->len, ==, 1);
  g_assert_true (((EnclaveTextDraftInfo *) g_ptr_array_index (drafts, 0))->in_use);
  return enclave_test_load_draft (((EnclaveTextDraftInfo *) g_ptr_array_index (drafts, 0))->id);
}

void
enclave_test_assert_no_drafts (void)
{
  g_autoptr (GPtrArray) drafts = NULL;

  enclave_text_drafts_flush (10000);
  drafts = enclave_test_list_drafts ();
  g_assert_cmpuint (drafts->len, ==, 0);
}

void
enclave_test_wait_disk_state (EnclaveDocument *document, EnclaveDiskState state)
{
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (enclave_document_get_disk_state (document) != state && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (enclave_document_get_disk_state (document), ==, state);
}

void
enclave_test_wait_text (EnclaveDocument *document, const char *wanted)
{
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  for (;;)
    {
      g_autofree char *text = enclave_document_dup_text (document);

      if (g_str_equal (text, wanted))
        return;
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
    }
}

void
enclave_test_limit_files (rlim_t bytes)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}
