/* enclave-document-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be asked of a document.
 */

#include "config.h"

#include "enclave-document-private.h"

GtkSourceBuffer *
enclave_document_get_buffer (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->buffer;
}

GFile *
enclave_document_get_file (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->file;
}

const char *
enclave_document_get_true_path (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->true_path;
}

const char *
enclave_document_get_title (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->title;
}

gboolean
enclave_document_get_modified (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  /* what comes from the file is no change of anybody */
  return self->loaded && gtk_text_buffer_get_modified (GTK_TEXT_BUFFER (self->buffer));
}

gboolean
enclave_document_get_busy (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->busy > 0;
}

gboolean
enclave_document_get_loaded (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->loaded;
}

gboolean
enclave_document_get_filling (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->filling;
}

EnclaveDiskState
enclave_document_get_disk_state (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), ENCLAVE_DISK_SAME);

  return self->disk_state;
}

gboolean
enclave_document_get_is_new (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->is_new;
}

const char *
enclave_document_get_link_target (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->is_new ? self->link_target : NULL;
}

gboolean
enclave_document_get_read_only (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->text_file != NULL && enclave_text_file_get_read_only (self->text_file);
}

gboolean
enclave_document_get_heavy (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->heavy;
}

gsize
enclave_document_get_longest_line (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), 0);

  return self->longest_line;
}

/**
 * enclave_document_get_encoding:
 *
 * Returns: the name of the file's encoding, "UTF-8" while there is no file
 */
const char *
enclave_document_get_encoding (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->text_file != NULL ? enclave_text_file_get_encoding (self->text_file) : "UTF-8";
}

gboolean
enclave_document_get_has_bom (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), FALSE);

  return self->text_file != NULL && enclave_text_file_get_has_bom (self->text_file);
}

EnclaveLineEnds
enclave_document_get_line_ends (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), ENCLAVE_LINE_ENDS_LF);

  return self->line_ends;
}

const char *
enclave_document_get_disk_text (EnclaveDocument *self)
{
  g_return_val_if_fail (ENCLAVE_IS_DOCUMENT (self), NULL);

  return self->disk_file != NULL ? enclave_text_file_get_text (self->disk_file) : NULL;
}
