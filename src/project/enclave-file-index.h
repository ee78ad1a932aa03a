/* enclave-file-index.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-fuzzy-list.h"

G_BEGIN_DECLS

/* The names of a project's files, for going to one by a part of its name. Ignored files are left out, denied ones are in it: they are
 * the person's. Looked at in a worker each time somebody is about to ask (0.1 s for 200,000 files): no monitors over thousands of
 * folders, and right on file systems that report nothing. Property: "loading". Signal: "changed": there is a new list. */
#define ENCLAVE_TYPE_FILE_INDEX (enclave_file_index_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileIndex, enclave_file_index, ENCLAVE, FILE_INDEX, GObject)

/* @root: absolute. Nothing is read before the first refresh. */
EnclaveFileIndex *enclave_file_index_new (const char *root);
/* Looks anew unless that is under way. */
void enclave_file_index_refresh (EnclaveFileIndex *self);
gboolean enclave_file_index_get_loading (EnclaveFileIndex *self);
/* There are more files than ENCLAVE_TREE_WALK_MAX_FILES. */
gboolean enclave_file_index_get_is_partial (EnclaveFileIndex *self);
/* (nullable): why the last look did not see all files, for people: the list is that of the look before, where there was one. Borrowed. */
const char *enclave_file_index_get_problem (EnclaveFileIndex *self);
/* Relative paths in their order. (nullable): NULL before the first look has ended. Borrowed. */
EnclaveFuzzyList *enclave_file_index_get_list (EnclaveFileIndex *self);
/* @path was opened just now, relative: it comes before others that fit as well, and first where nothing was typed yet. */
void enclave_file_index_note_use (EnclaveFileIndex *self, const char *path);

G_END_DECLS
