/* enclave-task-detector.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a project is most likely built and tested, told from the files at its root. Only their names, and whether some words are in
 * them, count: nothing of what they say gets into a command, so a hostile folder can choose among these lines and no others. A
 * suggestion: `command` runs when the person has switched it on, confined and asked for like every command of the agent; the others
 * run in the person's terminal, when the person says so. */

typedef struct
{
  const char *system;  /* static: "meson", "cmake", "cargo", "go", "npm", "pytest", "make" */
  const char *file;    /* static: what told so */
  const char *command; /* static: a shell command line that needs no network */
  const char *build;   /* static (nullable): what a person would type to build it; NULL: there is nothing to build */
  const char *run;     /* static (nullable): NULL: how it runs can't be told from the file */
  const char *test;    /* static (nullable): NULL: it tells of no tests */
} EnclaveDetectedTask;

/* @root: absolute path of the folder. Blocks for the reading of a few small files. Returns: (transfer full) (element-type
 * EnclaveDetectedTask): the most specific first; elements are static. */
GPtrArray *enclave_task_detector_list (const char *root);

G_END_DECLS
