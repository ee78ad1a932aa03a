/* enclave-buffer-overlay.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Unsaved text that stands in for a file's content on disk, by absolute true path. Asked only after the
 * gate has decided about the path. The editor is one (open buffers), a change set another
 * (proposals not applied yet). */
#define ENCLAVE_TYPE_BUFFER_OVERLAY (enclave_buffer_overlay_get_type ())
G_DECLARE_INTERFACE (EnclaveBufferOverlay, enclave_buffer_overlay, ENCLAVE, BUFFER_OVERLAY, GObject)

struct _EnclaveBufferOverlayInterface
{
  GTypeInterface parent_iface;

  char *(*dup_text) (EnclaveBufferOverlay *self, const char *path);
  gboolean (*replace_text) (EnclaveBufferOverlay *self, const char *path, const char *text);
  char **(*dup_paths) (EnclaveBufferOverlay *self);
};

/* Returns: (transfer full) (nullable): the unsaved text (UTF-8, line ends as in the file), or NULL when the
 * file on disk counts: not open, or open and unmodified. */
char *enclave_buffer_overlay_dup_text (EnclaveBufferOverlay *self, const char *path);
/* The paths that enclave_buffer_overlay_dup_text() has a text for. (transfer full) */
char **enclave_buffer_overlay_dup_paths (EnclaveBufferOverlay *self);
/* Called after a write reached the disk (or instead of it, when the buffer was modified): an open buffer
 * takes @text as one undo step. Returns: TRUE when a buffer took it. */
gboolean enclave_buffer_overlay_replace_text (EnclaveBufferOverlay *self, const char *path, const char *text);

G_END_DECLS
