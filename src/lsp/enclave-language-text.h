/* enclave-language-text.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A place as the Language Server Protocol says it: line and UTF-16 code unit in it, both from 0. Whatever a server says is taken;
 * only a text tells what is meant. */
typedef struct
{
  guint line;
  guint unit;
} EnclaveLanguagePosition;

typedef struct
{
  EnclaveLanguagePosition start;
  EnclaveLanguagePosition end;
} EnclaveLanguageRange;

int enclave_language_position_compare (const EnclaveLanguagePosition *a, const EnclaveLanguagePosition *b);

/* A text with its lines, as the protocol counts them (CR LF, LF and CR end a line, and nothing else does): the one place where
 * positions of a server become places in a text and back. Immutable, counted by references. */
typedef struct _EnclaveLanguageText EnclaveLanguageText;

/* @text: (transfer full): valid UTF-8. */
EnclaveLanguageText *enclave_language_text_new (char *text);
EnclaveLanguageText *enclave_language_text_ref (EnclaveLanguageText *self);
void enclave_language_text_unref (EnclaveLanguageText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLanguageText, enclave_language_text_unref)

/* Whether both are the same, byte for byte. */
gboolean enclave_language_text_equal (EnclaveLanguageText *self, EnclaveLanguageText *other);
const char *enclave_language_text_get (EnclaveLanguageText *self, gsize *length);
guint enclave_language_text_get_n_lines (EnclaveLanguageText *self);
/* Without its end. @line: clamped. (transfer full) */
char *enclave_language_text_dup_line (EnclaveLanguageText *self, guint line);

/* The rule: a line behind the last one is the end of the text; a unit behind the end of its line is that end; a unit in the middle of
 * a pair of surrogates is the character before it. Bytes and characters (as GtkTextIter offsets count them) from the beginning. */
gsize enclave_language_text_get_byte (EnclaveLanguageText *self, EnclaveLanguagePosition position);
guint enclave_language_text_get_offset (EnclaveLanguageText *self, EnclaveLanguagePosition position);
/* Characters from the beginning of its line. */
guint enclave_language_text_get_column (EnclaveLanguageText *self, EnclaveLanguagePosition position);
/* @offset: in characters, @byte: at the beginning of one; both clamped. */
EnclaveLanguagePosition enclave_language_text_find_offset (EnclaveLanguageText *self, guint offset);
EnclaveLanguagePosition enclave_language_text_find_byte (EnclaveLanguageText *self, gsize byte);
/* Whether @position is one in the text as it is: nothing of it had to be clamped. */
gboolean enclave_language_text_has (EnclaveLanguageText *self, EnclaveLanguagePosition position);

/* The one range of @before that has to be replaced, by @inserted bytes of @after from @from on, to make @after of it. Never between
 * CR and LF, which no position can say. FALSE: they are the same. */
gboolean enclave_language_text_compare (EnclaveLanguageText *before, EnclaveLanguageText *after, EnclaveLanguageRange *range,
                                        gsize *from, gsize *inserted);

G_END_DECLS
