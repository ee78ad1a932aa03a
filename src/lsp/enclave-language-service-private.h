/* enclave-language-service-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-language-service.h"

G_BEGIN_DECLS

struct _EnclaveLanguageService
{
  GObject parent_instance;

  EnclaveGate *gate;
  GPtrArray *servers;    /* of EnclaveLanguageServer, one a kind */
  GHashTable *open;      /* path → EnclaveLanguageText, of what the editor has and a server could know */
  GStrv off;             /* (nullable) */
  gboolean enabled;
  EnclaveLanguageConsent consent;
  EnclavePolicy *policy; /* the one that the servers were started under */
  guint start_again;
  GPtrArray *changes;    /* (nullable) (element-type EnclaveFileChange): not told of yet */
  guint tell_changes;
  GCancellable *cancellable;
};

/* Whether the person has switched it off. */
gboolean _enclave_language_service_is_off (EnclaveLanguageService *self, EnclaveLanguageServer *server);
/* The server that @path belongs to: the first that is not known to be missing. Borrowed; (nullable). */
EnclaveLanguageServer *_enclave_language_service_choose (EnclaveLanguageService *self, const char *path);

G_END_DECLS
