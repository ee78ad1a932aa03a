/* enclave-git-options.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* How each run of git begins, whoever asks for it: everything is switched off that a repository's configuration could make it start. It
 * runs in the box all the same: filters can't be switched off. */
static const char *const enclave_git_options[] = {
  "git",
  "--no-pager",
  "--no-optional-locks",
  "--literal-pathspecs",
  "-c", "core.hooksPath=/dev/null",
  "-c", "core.fsmonitor=false",
  "-c", "core.quotePath=true",
  "-c", "core.pager=cat",
  "-c", "diff.external=",
  "-c", "log.showSignature=false",
  "-c", "color.ui=false",
  /* Its warnings would stand among the names. */
  "-c", "core.safecrlf=false",
  /* The box may show another owner than the one who runs git. */
  "-c", "safe.directory=*",
};
