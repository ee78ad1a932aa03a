/* enclave-pins.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the administrator of a machine has pinned, in the file that holds the system's deny rules too:
 *
 *   [settings]
 *   servers = ['http://127.0.0.1:11434']     this value, whatever the user has set
 *   mode <= 'plan'                           this, or less: of an ordered choice, a number, a switch (on is more), a list
 *   [models]
 *   qwen3*                                   models whose name fits one of the patterns, and no others
 *   [mcp]
 *   files 3f9c…                              MCP servers that `enclavectl mcp list --json` shows with this name and digest, no others
 *
 * Names and values of settings are those of GSettings. Read once in a run, so a change holds from the next start on. A file that
 * is not root's, can be written by others or has a line that is not understood pins everything to its tightest. */
#define ENCLAVE_PINS_FILE "/etc/enclave/policy"

typedef struct
{
  char *key;         /* of GSettings */
  gboolean is_limit; /* the user may choose less */
  GVariant *value;   /* of the key's type */
  guint line;        /* in the file; 0: none, for the file could not be used */
  GPtrArray *order;  /* (nullable) (element-type utf8): words of a choice, the tightest first */
} EnclavePin;

typedef struct
{
  GPtrArray *settings; /* (element-type EnclavePin) */
  GStrv models;        /* (nullable): patterns; NULL: any model */
  GStrv mcp;           /* (nullable): "NAME DIGEST"; NULL: any server */
  char *file;
  char *problem;       /* (nullable): why the file can't be used; for people */
} EnclavePins;

/* Of this machine; read when first asked for. Never NULL, never freed. */
const EnclavePins *enclave_pins_get (void);
/* The same of another file, whoever's it is; for tests. (transfer full) */
EnclavePins *enclave_pins_read_file (const char *path, guint32 owner);
void enclave_pins_free (EnclavePins *self);

/* Borrowed; NULL when @key is free. */
const EnclavePin *enclave_pins_find (const EnclavePins *self, const char *key);
gboolean enclave_pins_allow_model (const EnclavePins *self, const char *id);
gboolean enclave_pins_allow_mcp (const EnclavePins *self, const char *name, const char *digest);
/* The place in an ordered choice that holds when @wanted is asked for: never more than is pinned. */
guint enclave_pins_clamp_choice (const EnclavePins *self, const char *key, guint wanted);

/* What holds when @wanted is asked for: of what is no value of the setting, the pinned one. (transfer full) */
GVariant *enclave_pin_clamp (const EnclavePin *self, GVariant *wanted);
/* One sentence for people: who has pinned it, where. (transfer full) */
char *enclave_pins_explain (const EnclavePins *self, const EnclavePin *pin);

/* Whether a line opens one of the sections above. */
gboolean enclave_pins_is_section (const char *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclavePins, enclave_pins_free)

G_END_DECLS
