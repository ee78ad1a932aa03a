/* enclave-file-door.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-save.h"
#include "enclave-path-resolver.h"

G_BEGIN_DECLS

/* Reads and lists what the resolver has opened. Private to the gate: tools reach it through a scope. All work is done on a
 * worker thread, whose input is the immutable resolver and a copy of the path. */

typedef struct
{
  char *path;             /* relative to the project */
  char *true_path;
  gboolean exists;
  char *text;             /* (nullable): valid UTF-8 without NUL */
  gboolean is_latin_1;    /* the file's bytes are not UTF-8: @text is what they are in ISO-8859-1 */
  GError *text_error;     /* (nullable): why there is a file and no text: NOT_TEXT, TOO_LARGE, FAILED */
  EnclaveVerdict verdict; /* ALLOW or ASK */
  char *rule;             /* (nullable): the rule that asks */
  EnclaveFileStamp stamp;
} EnclaveFileContent;

void enclave_file_content_free (EnclaveFileContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFileContent, enclave_file_content_free)

/* A missing file is no error here: the decision about its name stands, and an overlay may have its text. */
void enclave_file_door_read_async (EnclavePathResolver *resolver, EnclaveEffects effects, const char *path,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveFileContent *enclave_file_door_read_finish (EnclavePathResolver *resolver, GAsyncResult *result,
                                                   GError **error);
/* The same on the calling thread, for workers. */
EnclaveFileContent *enclave_file_door_read (EnclavePathResolver *resolver, EnclaveEffects effects, const char *path,
                                            GError **error);

typedef struct
{
  char *path;
  char *text;        /* one entry a line */
  guint n_entries;
  gboolean truncated;
} EnclaveFolderListing;

void enclave_folder_listing_free (EnclaveFolderListing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFolderListing, enclave_folder_listing_free)

void enclave_file_door_list_async (EnclavePathResolver *resolver, const char *path, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
EnclaveFolderListing *enclave_file_door_list_finish (EnclavePathResolver *resolver, GAsyncResult *result,
                                                     GError **error);

/* All bytes of @fd, at most @max_bytes: NULL with errno EFBIG for more. (transfer full), NUL-terminated. */
char *enclave_file_door_slurp (int fd, gsize max_bytes, gsize *length);
/* Whether bytes that are not UTF-8 may be a text in an older encoding: then no control characters are among them. */
gboolean enclave_file_door_may_be_latin_1 (const char *bytes, gsize length);
/* Git's own configuration may hold passwords in addresses and headers, and its logs addresses: they are drawn as `*`.
 * (transfer full) */
char *enclave_file_door_mask (const char *true_path, char *text);

G_END_DECLS
