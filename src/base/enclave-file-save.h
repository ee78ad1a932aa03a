/* enclave-file-save.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* What identifies one state of one file. All fields 0 and exists FALSE: no file. */
typedef struct
{
  gboolean exists;
  guint64 device;
  guint64 inode;
  guint64 size;
  gint64 mtime_ns;
  guint32 mode;
} EnclaveFileStamp;

typedef enum
{
  ENCLAVE_FILE_SAVE_NONE = 0,
  ENCLAVE_FILE_SAVE_EXECUTABLE = 1 << 0, /* for a new file only */
  /* killed in it, the next start ends it: enclave_save_journal_recover() */
  ENCLAVE_FILE_SAVE_RECOVERABLE = 1 << 1,
  ENCLAVE_FILE_SAVE_PRIVATE = 1 << 2, /* for a new file only: no rights for anybody but the owner */
} EnclaveFileSaveFlags;

#define ENCLAVE_FILE_SAVE_ERROR (enclave_file_save_error_quark ())

typedef enum
{
  ENCLAVE_FILE_SAVE_ERROR_CHANGED,  /* the file on disk is no longer @expected */
  ENCLAVE_FILE_SAVE_ERROR_READ_ONLY,
  ENCLAVE_FILE_SAVE_ERROR_NO_SPACE,
  ENCLAVE_FILE_SAVE_ERROR_FAILED,
} EnclaveFileSaveError;

GQuark enclave_file_save_error_quark (void);

void enclave_file_stamp_from_stat (EnclaveFileStamp *stamp, const struct stat *st);
gboolean enclave_file_stamp_equal (const EnclaveFileStamp *a, const EnclaveFileStamp *b);

/* The one save routine. Writes @contents as @name in the folder @directory_fd (which stays the
 * caller's), @name being one component and no symbolic link (the caller has resolved it).
 * Replace mode: a temporary file in the same folder (0600, then the old mode, owner, extended
 * attributes), fsync, compare with @expected again, rename, fsync of the folder. In-place mode,
 * when the file has several hard links, the folder can't be written or the owner can't be kept: the old
 * bytes are first copied to the state folder and put back when writing fails. Any failure leaves
 * the old file whole and no temporary file behind. Equal bytes are not written.
 * @expected: (nullable): state that the file must still be in; NULL writes whatever is there.
 * @result: (out) (optional): the state after the save.
 * Blocks; call it from a worker where the main loop matters. */
gboolean enclave_file_save (int directory_fd,
                            const char *name,
                            GBytes *contents,
                            const EnclaveFileStamp *expected,
                            EnclaveFileSaveFlags flags,
                            EnclaveFileStamp *result,
                            GError **error);
/* The same for a file that somebody has looked at: its bytes must still be @seen at the moment of writing. A stamp alone
 * can be set back, and two writes within one step of the file system's clock have the same. @seen: (nullable). */
gboolean enclave_file_save_seen (int directory_fd,
                                 const char *name,
                                 GBytes *contents,
                                 GBytes *seen,
                                 const EnclaveFileStamp *expected,
                                 EnclaveFileSaveFlags flags,
                                 EnclaveFileStamp *result,
                                 GError **error);
/* Whether @name in @directory_fd is a regular file that holds exactly @contents. */
gboolean enclave_file_save_holds (int directory_fd, const char *name, GBytes *contents);

G_END_DECLS
