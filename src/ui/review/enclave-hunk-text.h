/* enclave-hunk-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <pango/pango.h>

#include "enclave-line-diff.h"
#include "enclave-word-diff.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A line as it is shown. */
typedef struct
{
  EnclaveDiffKind kind;
  guint old_line; /* 0: none */
  guint new_line;
  char *text;     /* valid, hidden characters written out, the end of long lines counted */
  gsize length;
  gboolean plain; /* letters of one column each */
  GArray *words;  /* (element-type EnclaveTextRange) (nullable): what differs in it; found in a thread */
  PangoAttrList *colours; /* (nullable) */
} EnclaveHunkLine;

/* The lines of a hunk, or of a part of a long one, ready to be drawn. Signal "changed": words or colours have come; the
 * lines, and with them their heights, stay as they are. */
#define ENCLAVE_TYPE_HUNK_TEXT (enclave_hunk_text_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHunkText, enclave_hunk_text, ENCLAVE, HUNK_TEXT, GObject)

EnclaveHunkText *enclave_hunk_text_new (const EnclaveDiffHunk *hunk, guint first_line, guint n_lines);
guint enclave_hunk_text_get_n_lines (EnclaveHunkText *self);
EnclaveHunkLine *enclave_hunk_text_get_line (EnclaveHunkText *self, guint index);
/* The highest line number of the whole hunk: all its parts are as wide. */
guint enclave_hunk_text_get_last_number (EnclaveHunkText *self);
/* Begins to look for words that differ, once. */
void enclave_hunk_text_find_words (EnclaveHunkText *self);
/* Colours are set; draw them. */
void enclave_hunk_text_emit_changed (EnclaveHunkText *self);
/* For screen readers: what is added and removed in words. (transfer full) */
char *enclave_hunk_text_dup_spoken (EnclaveHunkText *self);

G_END_DECLS
