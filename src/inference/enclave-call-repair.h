/* enclave-call-repair.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Arguments of a tool call that do not parse, when what was meant is certain: a fence or an object as text round the
 * object, braces or blanks behind its end, a comma before a closing bracket, line ends and tabs as they are within a string,
 * an escape that JSON does not have (`\'`, `\*`), strings in single quotes, quotes within a string that can't be its end, True, False
 * and None. Nothing is ever added: what lacks its end may be half of something, and is dropped. Pure.
 * Returns: (transfer full) (nullable): a JSON object as text; NULL when no repair is certain. */
char *enclave_call_repair (const char *text, gsize length);
/* @closed: something behind the text says that it is whole: brackets that are missing at its end were forgotten, and are added. */
char *enclave_call_repair_closed (const char *text, gsize length, gboolean closed);

G_END_DECLS
