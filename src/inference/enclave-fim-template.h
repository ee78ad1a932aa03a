/* enclave-fim-template.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the models of one family are asked to fill in the middle of a text, for servers that do not know it themselves.
 * Source of the marks: the cards of the models and the special tokens of their tokenizers. */
typedef struct _EnclaveFimTemplate EnclaveFimTemplate;

/* Another text that the model is to know of. Borrowed strings. */
typedef struct
{
  const char *name;
  const char *text;
} EnclaveFimFile;

typedef enum
{
  ENCLAVE_FIM_FILLS,         /* the family is trained for it */
  ENCLAVE_FIM_ONLY_CHATS,    /* the variant answers in prose: tuned for a conversation, or it thinks first */
  ENCLAVE_FIM_UNKNOWN,       /* no family that is known for it */
} EnclaveFimAbility;

/* Told by the name alone. @model: as the server calls it, with or without folder, tag and file ending.
 * @template: (out) (optional) (nullable): static. */
EnclaveFimAbility enclave_fim_template_find (const char *model, const EnclaveFimTemplate **template_);
/* "Qwen Coder": for people. */
const char *enclave_fim_template_get_name (const EnclaveFimTemplate *self);
/* At most four words, the most a server takes by the OpenAI protocol; NULL-terminated, static. */
const char *const *enclave_fim_template_get_stop_words (const EnclaveFimTemplate *self);
/* The raw prompt. @files: (nullable). Marks that stand in the texts themselves are broken up, so that a text can't end its part.
 * (transfer full) */
char *enclave_fim_template_build (const EnclaveFimTemplate *self, const char *prefix, const char *suffix,
                                  const EnclaveFimFile *files, guint n_files);
/* @text without any mark: each is broken up by a blank behind its first sign. (transfer full) */
char *enclave_fim_template_neutralize (const char *text);

/* The marks of all families: what a model writes of them is never part of a text. NULL-terminated, static. */
const char *const *enclave_fim_markers (void);

G_END_DECLS
