/* fake-keyring.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Secret Service that the bus starts, as far as keys of servers need one: `fake-keyring FOLDER`. What it keeps lies in
 * FOLDER/keys, so that the next one has it; its process is named by FOLDER/pid. While there is FOLDER/dies, the one that is
 * asked next takes it away and ends without an answer; while there is FOLDER/broken, none starts.
 */

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SERVICE_PATH "/org/freedesktop/secrets"
#define COLLECTION_PATH SERVICE_PATH "/aliases/default"
#define ITEM_PATH SERVICE_PATH "/collection/login/"
#define ERROR_PREFIX "org.freedesktop.Secret.Error."

static const char introspection[] =
  "<node>"
  "<interface name='org.freedesktop.Secret.Service'>"
  "<method name='OpenSession'><arg type='s'/><arg type='v'/><arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
  "<method name='SearchItems'><arg type='a{ss}'/><arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
  "<method name='GetSecrets'><arg type='ao'/><arg type='o'/><arg type='a{o(oayays)}' direction='out'/></method>"
  "<property name='Collections' type='ao' access='read'/>"
  "</interface>"
  "<interface name='org.freedesktop.Secret.Collection'>"
  "<method name='CreateItem'><arg type='a{sv}'/><arg type='(oayays)'/><arg type='b'/>"
  "<arg type='o' direction='out'/><arg type='o' direction='out'/></method>"
  "<property name='Locked' type='b' access='read'/>"
  "</interface>"
  "<interface name='org.freedesktop.Secret.Item'>"
  "<method name='Delete'><arg type='o' direction='out'/></method>"
  "</interface>"
  "</node>";

static GDBusNodeInfo *node;
static char *folder;
static GKeyFile *keys; /* group: the last element of an item's path; "server" and "key" */
static char *session;  /* (nullable): of this process alone */

static char *
dup_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static void
save (void)
{
  g_autofree char *path = dup_path ("keys");

  g_assert_true (g_key_file_save_to_file (keys, path, NULL));
}

static char *
dup_group (const char *server)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, server, -1);

  return g_strconcat ("i", hash, NULL);
}

static void
refuse (GDBusMethodInvocation *invocation, const char *name)
{
  g_dbus_method_invocation_return_dbus_error (invocation, name, "No.");
}

static void
open_session (GDBusMethodInvocation *invocation, GVariant *parameters)
{
  const char *algorithm;

  g_variant_get (parameters, "(&sv)", &algorithm, NULL);
  if (!g_str_equal (algorithm, "plain"))
    {
      refuse (invocation, "org.freedesktop.DBus.Error.NotSupported");
      return;
    }
  g_free (session);
  session = g_strdup_printf (SERVICE_PATH "/session/s%d", (int) getpid ());
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(vo)", g_variant_new_string (""), session));
}

static void
search (GDBusMethodInvocation *invocation, GVariant *parameters)
{
  g_autoptr (GVariant) attributes = g_variant_get_child_value (parameters, 0);
  g_autofree char *group = NULL;
  GVariantBuilder found;
  const char *server = "";

  g_variant_lookup (attributes, "server", "&s", &server);
  group = dup_group (server);
  g_variant_builder_init (&found, G_VARIANT_TYPE ("ao"));
  if (g_key_file_has_group (keys, group))
    {
      g_autofree char *path = g_strconcat (ITEM_PATH, group, NULL);

      g_variant_builder_add (&found, "o", path);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aoao)", &found, NULL));
}

static void
get_secrets (GDBusMethodInvocation *invocation, GVariant *parameters)
{
  g_autoptr (GVariantIter) paths = NULL;
  GVariantBuilder found;
  const char *of_session;
  const char *path;

  g_variant_get (parameters, "(ao&o)", &paths, &of_session);
  if (g_strcmp0 (of_session, session) != 0)
    {
      refuse (invocation, ERROR_PREFIX "NoSession");
      return;
    }
  g_variant_builder_init (&found, G_VARIANT_TYPE ("a{o(oayays)}"));
  while (g_variant_iter_next (paths, "&o", &path))
    {
      g_autofree char *group = g_path_get_basename (path);
      g_autofree char *key = g_key_file_get_string (keys, group, "key", NULL);

      if (key != NULL)
        g_variant_builder_add (&found, "{o(o@ay@ays)}", path, session, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1),
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, key, strlen (key), 1), "text/plain");
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{o(oayays)})", &found));
}

