/* enclave-plan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The plan that a model keeps: a task list of Markdown in a reply, `- [ ]` for what is to be done and `- [x]` for what is. The last one
 * of a conversation is its plan; it is kept where the reply is, so nothing tells a second truth. Pure. */

typedef struct
{
  char *text; /* Markdown of one step, at most ENCLAVE_PLAN_STEP_MAX_BYTES */
  gboolean done;
} EnclavePlanStep;

typedef enum
{
  ENCLAVE_PLAN_NO,
  ENCLAVE_PLAN_YES,
  ENCLAVE_PLAN_UNDECIDED, /* needs more of the text */
} EnclavePlanVerdict;

/**
 * enclave_plan_begins:
 * @text: the beginning of a block of Markdown
 *
 * Returns: whether it is a task list
 */
EnclavePlanVerdict enclave_plan_begins (const char *text);

/**
 * enclave_plan_find:
 * @text: a reply, or a part of one
 * @n_more: (out) (optional): steps above ENCLAVE_PLAN_MAX_STEPS, which are left out
 *
 * Returns: (transfer full) (element-type EnclavePlanStep) (nullable): the steps of the last task list in @text outside of code; %NULL
 * when there is none
 */
GPtrArray *enclave_plan_find (const char *text, guint *n_more);

/**
 * enclave_plan_append:
 * @steps: (element-type EnclavePlanStep): a plan
 * @text: takes it as lines of Markdown
 * @max_steps: how many of them
 * @max_bytes: of one step
 */
void enclave_plan_append (GPtrArray *steps, GString *text, guint max_steps, gsize max_bytes);

/**
 * enclave_plan_count_done:
 * @steps: (element-type EnclavePlanStep): a plan
 */
guint enclave_plan_count_done (GPtrArray *steps);

G_END_DECLS
