/* enclave-terminal-pane-session.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the shells of a pane are and how they share their tabs, for opening them there again. A tab is a folder,
 * {"folder": …, "profile": the name of one}, or {"split": "right" or "down", "part": of a thousand, "first": …, "second": …} of these.
 * A profile is named and no more: what it runs stands in the person's settings.
 */

#include "config.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-terminal-pane-private.h"

#define MAX_DEPTH 6

static gboolean
is_kept (EnclaveTerminalTab *tab)
{
  const char *folder = enclave_terminal_tab_get_folder (tab);

  return !enclave_terminal_tab_get_is_agent (tab) && !enclave_terminal_tab_get_is_task (tab) && folder != NULL
         && g_utf8_validate (folder, -1, NULL);
}

static JsonNode *
describe_tab (EnclaveTerminalTab *tab)
{
  const EnclaveTerminalProfile *profile = enclave_terminal_tab_get_profile (tab);
  JsonNode *node = json_node_alloc ();
  JsonObject *object;

  if (profile == NULL)
    return json_node_init_string (node, enclave_terminal_tab_get_folder (tab));

  object = json_object_new ();
  json_object_set_string_member (object, "folder", enclave_terminal_tab_get_folder (tab));
  json_object_set_string_member (object, "profile", profile->name);
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

/* (transfer full) (nullable): NULL: nothing of it is kept. */
static JsonNode *
describe (EnclaveTerminalSplit *split, GtkWidget *widget)
{
  GtkWidget *parts[2] = { NULL, NULL };
  GtkOrientation orientation = GTK_ORIENTATION_HORIZONTAL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;
  guint part = 0;
  JsonObject *object;
  JsonNode *node;

  if (!enclave_terminal_split_look (split, widget, &parts[0], &parts[1], &orientation, &part))
    {
      EnclaveTerminalTab *tab = ENCLAVE_TERMINAL_TAB (widget);

      return is_kept (tab) ? describe_tab (tab) : NULL;
    }

  first = describe (split, parts[0]);
  second = describe (split, parts[1]);
  if (first == NULL || second == NULL)
    return first != NULL ? g_steal_pointer (&first) : g_steal_pointer (&second);

  object = json_object_new ();
  json_object_set_string_member (object, "split", orientation == GTK_ORIENTATION_HORIZONTAL ? "right" : "down");
  json_object_set_int_member (object, "part", part);
  json_object_set_member (object, "first", g_steal_pointer (&first));
  json_object_set_member (object, "second", g_steal_pointer (&second));
  node = json_node_alloc ();
  json_node_init_object (node, object);
  json_object_unref (object);
  return node;
}

JsonNode *
enclave_terminal_pane_describe (EnclaveTerminalPane *self)
{
  JsonNode *node = json_node_alloc ();
  JsonArray *array = json_array_new ();

  json_node_init_array (node, array);
  json_array_unref (array);
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), node);

  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveTerminalSplit *split = ENCLAVE_TERMINAL_SPLIT (adw_tab_page_get_child (adw_tab_view_get_nth_page (self->tab_view, i)));
      JsonNode *tab = describe (split, enclave_terminal_split_get_root (split));

      if (tab != NULL)
        json_array_add_element (array, tab);
    }
  return node;
}

/* What stands first in what @node divides. (nullable) */
static JsonNode *
get_first (JsonNode *node, guint depth)
{
  while (node != NULL && JSON_NODE_HOLDS_OBJECT (node) && depth++ < MAX_DEPTH)
    {
      JsonObject *object = json_node_get_object (node);

      if (!json_object_has_member (object, "first"))
        break;
      node = json_object_get_member (object, "first");
    }
  return node;
}

/* Borrowed; NULL when it is nowhere a shell could begin. (nullable) */
static const char *
get_folder (JsonNode *node)
{
  const char *folder = NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    folder = json_node_get_string (node);
  else if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    folder = enclave_json_peek_string (json_node_get_object (node), "folder");
  return folder != NULL && g_path_is_absolute (folder) ? folder : NULL;
}

/* (transfer full) (nullable): NULL: none, or one that is gone. */
static EnclaveTerminalProfile *
find_profile (EnclaveTerminalPane *self, JsonNode *node)
{
  const char *name = JSON_NODE_HOLDS_OBJECT (node) ? enclave_json_peek_string (json_node_get_object (node), "profile") : NULL;

  return enclave_terminal_profiles_find (self->settings, name);
}

/* A terminal whose folder is gone is opened all the same: it has its place among the others, and its profile. */
static EnclaveTerminalTab *
open_again (EnclaveTerminalPane *self, EnclaveTerminalTab *beside, GtkOrientation orientation, JsonNode *leaf)
{
  g_autoptr (EnclaveTerminalProfile) profile = find_profile (self, leaf);
  const char *const folders[] = { get_folder (leaf), self->folder, NULL };

  return beside != NULL ? _enclave_terminal_pane_open_beside (self, beside, profile, folders, ENCLAVE_TERMINAL_TOLD_OF_SESSION, orientation)
                        : _enclave_terminal_pane_open (self, profile, folders, ENCLAVE_TERMINAL_TOLD_OF_SESSION);
}

/* @tab is there, for what stands first in @node. */
static void
restore (EnclaveTerminalPane *self, EnclaveTerminalTab *tab, JsonNode *node, guint depth)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *direction = object != NULL ? enclave_json_peek_string (object, "split") : NULL;
  JsonNode *second = object != NULL && json_object_has_member (object, "second") ? json_object_get_member (object, "second") : NULL;
  g_autoptr (GPtrArray) tabs = _enclave_terminal_pane_list (self);
  EnclaveTerminalTab *added;

  if (direction == NULL || depth >= MAX_DEPTH || !json_object_has_member (object, "first"))
    return;
  if (tabs->len < ENCLAVE_TERMINAL_MAX_RESTORED && get_folder (get_first (second, depth)) != NULL)
    {
      GtkOrientation orientation = g_str_equal (direction, "down") ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;

      added = open_again (self, tab, orientation, get_first (second, depth));
      enclave_terminal_split_set_part (enclave_terminal_split_of (tab), tab, (guint) CLAMP (enclave_json_get_int (object, "part", 0), 0, 1000));
      restore (self, added, second, depth + 1);
    }
  restore (self, tab, json_object_get_member (object, "first"), depth + 1);
}

void
enclave_terminal_pane_restore (EnclaveTerminalPane *self, JsonArray *tabs)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));
  g_return_if_fail (tabs != NULL);

  for (guint i = 0; i < json_array_get_length (tabs); i++)
    {
      JsonNode *node = json_array_get_element (tabs, i);
      JsonNode *leaf = get_first (node, 0);
      g_autoptr (GPtrArray) open = _enclave_terminal_pane_list (self);

      if (open->len >= ENCLAVE_TERMINAL_MAX_RESTORED)
        return;
      if (get_folder (leaf) != NULL)
        restore (self, open_again (self, NULL, GTK_ORIENTATION_HORIZONTAL, leaf), node, 0);
    }
}
