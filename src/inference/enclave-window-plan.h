/* enclave-window-plan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-model-info.h"

G_BEGIN_DECLS

/* The window, in tokens, that requests to @model are made for; 0: nothing is known, and nothing is limited.
 *
 * Ollama makes the window as large as a request asks: what is loaded already when that is enough, else the largest that
 * the model was trained for, that its key-value cache and weights leave room for in the memory, and that is of use.
 * Everywhere else the window is the server's: what it has loaded; where it tells only what the model was trained for, no more
 * than servers load on their own.
 * @ram_bytes, @vram_bytes: of the machine; both 0: unknown, and then no bound. Pure. */
guint enclave_window_plan (EnclaveModelInfo *model, guint64 ram_bytes, guint64 vram_bytes);
/* The same for this machine's memory. */
guint enclave_window_plan_here (EnclaveModelInfo *model);

G_END_DECLS
