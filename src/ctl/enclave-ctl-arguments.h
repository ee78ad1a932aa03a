/* enclave-ctl-arguments.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _EnclaveCtlContext EnclaveCtlContext;

typedef struct
{
  const char *name;        /* without the dashes */
  const char *value;       /* what its value is called in the help; NULL: it takes none */
  const char *description; /* marked with N_() */
} EnclaveCtlOption;

/* One command of the program. */
typedef struct
{
  const char *name;
  const char *synopsis;    /* its arguments */
  const char *description; /* marked with N_() */
  const EnclaveCtlOption *options;
  guint n_options;
  gboolean takes_command_line; /* options end at the first word: what follows is somebody else's */
  gboolean is_run;             /* its own failures end with 125 */
  int (*run) (EnclaveCtlContext *context);
} EnclaveCtlCommand;

/* A command line, taken apart. Options may stand before or after the command. */
typedef struct _EnclaveCtlArguments EnclaveCtlArguments;

/* @commands: ends with NULL. @words: without the program's name. Never NULL: what is wrong is told by
 * enclave_ctl_arguments_peek_error(). */
EnclaveCtlArguments *enclave_ctl_arguments_parse (const EnclaveCtlCommand *const *commands, const char *const *words);
void enclave_ctl_arguments_free (EnclaveCtlArguments *self);
const GError *enclave_ctl_arguments_peek_error (EnclaveCtlArguments *self);
/* NULL when none was named. */
const EnclaveCtlCommand *enclave_ctl_arguments_get_command (EnclaveCtlArguments *self);
/* NULL when it was not given; "" for a given one without a value. Borrowed. */
const char *enclave_ctl_arguments_get_option (EnclaveCtlArguments *self, const char *name);
/* The words behind the command, NULL-terminated. Borrowed. */
const char *const *enclave_ctl_arguments_get_words (EnclaveCtlArguments *self, guint *n_words);
/* The text of --help: of the command when one was named. (transfer full) */
char *enclave_ctl_arguments_dup_help (EnclaveCtlArguments *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCtlArguments, enclave_ctl_arguments_free)

G_END_DECLS
