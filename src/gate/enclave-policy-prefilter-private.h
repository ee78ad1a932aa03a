/* enclave-policy-prefilter-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-glob-index.h"

G_BEGIN_DECLS

/* What a look at the names of a path tells before any rule is tried. */
typedef struct
{
  guint64 sets;        /* a bit for each set of rules of which one may match; of the others none does */
  gboolean has_affix;  /* a name is that of a copy, see enclave_policy_dup_original() */
  gboolean has_dots;   /* a name is `.` or `..` */
} EnclavePolicyTraits;

/* @serial: of the contents of @index, among all that there are in the process: for what is remembered of the last folders.
 * @path: absolute. May be asked from any thread. */
EnclavePolicyTraits enclave_policy_prefilter_look (const EnclaveGlobIndex *index, guint64 serial, const char *path);
/* Never the same twice. */
guint64 enclave_policy_prefilter_next_serial (void);

G_END_DECLS
