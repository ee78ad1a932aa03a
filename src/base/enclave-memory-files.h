/* enclave-memory-files.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Where a project keeps what an agent should know: the first that is there is used, and only that one; behind our own name and
 * the common one stand those that other programs use. A new one gets the first name. */
static const char *const enclave_memory_files[] = { "ENCLAVE.md", "AGENTS.md", "CLAUDE.md", "AZMX.md",
                                                    ".github/copilot-instructions.md" };
