/* enclave-language-snapshot.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-snapshot.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "enclave-utf8.h"

typedef struct
{
  EnclaveLanguageText *text;
  gint64 version;
} Told;

struct _EnclaveLanguageSnapshot
{
  grefcount n_references;
  GHashTable *told; /* path → Told */
};

static void
told_free (gpointer data)
{
  Told *told = data;

  enclave_language_text_unref (told->text);
  g_free (told);
}

EnclaveLanguageSnapshot *
enclave_language_snapshot_new (void)
{
  EnclaveLanguageSnapshot *self = g_new0 (EnclaveLanguageSnapshot, 1);

  g_ref_count_init (&self->n_references);
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
  return self;
}

EnclaveLanguageSnapshot *
enclave_language_snapshot_ref (EnclaveLanguageSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->n_references);
  return self;
}

void
enclave_language_snapshot_unref (EnclaveLanguageSnapshot *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->n_references))
    return;
  g_hash_table_unref (self->told);
  g_free (self);
}

void
enclave_language_snapshot_add (EnclaveLanguageSnapshot *self, const char *path, EnclaveLanguageText *text, gint64 version)
{
  Told *told;

  g_return_if_fail (self != NULL && path != NULL && text != NULL);

  told = g_new0 (Told, 1);
  told->text = enclave_language_text_ref (text);
  told->version = version;
  g_hash_table_replace (self->told, g_strdup (path), told);
}

gboolean
enclave_language_snapshot_check (EnclaveLanguageSnapshot *self, const EnclaveLanguageFileEdit *edit, const char *text, GError **error)
{
  const Told *told;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (self != NULL && edit != NULL && text != NULL, FALSE);

  told = g_hash_table_lookup (self->told, edit->uri);
  if (told == NULL ? edit->version < 0
                   : (edit->version < 0 || edit->version == told->version)
                       && strcmp (enclave_language_text_get (told->text, NULL), text) == 0)
    return TRUE;
  shown = enclave_utf8_display_name (edit->uri);
  /* Translators: a file. It stands behind “Nothing is changed: ”. */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG,
               _ ("%s is not any more what the language server was asked about. Please try again"), shown);
  return FALSE;
}
