/* enclave-finder-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-finder-item.h"

struct _EnclaveFinderItem
{
  GObject parent_instance;

  char *icon_name;
  char *title;
  char *detail;
  char *path;
  char *action;
  char *keys;
  guint line;
  guint column;
  guint depth;
};

G_DEFINE_FINAL_TYPE (EnclaveFinderItem, enclave_finder_item, G_TYPE_OBJECT)

static void
enclave_finder_item_finalize (GObject *object)
{
  EnclaveFinderItem *self = ENCLAVE_FINDER_ITEM (object);

  g_free (self->icon_name);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->path);
  g_free (self->action);
  g_free (self->keys);

  G_OBJECT_CLASS (enclave_finder_item_parent_class)->finalize (object);
}

static void
enclave_finder_item_class_init (EnclaveFinderItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_finder_item_finalize;
}

static void
enclave_finder_item_init (EnclaveFinderItem *self)
{
}

static EnclaveFinderItem *
new_item (const char *icon_name, const char *title, const char *detail)
{
  EnclaveFinderItem *self = g_object_new (ENCLAVE_TYPE_FINDER_ITEM, NULL);

  self->icon_name = g_strdup (icon_name);
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);

  return self;
}

EnclaveFinderItem *
enclave_finder_item_new_place (const char *icon_name, const char *title, const char *detail, const char *path, guint line,
                               guint column)
{
  EnclaveFinderItem *self = new_item (icon_name, title, detail);

  self->path = g_strdup (path);
  self->line = line;
  self->column = column;

  return self;
}

EnclaveFinderItem *
enclave_finder_item_new_nested (const char *icon_name, const char *title, const char *detail, const char *path, guint line,
                                guint column, guint depth)
{
  EnclaveFinderItem *self = enclave_finder_item_new_place (icon_name, title, detail, path, line, column);

  self->depth = depth;

  return self;
}

EnclaveFinderItem *
enclave_finder_item_new_command (const char *title, const char *detail, const char *action, const char *keys)
{
  EnclaveFinderItem *self = new_item ("media-playback-start-symbolic", title, detail);

  self->action = g_strdup (action);
  self->keys = g_strdup (keys);

  return self;
}

const char *
enclave_finder_item_get_icon_name (EnclaveFinderItem *self)
{
  return self->icon_name;
}

const char *
enclave_finder_item_get_title (EnclaveFinderItem *self)
{
  return self->title;
}

const char *
enclave_finder_item_get_detail (EnclaveFinderItem *self)
{
  return self->detail;
}

const char *
enclave_finder_item_get_keys (EnclaveFinderItem *self)
{
  return self->keys;
}

const char *
enclave_finder_item_get_path (EnclaveFinderItem *self)
{
  return self->path;
}

const char *
enclave_finder_item_get_action (EnclaveFinderItem *self)
{
  return self->action;
}

guint
enclave_finder_item_get_line (EnclaveFinderItem *self)
{
  return self->line;
}

guint
enclave_finder_item_get_column (EnclaveFinderItem *self)
{
  return self->column;
}

guint
enclave_finder_item_get_depth (EnclaveFinderItem *self)
{
  return self->depth;
}
