/* enclave-practice-part.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-practice-chat.h"
#include "enclave-practice-stream.h"

G_BEGIN_DECLS

/* Plays the model's part of the tour: what is said next where @chat stands. Returns: finish_reason. */
const char *enclave_practice_part_speak (EnclavePracticeChat *chat, EnclavePracticeStream *stream);

G_END_DECLS
