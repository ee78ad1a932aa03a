/* enclave-buffer-overlay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-buffer-overlay.h"

G_DEFINE_INTERFACE (EnclaveBufferOverlay, enclave_buffer_overlay, G_TYPE_OBJECT)

static void
enclave_buffer_overlay_default_init (EnclaveBufferOverlayInterface *iface)
{
}

/**
 * enclave_buffer_overlay_dup_text:
 * @path: absolute true path that the gate has decided about
 *
 * Returns: (transfer full) (nullable): the unsaved text, or %NULL when the file on disk counts
 */
char *
enclave_buffer_overlay_dup_text (EnclaveBufferOverlay *self, const char *path)
{
  g_return_val_if_fail (ENCLAVE_IS_BUFFER_OVERLAY (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  return ENCLAVE_BUFFER_OVERLAY_GET_IFACE (self)->dup_text (self, path);
}

/**
 * enclave_buffer_overlay_replace_text:
 * @path: absolute true path
 * @text: the file's whole new text
 *
 * Returns: %TRUE when an open buffer took @text
 */
gboolean
enclave_buffer_overlay_replace_text (EnclaveBufferOverlay *self, const char *path, const char *text)
{
  EnclaveBufferOverlayInterface *iface;

  g_return_val_if_fail (ENCLAVE_IS_BUFFER_OVERLAY (self), FALSE);
  g_return_val_if_fail (path != NULL && text != NULL, FALSE);

  iface = ENCLAVE_BUFFER_OVERLAY_GET_IFACE (self);

  return iface->replace_text != NULL && iface->replace_text (self, path, text);
}

/**
 * enclave_buffer_overlay_dup_paths:
 *
 * Returns: (transfer full): absolute true paths with an unsaved text; for a search, which decides about each
 */
char **
enclave_buffer_overlay_dup_paths (EnclaveBufferOverlay *self)
{
  EnclaveBufferOverlayInterface *iface;

  g_return_val_if_fail (ENCLAVE_IS_BUFFER_OVERLAY (self), NULL);

  iface = ENCLAVE_BUFFER_OVERLAY_GET_IFACE (self);

  return iface->dup_paths != NULL ? iface->dup_paths (self) : g_new0 (char *, 1);
}
