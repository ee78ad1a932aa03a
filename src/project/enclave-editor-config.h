/* enclave-editor-config.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the .editorconfig files above a file say about it: https://spec.editorconfig.org, version 0.17. Read with bounds of our own and
 * not by libeditorconfig: the one of Debian 12 writes over the end of its buffers for some patterns, and opens what blocks. */

typedef enum
{
  ENCLAVE_EDITOR_CONFIG_UNSET, /* nothing is said, or "unset" */
  ENCLAVE_EDITOR_CONFIG_FALSE,
  ENCLAVE_EDITOR_CONFIG_TRUE,
} EnclaveEditorConfigAnswer;

typedef enum
{
  ENCLAVE_EDITOR_CONFIG_INDENT_UNSET,
  ENCLAVE_EDITOR_CONFIG_INDENT_TAB,
  ENCLAVE_EDITOR_CONFIG_INDENT_SPACE,
} EnclaveEditorConfigIndent;

typedef enum
{
  ENCLAVE_EDITOR_CONFIG_END_UNSET,
  ENCLAVE_EDITOR_CONFIG_END_LF,
  ENCLAVE_EDITOR_CONFIG_END_CRLF,
  ENCLAVE_EDITOR_CONFIG_END_CR,
} EnclaveEditorConfigEnd;

typedef enum
{
  ENCLAVE_EDITOR_CONFIG_CHARSET_UNSET,
  ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_8,
  ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_8_BOM,
  ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_16LE,
  ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_16BE,
  ENCLAVE_EDITOR_CONFIG_CHARSET_LATIN1,
} EnclaveEditorConfigCharset;

/* A plain value; all zero: nothing is said. */
typedef struct
{
  EnclaveEditorConfigIndent indent_style;
  guint indent_size;     /* columns, 0: unset; where the file says "tab" it is tab_width */
  guint tab_width;       /* columns, 0: unset */
  EnclaveEditorConfigEnd end_of_line;
  EnclaveEditorConfigCharset charset;
  EnclaveEditorConfigAnswer trim_trailing_whitespace;
  EnclaveEditorConfigAnswer insert_final_newline;
  guint max_line_length; /* columns, 0: unset or "off" */
  gboolean size_is_tab;  /* of the reading: "indent_size = tab" */
} EnclaveEditorConfig;

/* Looks for .editorconfig in the folder of @file and those above it, in a thread. What can't be read, is no regular file, is too large or
 * takes too many steps is as if it said nothing: there are no errors. @file need not exist. */
void enclave_editor_config_find_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveEditorConfig enclave_editor_config_find_finish (GAsyncResult *result);

/* Adds to @config what one .editorconfig says. @text: any bytes. @path: of the file, relative to the folder of the .editorconfig, with /
 * between its parts. @steps: what may still be spent on patterns; at 0 they no longer match. Returns: TRUE for "root = true". */
gboolean enclave_editor_config_apply (EnclaveEditorConfig *config, const char *text, gsize length, const char *path, guint *steps);
/* What follows from the properties together: the size from the width of a tab, and the other way. */
void enclave_editor_config_complete (EnclaveEditorConfig *config);
/* Whether the section @pattern is about @path. */
gboolean enclave_editor_config_matches (const char *pattern, const char *path, guint *steps);
/* @text as it is to be saved: blanks at the ends of lines and the end of the text as @config wants them, everything else as it is.
 * @end: the line end that a missing last one is given. (transfer full) */
char *enclave_editor_config_clean (const EnclaveEditorConfig *config, const char *text, const char *end);

G_END_DECLS