static void
create_item (GDBusMethodInvocation *invocation, GVariant *parameters)
{
  g_autoptr (GVariant) attributes = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autofree char *group = NULL;
  g_autofree char *path = NULL;
  g_autofree char *key = NULL;
  const char *of_session;
  const char *server = "";
  gconstpointer bytes;
  gsize length;

  g_variant_get (parameters, "(@a{sv}(&o@ay@ay&s)b)", &properties, &of_session, NULL, &value, NULL, NULL);
  if (g_strcmp0 (of_session, session) != 0)
    {
      refuse (invocation, ERROR_PREFIX "NoSession");
      return;
    }
  attributes = g_variant_lookup_value (properties, "org.freedesktop.Secret.Item.Attributes", G_VARIANT_TYPE ("a{ss}"));
  if (attributes != NULL)
    g_variant_lookup (attributes, "server", "&s", &server);
  bytes = g_variant_get_fixed_array (value, &length, 1);
  key = g_strndup (bytes, length);
  group = dup_group (server);
  path = g_strconcat (ITEM_PATH, group, NULL);
  g_key_file_set_string (keys, group, "server", server);
  g_key_file_set_string (keys, group, "key", key);
  save ();
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(oo)", path, "/"));
}

static void
called_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
           GVariant *parameters, GDBusMethodInvocation *invocation, gpointer data)
{
  g_autofree char *dies = dup_path ("dies");

  if (g_unlink (dies) == 0)
    _exit (1);
  if (g_str_equal (method, "OpenSession"))
    open_session (invocation, parameters);
  else if (g_str_equal (method, "SearchItems"))
    search (invocation, parameters);
  else if (g_str_equal (method, "GetSecrets"))
    get_secrets (invocation, parameters);
  else if (g_str_equal (method, "CreateItem"))
    create_item (invocation, parameters);
  else
    {
      g_autofree char *group = g_path_get_basename (path);

      g_key_file_remove_group (keys, group, NULL);
      save ();
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/"));
    }
}

static GVariant *
property_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *name, GError **error,
             gpointer data)
{
  return g_str_equal (name, "Locked") ? g_variant_new_boolean (FALSE) : g_variant_new_objv (NULL, 0);
}

static const GDBusInterfaceVTable functions = { called_cb, property_cb, NULL, { NULL } };

static char **
enumerate_cb (GDBusConnection *connection, const char *sender, const char *path, gpointer data)
{
  return g_key_file_get_groups (keys, NULL);
}

static GDBusInterfaceInfo **
introspect_cb (GDBusConnection *connection, const char *sender, const char *path, const char *name, gpointer data)
{
  GDBusInterfaceInfo **found = g_new0 (GDBusInterfaceInfo *, 2);

  found[0] = g_dbus_interface_info_ref (node->interfaces[2]);
  return found;
}

static const GDBusInterfaceVTable *
dispatch_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *name, gpointer *data,
             gpointer user_data)
{
  return &functions;
}

static const GDBusSubtreeVTable items = { enumerate_cb, introspect_cb, dispatch_cb, { NULL } };

static void
connected_cb (GDBusConnection *connection, const char *name, gpointer data)
{
  g_autofree char *path = dup_path ("pid");
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());

  g_dbus_connection_register_object (connection, SERVICE_PATH, node->interfaces[0], &functions, NULL, NULL, NULL);
  g_dbus_connection_register_object (connection, COLLECTION_PATH, node->interfaces[1], &functions, NULL, NULL, NULL);
  g_dbus_connection_register_subtree (connection, SERVICE_PATH "/collection/login", &items, G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES, NULL,
                                      NULL, NULL);
  g_assert_true (g_file_set_contents (path, pid, -1, NULL));
}

static void
lost_cb (GDBusConnection *connection, const char *name, gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *broken = NULL;
  g_autofree char *path = NULL;

  g_assert_cmpint (argc, ==, 2);
  folder = argv[1];
  broken = dup_path ("broken");
  if (g_file_test (broken, G_FILE_TEST_EXISTS))
    return 1;
  keys = g_key_file_new ();
  path = dup_path ("keys");
  g_key_file_load_from_file (keys, path, G_KEY_FILE_NONE, NULL);
  node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_bus_own_name (G_BUS_TYPE_SESSION, "org.freedesktop.secrets", G_BUS_NAME_OWNER_FLAGS_NONE, connected_cb, NULL, lost_cb, loop, NULL);
  g_main_loop_run (loop);
  return 0;
}
