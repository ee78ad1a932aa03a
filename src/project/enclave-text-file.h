/* enclave-text-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-file-save.h"

G_BEGIN_DECLS

/* A file as text that goes back byte for byte: encoding, BOM and line ends are kept beside the text. */

typedef enum
{
  ENCLAVE_LINE_ENDS_LF,
  ENCLAVE_LINE_ENDS_CRLF,
  ENCLAVE_LINE_ENDS_CR,
  ENCLAVE_LINE_ENDS_MIXED,
} EnclaveLineEnds;

#define ENCLAVE_TEXT_FILE_ERROR (enclave_text_file_error_quark ())

typedef enum
{
  ENCLAVE_TEXT_FILE_ERROR_BINARY,       /* NUL bytes, not text in any encoding known here */
  ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE,
  ENCLAVE_TEXT_FILE_ERROR_NOT_REGULAR,
  ENCLAVE_TEXT_FILE_ERROR_CANNOT_ENCODE, /* names the character and its line */
  ENCLAVE_TEXT_FILE_ERROR_CHANGED,
  ENCLAVE_TEXT_FILE_ERROR_FAILED,
} EnclaveTextFileError;

GQuark enclave_text_file_error_quark (void);

/* What a load found. Immutable. */
#define ENCLAVE_TYPE_TEXT_FILE (enclave_text_file_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextFile, enclave_text_file, ENCLAVE, TEXT_FILE, GObject)

/* Opens without blocking (O_NONBLOCK, regular files only), reads, decodes (UTF-8, BOMs of UTF-8/16, else ISO-8859-1).
 * Result: (transfer full). A file that can't be opened is a G_IO_ERROR (NOT_FOUND, PERMISSION_DENIED …). */
void enclave_text_file_load_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
/* The same, as @encoding, one of enclave_text_file_list_encodings(); where its bytes are no such text, or with NULL, as above. */
void enclave_text_file_load_as_async (GFile *file, const char *encoding, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
EnclaveTextFile *enclave_text_file_load_finish (GAsyncResult *result, GError **error);

/* The first whole lines, at most @max_bytes of them, of a file of more than @from_bytes: something to look at until all is loaded. The text
 * of the whole file begins with them, unless it is written meanwhile or turns out not to be text.
 * Result: (transfer full) (nullable): UTF-8 without a BOM; NULL without an error where there are none: of a smaller file, of one in another
 * encoding, and where the first line is longer. Of a file that is too large to be loaded %ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE: the load need not
 * be waited for to know it. */
void enclave_text_file_peek_async (GFile *file, gsize from_bytes, gsize max_bytes, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
GBytes *enclave_text_file_peek_finish (GAsyncResult *result, GError **error);

/* Text for the editor: UTF-8, line ends as in the file. Borrowed. */
const char *enclave_text_file_get_text (EnclaveTextFile *self);
gsize enclave_text_file_get_length (EnclaveTextFile *self);
/* A name of enclave_text_file_list_encodings(). */
const char *enclave_text_file_get_encoding (EnclaveTextFile *self);
gboolean enclave_text_file_get_has_bom (EnclaveTextFile *self);
EnclaveLineEnds enclave_text_file_get_line_ends (EnclaveTextFile *self);
/* Bytes of the longest line, without its end. */
gsize enclave_text_file_get_longest_line (EnclaveTextFile *self);
gboolean enclave_text_file_get_read_only (EnclaveTextFile *self);
/* Where it lies, links followed. Borrowed, NULL for none. */
const char *enclave_text_file_get_path (EnclaveTextFile *self);
const EnclaveFileStamp *enclave_text_file_get_stamp (EnclaveTextFile *self);
/* The same, of a file that was moved to @file. (transfer full) */
EnclaveTextFile *enclave_text_file_new_moved (EnclaveTextFile *self, GFile *file);
/* An empty text for a file that is not there yet. (transfer full) */
EnclaveTextFile *enclave_text_file_new_empty (void);
/* The same, that will be written as @encoding, a name of enclave_text_file_get_encoding(); UTF-8 for others. (transfer full) */
EnclaveTextFile *enclave_text_file_new_empty_as (const char *encoding, gboolean has_bom);

/* The names of the encodings that a file can be read and written in: static, NULL-terminated. */
const char *const *enclave_text_file_list_encodings (void);
/* The bytes of this file, read as @encoding, a name of the list. Takes the time of decoding. (transfer full): NULL with
 * ENCLAVE_TEXT_FILE_ERROR_FAILED: they are no such text, or would not go back as they are. */
EnclaveTextFile *enclave_text_file_read_as (EnclaveTextFile *self, const char *encoding, GError **error);
/* The same text, to be written as @encoding, a name of the list. @has_bom: for those that can have one. (transfer full) */
EnclaveTextFile *enclave_text_file_new_written_as (EnclaveTextFile *self, const char *encoding, gboolean has_bom);

/* Writes @text in this file's encoding to @file through the one save routine, following symbolic links.
 * At another place than that it was loaded from nothing may stand yet. @force: TRUE overwrites what changed on disk since (asked by the user). The bytes of an unedited text equal the file's.
 * A file that was deleted since is made again, executable or private as it was.
 * Result: (transfer full): the state after the save. */
void enclave_text_file_save_async (EnclaveTextFile *self, GFile *file, const char *text, gboolean force,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveTextFile *enclave_text_file_save_finish (GAsyncResult *result, GError **error);
/* TRUE when @file on disk is not in the state this was loaded or saved in. Blocks, as long as a disk does not answer. */
gboolean enclave_text_file_is_stale (EnclaveTextFile *self, GFile *file, gboolean *deleted);
/* The same in a thread. @cancellable: (nullable). */
void enclave_text_file_check_async (EnclaveTextFile *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
/* @deleted: (out). Returns: FALSE with @error when it was cancelled. */
gboolean enclave_text_file_check_finish (EnclaveTextFile *self, GAsyncResult *result, gboolean *deleted, GError **error);
/* @path with all symbolic links followed, the last of them also when it leads to nothing yet. Blocks: for workers. (transfer full) */
char *enclave_text_file_resolve (const char *path, GError **error);

G_END_DECLS
