/* enclave-chat-meter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-context-report.h"

G_BEGIN_DECLS

/* What of the model's window is taken by what, and what was left out, for the popover of the meter. Each row is text, so that a screen
 * reader has it. (transfer floating) */
GtkWidget *enclave_chat_meter_new (const EnclaveContextReport *report);

G_END_DECLS
