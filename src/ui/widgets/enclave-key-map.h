/* enclave-key-map.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-action-table.h"

G_BEGIN_DECLS

/* The keys of the action table as the person has changed them. They are kept in the setting `keys`, which holds only what differs; what
 * stands there and can't be used counts as not changed. Emits "changed". */
#define ENCLAVE_TYPE_KEY_MAP (enclave_key_map_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveKeyMap, enclave_key_map, ENCLAVE, KEY_MAP, GObject)

/* Why a key can't be given to an action. */
typedef enum
{
  ENCLAVE_KEY_FITS,
  ENCLAVE_KEY_IS_TYPED,     /* a letter, or another key that writes or moves */
  ENCLAVE_KEY_OF_THE_SHELL, /* Ctrl or Alt with a letter, and the action also has its key in the terminal */
  ENCLAVE_KEY_OF_THE_DESKTOP,
} EnclaveKeyVerdict;

/* @settings: (nullable): NULL: nothing is changed. (transfer full) */
EnclaveKeyMap *enclave_key_map_new (GSettings *settings);

/* How a window tells what is inside of it which keys count there. */
typedef EnclaveKeyMap *(*EnclaveKeyMapFunc) (GtkWidget *root);
void enclave_key_map_provide (GtkWidget *root, EnclaveKeyMapFunc func);
/* That of the window @widget is in. Borrowed; (nullable): it is in none that has one. */
EnclaveKeyMap *enclave_key_map_find (GtkWidget *widget);

/* Keys of @entry, of the table, separated by blanks, as of gtk_accelerator_parse(); "" when it has none. Borrowed until the next change. */
const char *enclave_key_map_get_keys (EnclaveKeyMap *self, const EnclaveActionEntry *entry);
gboolean enclave_key_map_is_changed (EnclaveKeyMap *self, const EnclaveActionEntry *entry);
/* Whether a key press is one of them. */
gboolean enclave_key_map_matches (EnclaveKeyMap *self, const EnclaveActionEntry *entry, GdkEvent *event);
/* Whether it is one that @entry would have, had it not been changed. */
gboolean enclave_key_map_matched_before (EnclaveKeyMap *self, const EnclaveActionEntry *entry, GdkEvent *event);

/* @keys: "" takes its keys away; NULL gives it back those of the table. Does nothing where the settings can't be written. */
void enclave_key_map_set_keys (EnclaveKeyMap *self, const EnclaveActionEntry *entry, const char *keys);
void enclave_key_map_reset (EnclaveKeyMap *self);
gboolean enclave_key_map_has_changes (EnclaveKeyMap *self);

/* Keys as people read them: "Ctrl+F", "Ctrl+? or Shift+Ctrl+/". (transfer full) (nullable): NULL: there is none. */
char *enclave_key_map_dup_label (const char *keys);
/* Keys that a widget takes for itself, as Enter in the composer, stay where they are. */
gboolean enclave_key_map_can_change (const EnclaveActionEntry *entry);
EnclaveKeyVerdict enclave_key_map_judge (const EnclaveActionEntry *entry, guint keyval, GdkModifierType modifiers);
/* Who has the key where @entry would have it too. Borrowed; (nullable): nobody. */
const EnclaveActionEntry *enclave_key_map_find_owner (EnclaveKeyMap *self, const EnclaveActionEntry *entry, guint keyval,
                                                      GdkModifierType modifiers);

G_END_DECLS
