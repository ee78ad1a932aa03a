/* enclave-practice-listing.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-practice-reply.h"

G_BEGIN_DECLS

/* Answers the routes by which a server is recognised, in the shape of one of: "practice", "ollama", "lmstudio",
 * "lmstudio-v0", "vllm", "llamacpp", "openai", "none". @models: (nullable): see enclave-practice-script.c.
 * Returns: (transfer full) (nullable): NULL when that server has no such route. */
EnclavePracticeReply *enclave_practice_listing_answer (const char *shape, JsonArray *models, const char *path);
gboolean enclave_practice_listing_is_shape (const char *shape);

G_END_DECLS
