/* enclave-save-journal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a save needs to be ended after the program was killed in it: one file (0600) in the state folder for each save that
 * is under way, held by a lock for as long as the program that saves lives. */
typedef struct _EnclaveSaveJournal EnclaveSaveJournal;

/* Before the file @name in @directory_fd, which @old_fd reads from its start, is written over with @contents: both texts are
 * kept and flushed to the disk. Returns: (transfer full): NULL when they can't be kept, and nothing may be written over. */
EnclaveSaveJournal *enclave_save_journal_begin_in_place (int directory_fd, const char *name, int old_fd, GBytes *contents,
                                                         GError **error);
/* Before a temporary file is made in @directory_fd, so that it does not stay when the program is killed. Not flushed: what a
 * power cut leaves of it is small. Returns: (transfer full) (nullable): NULL when it can't be kept, which is no reason not to
 * save. */
EnclaveSaveJournal *enclave_save_journal_begin_temporary (int directory_fd, const char *temporary);
/* The text that is written over, for putting it back. (transfer none) (nullable) */
GBytes *enclave_save_journal_get_old (EnclaveSaveJournal *self);
/* Where it lies. (transfer none) */
const char *enclave_save_journal_get_path (EnclaveSaveJournal *self);
/* @keep: FALSE: nothing needs it any longer; TRUE: the next start needs it. (transfer full) of @self. */
void enclave_save_journal_end (EnclaveSaveJournal *self, gboolean keep);

/* Ends what killed programs of this user have left: a file that is partly written gets its new text, a temporary file goes.
 * A file that is neither is somebody else's by now and not touched; its two texts stay, under a name that is looked at no more;
 * so do those of a file whose folder is gone for thirty days.
 * @ended, @kept: (out) (optional) (transfer full) (element-type filename): files that got their new text; paths of what was
 * put aside. Blocks: for a worker. Returns: how many entries were dealt with. */
guint enclave_save_journal_recover (GPtrArray **ended, GPtrArray **kept);

G_END_DECLS
