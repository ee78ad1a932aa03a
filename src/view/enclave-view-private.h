/* enclave-view-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#define FUSE_USE_VERSION 312

#include <fuse_lowlevel.h>
#include <glib.h>
#include <sys/stat.h>

#include "enclave-descriptor.h"
#include "enclave-link-index.h"
#include "enclave-policy.h"

G_BEGIN_DECLS

/* How long the kernel may keep a name or attributes. What is changed inside the box it knows at once; this is for changes made
 * outside. No verdict depends on it: each open is judged by the name that its file has then. */
#define VIEW_TIMEOUT_S 1.0

typedef struct _EnclaveViewStore EnclaveViewStore;
typedef struct _EnclaveViewConfigFiles EnclaveViewConfigFiles;

/* One file, folder or link of the workspace that the kernel knows. Its descriptor keeps its number from being given anew. */
typedef struct
{
  dev_t device;
  ino_t inode;
  int fd;              /* O_PATH */
  mode_t type;         /* S_IFMT */
  guint64 lookups;     /* under the lock of the view */
  gboolean is_denied;  /* when it was last looked up; for its attributes only */
  /* Of a folder: how many of its names the kernel has asked for of late, and when last (monotonic, in µs). */
  guint n_asked;
  gint64 asked_us;
  gboolean is_foreign; /* of the filtered object store: can't be written */
  guint8 config_kind;  /* see enclave-view-config.h */
  /* For reading, shared by all that have opened it, see open_to_read(); under the lock of the view. 0: none. */
  int read_fd;
  guint n_readers;
  struct stat read_state; /* of the file when it was opened */
} EnclaveViewNode;

typedef struct
{
  EnclavePolicy *policy;
  EnclaveLinkIndex *links;
  char *root;
  EnclaveViewNode *top;
  gboolean own_ids; /* files of others are shown as the caller's: their numbers may have no meaning in the box */
  gboolean read_only;
  int report_fd;    /* -1, or where refusals are told */
  EnclaveViewStore *store; /* (nullable) */
  EnclaveViewConfigFiles *config_files;
  struct fuse_session *session;

  /* Held for writing while a folder moves: what is made in it meanwhile would not have been looked at. */
  GRWLock moves;
  GMutex lock;
  GHashTable *nodes;
  guint n_read_fds;
  GHashTable *told;
  GHashTable *own_stores; /* "DEVICE:INODE" of repositories and their object stores that the box itself has begun */
} EnclaveView;

/* enclave-view-node.c */
EnclaveViewNode *enclave_view_node (EnclaveView *self, fuse_ino_t number);
/* Takes @fd (O_PATH), also when it fails. Returns: an errno, 0 with *@node, which has one look-up more. */
int enclave_view_adopt (EnclaveView *self, int fd, const struct stat *st, EnclaveViewNode **node);
void enclave_view_forget (EnclaveView *self, EnclaveViewNode *node, guint64 lookups);
void enclave_view_fill_attributes (EnclaveView *self, const EnclaveViewNode *node, struct stat *st);
/* "/proc/self/fd/N" */
#define VIEW_LINK_MAX ENCLAVE_DESCRIPTOR_LINK_MAX
void enclave_view_link_of (int fd, char link[VIEW_LINK_MAX]);

/* The kernel asks for the names in @folder one by one. */
void enclave_view_note_asked (EnclaveViewNode *folder);
/* Whether it knows so many of them that telling it of all would be for nothing. */
gboolean enclave_view_was_asked (const EnclaveViewNode *folder);

/* enclave-view-judge.c: all return an errno, 0 when it may be. */
/* An opened file, by the name that the kernel gives it and by its inode. What is refused is told; enclave_view_denies() asks
 * for reading without telling. @path: (nullable): what enclave_view_path_of() has said. */
gboolean enclave_view_denies (EnclaveView *self, const char *path, const struct stat *st);
int enclave_view_judge (EnclaveView *self, int fd, const struct stat *st, EnclaveEffects effects);
int enclave_view_judge_node (EnclaveView *self, EnclaveViewNode *node, EnclaveEffects effects);
/* The same. @st: (out): what the file was then. */
int enclave_view_judge_state (EnclaveView *self, EnclaveViewNode *node, EnclaveEffects effects, struct stat *st);
/* A name below @folder that is to be made, removed or replaced. */
int enclave_view_judge_name (EnclaveView *self, EnclaveViewNode *folder, const char *name, gboolean is_folder);
/* Whether all that is in the folder @name keeps its verdicts under the new name: a rule may be about where a file lies. */
int enclave_view_judge_move (EnclaveView *self, EnclaveViewNode *folder, const char *name, EnclaveViewNode *new_folder,
                             const char *new_name);
/* (transfer full) (nullable): absolute, as the kernel names it. */
char *enclave_view_path_of (int fd);
void enclave_view_tell (EnclaveView *self, const char *path, const char *rule);

/* enclave-view-files.c: what is left when nobody knows @node any more; under the lock of the view. */
void enclave_view_drop_read_fd (EnclaveView *self, EnclaveViewNode *node);

/* enclave-view-names.c, -folders.c, -files.c: fill their part of the table. */
void enclave_view_names_fill (struct fuse_lowlevel_ops *operations);
void enclave_view_folders_fill (struct fuse_lowlevel_ops *operations);
void enclave_view_files_fill (struct fuse_lowlevel_ops *operations);
/* Opens and judges @name. Returns: an errno; 0 with @entry filled and one look-up counted. */
int enclave_view_look_up (EnclaveView *self, EnclaveViewNode *folder, const char *name, struct fuse_entry_param *entry);
void enclave_view_entry (EnclaveView *self, EnclaveViewNode *node, const struct stat *st, struct fuse_entry_param *entry);

G_END_DECLS
