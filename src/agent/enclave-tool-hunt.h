/* enclave-tool-hunt.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds, among tools of which a server refuses a request as a whole, those that it refuses by themselves: by halves. First it asks about none of
 * them, since the refusal may have another cause. Pure: whoever owns it asks the server. */
typedef struct _EnclaveToolHunt EnclaveToolHunt;

/* The most requests it wants to be made. */
#define ENCLAVE_TOOL_HUNT_MAX_PROBES 60

EnclaveToolHunt *enclave_tool_hunt_new (guint n_tools);
void enclave_tool_hunt_free (EnclaveToolHunt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveToolHunt, enclave_tool_hunt_free)
/* The tools to be asked about next: @count from @first on, maybe none of them. FALSE: it is over. */
gboolean enclave_tool_hunt_next (EnclaveToolHunt *self, guint *first, guint *count);
/* What the server said to them. */
void enclave_tool_hunt_answer (EnclaveToolHunt *self, gboolean is_refused);
/* Once it is over: indices (element-type guint), in no order; none: it is not because of single tools. Borrowed. */
GArray *enclave_tool_hunt_get_culprits (EnclaveToolHunt *self);

G_END_DECLS
