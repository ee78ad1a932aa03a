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
 * outside. No verdict depends on it: what is read and written is judged by the name that its file has then. */
#define VIEW_TIMEOUT_S 1.0
/* The kernel refuses what attributes forbid, and asks for them once more before it does: where they are kept for long, that is how the
 * view hears of it. Each look-up renews them. */
#define VIEW_REFUSED_TIMEOUT_S 86400.0

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
  /* When it was last looked up; for its attributes only. */
  gboolean is_denied;
  gboolean is_protected; /* may be read, not written */
  /* Of a folder: how many of its names the kernel has asked for of late, and when last (monotonic, in µs). */
  guint n_asked;
  gint64 asked_us;
  char *path;          /* (nullable): where it lay at path_us, see enclave_view_path_in() */
  gint64 path_us;      /* monotonic */
  gboolean is_foreign; /* of the filtered object store: can't be written */
  guint8 config_kind;  /* see enclave-view-config.h */
  /* See enclave-view-open.c. Descriptors are 0 when there is none. */
  int read_fd;
  struct stat read_state; /* of the file when it was opened */
  gboolean read_is_copy;
  gboolean read_is_settled;
  guint config_generation;
  GList readers_link;
  int write_fd;
  gboolean appends;
  gint64 written_us; /* monotonic */
  GList writers_link;
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
  /* (element-type EnclaveViewNode): with a descriptor to read or to write, the one that was used first at the head. */
  GQueue readers;
  GQueue writers;
  gint64 looked_idle_us;
  gint64 moved_us; /* monotonic: when the box last moved something */
  guint config_generation; /* more each time when a further file is known to be a configuration of git */
  GHashTable *told;
  GHashTable *own_stores; /* "DEVICE:INODE" of repositories and their object stores that the box itself has begun */
} EnclaveView;

/* enclave-view-node.c */
EnclaveViewNode *enclave_view_node (EnclaveView *self, fuse_ino_t number);
/* Takes @fd (O_PATH), also when it fails. Returns: an errno, 0 with *@node, which has one look-up more. */
int enclave_view_adopt (EnclaveView *self, int fd, const struct stat *st, EnclaveViewNode **node);
void enclave_view_forget (EnclaveView *self, EnclaveViewNode *node, guint64 lookups);
/* Returns: how long the kernel may keep them, in s. */
double enclave_view_fill_attributes (EnclaveView *self, const EnclaveViewNode *node, struct stat *st);
/* "/proc/self/fd/N" */
#define VIEW_LINK_MAX ENCLAVE_DESCRIPTOR_LINK_MAX
void enclave_view_link_of (int fd, char link[VIEW_LINK_MAX]);

/* The kernel asks for the names in @folder one by one. */
void enclave_view_note_asked (EnclaveViewNode *folder);
/* Whether it knows so many of them that telling it of all would be for nothing. */
gboolean enclave_view_was_asked (const EnclaveViewNode *folder);

/* enclave-view-judge.c: all return an errno, 0 when it may be. */
/* An opened file, by the name that the kernel gives it and by its inode. What is refused is told, but not by
 * enclave_view_note_verdict(), which sets what the attributes of @node say. @path: (nullable): what enclave_view_path_of() has said. */
void enclave_view_note_verdict (EnclaveView *self, EnclaveViewNode *node, const char *path, const struct stat *st);
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
/* Of @name in @folder, good enough for attributes: where a folder lies is asked once for all names that the kernel looks up in it in
 * a few milliseconds. (transfer full) (nullable) */
char *enclave_view_path_in (EnclaveView *self, EnclaveViewNode *folder, const char *name);
void enclave_view_tell (EnclaveView *self, const char *path, const char *rule);

/* enclave-view-open.c: @fd: (out): borrowed from the node until the next request. Returns: an errno. */
int enclave_view_open_to_read (EnclaveView *self, EnclaveViewNode *node, int *fd);
int enclave_view_open_to_write (EnclaveView *self, EnclaveViewNode *node, int *fd);
/* Takes @fd: of the file that was made as @node, which may be one that nobody could open for writing any more. */
void enclave_view_keep_to_write (EnclaveView *self, EnclaveViewNode *node, int fd);
/* Whether what is written by the descriptor goes to the end, wherever that is. Returns: an errno. */
int enclave_view_set_append (EnclaveViewNode *node, gboolean appends);
/* What is left when nobody knows @node any more. */
void enclave_view_close_node (EnclaveView *self, EnclaveViewNode *node);
/* Returns: the ms after which it has to be called again, -1 for never. */
int enclave_view_close_idle (EnclaveView *self);

/* enclave-view-names.c, -folders.c, -files.c: fill their part of the table. */
void enclave_view_names_fill (struct fuse_lowlevel_ops *operations);
void enclave_view_folders_fill (struct fuse_lowlevel_ops *operations);
void enclave_view_files_fill (struct fuse_lowlevel_ops *operations);
/* Opens and judges @name. Returns: an errno; 0 with @entry filled and one look-up counted. */
int enclave_view_look_up (EnclaveView *self, EnclaveViewNode *folder, const char *name, struct fuse_entry_param *entry);
void enclave_view_entry (EnclaveView *self, EnclaveViewNode *node, const struct stat *st, struct fuse_entry_param *entry);

G_END_DECLS
