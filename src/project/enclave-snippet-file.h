/* enclave-snippet-file.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A piece of text that is inserted whole, and then filled in at its places. */

typedef enum
{
  ENCLAVE_SNIPPET_TEXT,     /* `text` */
  ENCLAVE_SNIPPET_PLACE,    /* `number`, 0 the last one; `inner` is what stands there at first */
  ENCLAVE_SNIPPET_MIRROR,   /* what place `number` holds */
  ENCLAVE_SNIPPET_VARIABLE, /* `text`: its name */
} EnclaveSnippetKind;

typedef struct
{
  EnclaveSnippetKind kind;
  guint number;
  char *text;       /* (nullable) */
  GPtrArray *inner; /* (nullable) (element-type EnclaveSnippetPart): texts and variables */
} EnclaveSnippetPart;

typedef struct
{
  char *trigger; /* letters, digits, `_` and `-` */
  char *name;
  char *description; /* "" when there is none */
  char **languages;  /* (nullable): ids of GtkSourceView; NULL: all, and text that has none */
  GPtrArray *parts;  /* (element-type EnclaveSnippetPart): places count from 1 without a gap */
} EnclaveSnippet;

EnclaveSnippet *enclave_snippet_ref (EnclaveSnippet *self);
void enclave_snippet_unref (EnclaveSnippet *self);
/* @language: (nullable): id of the text's language. */
gboolean enclave_snippet_is_for (const EnclaveSnippet *self, const char *language);

/* The snippets of a file as GtkSourceView and GNOME Builder have them. In a text, `$1`, `${1}` and `${1:so far}` are places, `$0` the
 * last one, a name as `$TM_FILENAME` is a variable, and `\$`, `\}`, `\\` are these letters. A `$` before anything else is a `$`.
 * Returns: (transfer full) (nullable) (element-type EnclaveSnippet): NULL with G_MARKUP_ERROR or G_IO_ERROR_INVALID_DATA, the message
 * with the line; a file that is wrong anywhere gives none. */
GPtrArray *enclave_snippet_file_parse (const char *bytes, gssize length, GError **error);

/* What is in the files `*.snippets` of a folder. */
typedef struct
{
  GPtrArray *snippets; /* (element-type EnclaveSnippet): by file name, as they stand there */
  GPtrArray *problems; /* (element-type utf8): of files that were left out: their name and why, for people */
} EnclaveSnippetFolder;

void enclave_snippet_folder_free (EnclaveSnippetFolder *folder);
/* A folder that is not there has none. Reads in a worker; links are followed, what is no ordinary file and files of more than 256 KiB
 * are problems. Finish: (transfer full) (nullable): NULL: cancelled. */
void enclave_snippet_folder_read_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveSnippetFolder *enclave_snippet_folder_read_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveSnippet, enclave_snippet_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveSnippetFolder, enclave_snippet_folder_free)

G_END_DECLS
