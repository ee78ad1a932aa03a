/* enclave-file-rows-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-rows.h"

G_BEGIN_DECLS

#define GROUP_ROWS 32
/* A list is as high as its rows together, and that is an int. */
#define MAX_ROWS 80000000u

/* Where a group of rows begins. */
typedef struct
{
  guint64 offset;
  guint64 line; /* that its first row belongs to, from 1 */
  gboolean cut; /* its first row goes on with the line above */
} Group;

/* Shared with the workers. */
typedef struct
{
  gatomicrefcount references;
  int fd;
  EnclaveFileRowsKind kind;
  guint bytes_per_row;
} Source;

struct _EnclaveFileRowItem
{
  GObject parent_instance;

  guint position;
  guint64 number; /* line, or offset */
  gboolean continues;
  gboolean known;
  EnclaveFileRowsKind kind;
  char *text; /* (nullable) */
};

struct _EnclaveFileRows
{
  GObject parent_instance;

  Source *source; /* (nullable) */
  EnclaveFileRowsKind kind;
  GArray *groups; /* (element-type Group) */
  guint n_rows;
  guint64 size;
  gboolean complete;
  char *problem; /* (nullable) */
  GCancellable *cancellable;
  GHashTable *loaded;  /* (element-type guint LoadedGroup) */
  GQueue order;        /* of their numbers, the last looked at first */
  GHashTable *waiting; /* (element-type guint GPtrArray of EnclaveFileRowItem) */
};

typedef struct
{
  char *texts[GROUP_ROWS];
  guint64 numbers[GROUP_ROWS];
  gboolean continues[GROUP_ROWS];
} LoadedGroup;

typedef struct
{
  Source *source;
  guint index;
  guint n_rows;
  Group group;
} Load;

Source *_enclave_file_rows_source_ref (Source *source);
void _enclave_file_rows_source_unref (Source *source);
/* A worker finds the rows of @self and tells them, the first @n_first of them at once. */
void _enclave_file_rows_scan (EnclaveFileRows *self, guint n_first);
/* The work of a task whose data is a Load (freed with the function below); it returns a LoadedGroup. */
void _enclave_file_rows_load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);
void _enclave_file_rows_load_free (gpointer data);
void _enclave_file_rows_loaded_group_free (gpointer data);
/* @loaded: (transfer full): of a group that is not kept yet. */
void _enclave_file_rows_keep (EnclaveFileRows *self, guint index, LoadedGroup *loaded);
void _enclave_file_rows_notify_problem (EnclaveFileRows *self);
/* What a worker has read of its row. */
void _enclave_file_row_item_give (EnclaveFileRowItem *row, LoadedGroup *loaded);

G_END_DECLS
