/* enclave-checkpoint-record.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What one application has done to one file. The contents are in the store, named by their digest. */
typedef struct
{
  char *path;       /* relative to the project, with no link in it */
  char *old_object; /* (nullable): there was no file */
  char *new_object; /* (nullable): it was removed */
  guint32 old_mode; /* permission bits, of no meaning without the object */
  guint32 new_mode;
  gboolean is_buffered; /* unsaved text in the editor was changed, not the disk */
} EnclaveCheckpointFile;

/* One application: all files or none. The applications of one turn have its conversation and turn in common. */
typedef struct
{
  guint64 number; /* grows from one application of a project to the next; 0: not kept yet */
  gint64 time;    /* seconds since 1970 */
  char *conversation; /* "" outside of one */
  char *turn;
  char *title;    /* what the person asked for, shortened */
  GArray *undoes; /* (element-type guint64): the applications that this one has taken back; empty: an edit */
  GPtrArray *files;   /* (element-type EnclaveCheckpointFile) */
  GPtrArray *folders; /* (element-type utf8): those that it makes, outermost first */
  GPtrArray *emptied; /* (element-type utf8): those that go when it has left nothing in them, outermost first */
} EnclaveCheckpointRecord;

EnclaveCheckpointFile *enclave_checkpoint_file_new (const char *path);
void enclave_checkpoint_file_free (EnclaveCheckpointFile *file);

EnclaveCheckpointRecord *enclave_checkpoint_record_new (void);
/* Atomically counted: records are handed from workers to lists. */
EnclaveCheckpointRecord *enclave_checkpoint_record_ref (EnclaveCheckpointRecord *record);
void enclave_checkpoint_record_unref (EnclaveCheckpointRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCheckpointRecord, enclave_checkpoint_record_unref)

/* One line of JSON. (transfer full) */
char *enclave_checkpoint_record_to_text (const EnclaveCheckpointRecord *record);
/* NULL for what is no record: a path that leaves the project, an object that is no digest. (transfer full) */
EnclaveCheckpointRecord *enclave_checkpoint_record_parse (const char *text, gssize length, GError **error);

G_END_DECLS
