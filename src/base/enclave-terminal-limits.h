/* enclave-terminal-limits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Limits of the person's terminals and tasks; see enclave-limits.h. */

/* Of a command's output what is kept for copying and for the agent, the end of it; and of a task's for the list of problems. */
#define ENCLAVE_TERMINAL_OUTPUT_MAX_BYTES (1024 * 1024)
/* Places of prompts that one can jump to, the last ones. */
#define ENCLAVE_TERMINAL_MAX_PROMPTS 4096
/* Without an answer from the view for so long, output goes on without one. */
#define ENCLAVE_TERMINAL_ANSWER_MS 2000
/* Problems of one task, and what is read of one line: who needs more mends the first ones first. */
#define ENCLAVE_TASK_MAX_PROBLEMS 1000
#define ENCLAVE_TASK_MAX_LINE_BYTES 4096
/* Of a failed task what is attached to a message: the end of it, where the failure stands. */
#define ENCLAVE_TASK_ATTACH_MAX_BYTES (16 * 1024)
