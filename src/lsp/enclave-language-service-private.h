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
  GCancellable *cancellable;
};

G_END_DECLS
