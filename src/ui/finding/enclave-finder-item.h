/* enclave-finder-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One thing that a person can go to or do: a row of the finder. Immutable. */
#define ENCLAVE_TYPE_FINDER_ITEM (enclave_finder_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFinderItem, enclave_finder_item, ENCLAVE, FINDER_ITEM, GObject)

/* @title, @detail: printable. @path: raw, relative to the project; "" for the file that is open. */
EnclaveFinderItem *enclave_finder_item_new_place (const char *icon_name, const char *title, const char *detail, const char *path,
                                                  guint line, guint column);
/* One that lies within others: @depth of them. */
EnclaveFinderItem *enclave_finder_item_new_nested (const char *icon_name, const char *title, const char *detail, const char *path,
                                                   guint line, guint column, guint depth);
/* @action: detailed name. @keys: (nullable): as people read them. */
EnclaveFinderItem *enclave_finder_item_new_command (const char *title, const char *detail, const char *action, const char *keys);

const char *enclave_finder_item_get_icon_name (EnclaveFinderItem *self);
const char *enclave_finder_item_get_title (EnclaveFinderItem *self);
const char *enclave_finder_item_get_detail (EnclaveFinderItem *self);
/* (nullable) */
const char *enclave_finder_item_get_keys (EnclaveFinderItem *self);
/* (nullable): NULL for a command. */
const char *enclave_finder_item_get_path (EnclaveFinderItem *self);
/* (nullable): NULL for a place. */
const char *enclave_finder_item_get_action (EnclaveFinderItem *self);
/* From 1; 0: where it was. */
guint enclave_finder_item_get_line (EnclaveFinderItem *self);
guint enclave_finder_item_get_column (EnclaveFinderItem *self);
guint enclave_finder_item_get_depth (EnclaveFinderItem *self);

G_END_DECLS
