/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the tree of accessibles of a program for the driver. A journey reads it at each look,
 * thousands of nodes a time: with the answers taken apart in Python that was four fifths of the
 * time of all journeys.
 *
 * All functions are called from Python by ctypes. What they return is JSON, to be freed with
 * accessible_tree_free(); whatever has gone in the meantime is null or is not there. */

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define PROPERTIES "org.freedesktop.DBus.Properties"
#define ROOT "/org/a11y/atspi/accessible/root"
#define NOWHERE "/org/a11y/atspi/null"
#define EVENT "org.a11y.atspi.Event.Object"
#define CHILDREN_CHANGED "ChildrenChanged"
#define CALL_MS 20000
/* What GTK tells of no child that comes or goes while its parent is not realized is seen by then.
 */
#define FAMILIES_US (2 * G_USEC_PER_SEC)
/* The cache knows a widget once somebody has asked for it: what it does not know is read a second
 * time. */
#define ROUNDS 3
#define IN_WINDOW 1

typedef struct AccessibleTree AccessibleTree;

AccessibleTree *accessible_tree_new (const char *address);
char *accessible_tree_walk (AccessibleTree *self, const char *name, const char *path);
char *accessible_tree_texts (AccessibleTree *self, const char *name, const char *paths);
char *accessible_tree_boxes (AccessibleTree *self, const char *name, const char *paths);
void accessible_tree_free (char *text);

/* Many calls, sent before the first answer is read. Those that GDBus offers have a task, a time-out
 * and a main loop each: they took twice as long as the program does to answer. */
struct AccessibleTree
{
  GDBusConnection *bus;
  GMutex mutex;
  GCond arrived;
  GHashTable *calls;    /* number of the message: place in @answers + 1, while it is awaited */
  GPtrArray *answers;   /* (nullable GVariant), in the order of the calls */
  char *program;        /* (nullable) whose @families they are */
  GHashTable *families; /* Family by path of the parent */
  gint64 since;         /* when they were begun */
  GHashTable *changed;  /* (mutex): paths of parents that a signal told of since */
};

/* The children that a node had when the cache told this of it and of them. */
typedef struct
{
  guint64 told;
  GPtrArray *children; /* paths */
} Family;

static void
family_free (gpointer data)
{
  Family *self = data;

  g_ptr_array_unref (self->children);
  g_free (self);
}

void
accessible_tree_free (char *text)
{
  g_free (text);
}

static void
free_answer (gpointer answer)
{
  g_clear_pointer ((GVariant **)&answer, g_variant_unref);
}

/* Runs on the thread of the connection. */
static GDBusMessage *
take_answer (GDBusConnection *bus, GDBusMessage *message, gboolean incoming, gpointer data)
{
  AccessibleTree *self = data;
  gpointer place = NULL;

  if (incoming && g_strcmp0 (g_dbus_message_get_member (message), CHILDREN_CHANGED) == 0)
    {
      g_mutex_lock (&self->mutex);
      g_hash_table_add (self->changed, g_strdup (g_dbus_message_get_path (message)));
      g_mutex_unlock (&self->mutex);
      g_object_unref (message);
      return NULL;
    }
  if (!incoming || g_dbus_message_get_reply_serial (message) == 0)
    return message;
  g_mutex_lock (&self->mutex);
  if (g_hash_table_steal_extended (
          self->calls, GUINT_TO_POINTER (g_dbus_message_get_reply_serial (message)), NULL, &place))
    {
      GVariant *body = g_dbus_message_get_body (message);

      if (body != NULL
          && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_RETURN)
        g_ptr_array_index (self->answers, GPOINTER_TO_UINT (place) - 1) = g_variant_ref (body);
      if (g_hash_table_size (self->calls) == 0)
        g_cond_signal (&self->arrived);
      g_clear_object (&message);
    }
  g_mutex_unlock (&self->mutex);
  return message;
}

/* A connection to the accessibility bus at @address, or NULL; it lives as long as the process. */
AccessibleTree *
accessible_tree_new (const char *address)
{
  AccessibleTree *self = g_new0 (AccessibleTree, 1);
  g_autoptr (GVariant) answer = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->arrived);
  self->calls = g_hash_table_new (NULL, NULL);
  self->answers = g_ptr_array_new_with_free_func (free_answer);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->families = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, family_free);
  self->bus = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, NULL);
  if (self->bus == NULL)
    return NULL;
  g_dbus_connection_add_filter (self->bus, take_answer, self, NULL);
  answer = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "AddMatch",
      g_variant_new ("(s)", "type='signal',interface='" EVENT "',member='" CHILDREN_CHANGED "'"),
      NULL, G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
  return answer != NULL ? self : NULL;
}

static void
ask (AccessibleTree *self,
     const char *name,
     const char *path,
     const char *interface,
     const char *method,
     GVariant *parameters)
{
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (name, path, interface, method);
  guint32 number = 0;

  g_dbus_message_set_body (message, parameters);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->answers, NULL);
  if (g_dbus_connection_send_message (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, &number,
                                      NULL))
    g_hash_table_insert (self->calls, GUINT_TO_POINTER (number),
                         GUINT_TO_POINTER (self->answers->len));
  g_mutex_unlock (&self->mutex);
}

/* Returns: (transfer full): the answers to what was asked since the last time */
static GPtrArray *
await_answers (AccessibleTree *self)
{
  gint64 end = g_get_monotonic_time () + CALL_MS * G_TIME_SPAN_MILLISECOND;
  GPtrArray *answers;

  g_mutex_lock (&self->mutex);
  while (g_hash_table_size (self->calls) > 0
         && g_cond_wait_until (&self->arrived, &self->mutex, end))
    continue;
  g_hash_table_remove_all (self->calls);
  answers = self->answers;
  self->answers = g_ptr_array_new_with_free_func (free_answer);
  g_mutex_unlock (&self->mutex);
  return answers;
}

/* The number that a property has, or 0. */
static int
read_number (GPtrArray *answers, guint index)
{
  GVariant *answer = g_ptr_array_index (answers, index);
  g_autoptr (GVariant) value = NULL;

  if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("(v)")))
    return 0;
  g_variant_get (answer, "(v)", &value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_INT32) ? g_variant_get_int32 (value) : 0;
}

/* A node as the cache tells it. */
typedef struct
{
  GVariant *told;
  int n_children; /* that are presented */
  guint64 family; /* what is told of it and of its children, in a number */
} Item;

static void
item_free (gpointer data)
{
  Item *self = data;

  g_variant_unref (self->told);
  g_free (self);
}

#define ITEM_TYPE "((so)(so)(so)iiassusau)"

/* What of @told has to do with the place of a node among others, in a number. */
static guint64
sum_up (const char *path, GVariant *told)
{
  g_autoptr (GVariant) states = g_variant_get_child_value (told, 9);
  guint64 sum = g_str_hash (path);
  int index;

  g_variant_get_child (told, 3, "i", &index);
  sum = (sum * 31 + (guint)index) * 0x9E3779B97F4A7C15u;
  for (gsize i = 0; i < g_variant_n_children (states); i++)
    {
      guint32 word;

      g_variant_get_child (states, i, "u", &word);
      sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
    }
  return sum ^ sum >> 29;
}

/* The order in which the cache tells of them says nothing. */
static void
add_families (GHashTable *items)
{
  GHashTableIter iter;
  gpointer path;
  Item *item;

  g_hash_table_iter_init (&iter, items);
  while (g_hash_table_iter_next (&iter, &path, (gpointer *)&item))
    {
      g_autofree char *parent = NULL;
      Item *above;

      g_variant_get_child (item->told, 2, "(so)", NULL, &parent);
      above = g_hash_table_lookup (items, parent);
      if (above != NULL)
        above->family += sum_up (path, item->told);
    }
}

/* Returns: (transfer full): Item by path */
static GHashTable *
read_items (AccessibleTree *self, const char *name)
{
  GHashTable *items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, item_free);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariantIter) told = NULL;
  GVariant *item;

  answer = g_dbus_connection_call_sync (
      self->bus, name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", NULL,
      G_VARIANT_TYPE ("(a" ITEM_TYPE ")"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
  if (answer == NULL)
    return items;
  g_variant_get (answer, "(a" ITEM_TYPE ")", &told);
  while ((item = g_variant_iter_next_value (told)) != NULL)
    {
      Item *node = g_new0 (Item, 1);
      char *path = NULL;

      node->told = item;
      g_variant_get_child (item, 4, "i", &node->n_children);
      g_variant_get_child (item, 0, "(so)", NULL, &path);
      node->family = (guint64)node->n_children;
      g_hash_table_replace (items, path, node);
    }
  add_families (items);
  return items;
}

/* How many children each of @level has. */
static GArray *
count_children (AccessibleTree *self, const char *name, GPtrArray *level, GHashTable *items)
{
  GArray *counts = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GPtrArray) answers = NULL;
  guint next = 0;

  for (guint i = 0; i < level->len; i++)
    if (items == NULL || !g_hash_table_contains (items, g_ptr_array_index (level, i)))
      ask (self, name, g_ptr_array_index (level, i), PROPERTIES, "Get",
           g_variant_new ("(ss)", ACCESSIBLE, "ChildCount"));
  answers = await_answers (self);
  for (guint i = 0; i < level->len; i++)
    {
      Item *item = items != NULL ? g_hash_table_lookup (items, g_ptr_array_index (level, i)) : NULL;
      int count = item != NULL ? item->n_children : read_number (answers, next++);

      g_array_append_val (counts, count);
    }
  return counts;
}

/* Whether a signal told of another child of @path, or of the node above it: that of a page of a
 * stack comes from the stack. */
static gboolean
has_changed (AccessibleTree *self, const char *path, Item *item)
{
  g_autofree char *parent = NULL;
  gboolean changed;

  g_variant_get_child (item->told, 2, "(so)", NULL, &parent);
  g_mutex_lock (&self->mutex);
  changed = g_hash_table_contains (self->changed, path)
            || g_hash_table_contains (self->changed, parent);
  g_mutex_unlock (&self->mutex);
  return changed;
}

/* What signals have told of by now, or everything for another program and from time to time. */
static void
forget_children (AccessibleTree *self, const char *name)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer path;

  g_mutex_lock (&self->mutex);
  if (g_strcmp0 (self->program, name) != 0 || now - self->since > FAMILIES_US)
    {
      g_hash_table_remove_all (self->families);
      g_free (self->program);
      self->program = g_strdup (name);
      self->since = now;
    }
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      Family *family = g_hash_table_lookup (self->families, path);

      for (guint i = 0; family != NULL && i < family->children->len; i++)
        g_hash_table_remove (self->families, g_ptr_array_index (family->children, i));
      g_hash_table_remove (self->families, path);
    }
  g_hash_table_remove_all (self->changed);
  g_mutex_unlock (&self->mutex);
}

/* Returns: (transfer none) (nullable): paths of the children of @path, when nothing that is told of
 * it and of them has changed since they were asked for */
static GPtrArray *
recall_children (AccessibleTree *self, const char *path, GHashTable *items)
{
  Item *item = items != NULL ? g_hash_table_lookup (items, path) : NULL;
  Family *family = item != NULL ? g_hash_table_lookup (self->families, path) : NULL;

  return family != NULL && family->told == item->family ? family->children : NULL;
}

static void
remember_children (AccessibleTree *self, const char *path, GHashTable *items, GPtrArray *children)
{
  Item *item = items != NULL ? g_hash_table_lookup (items, path) : NULL;
  Family *family;

  if (item == NULL || (int)children->len != item->n_children || has_changed (self, path, item))
    return;
  family = g_new (Family, 1);
  family->told = item->family;
  family->children = g_ptr_array_ref (children);
  g_hash_table_replace (self->families, g_strdup (path), family);
}

/* Adds those children of each of @level that are presented to @children, in their order, and what
 * is new of them to @below. GetChildren tells of closed popovers, too; and the cache can't be asked
 * whose children they are, since it tells what is hidden at the place of what is shown instead. */
static void
read_children (AccessibleTree *self,
               const char *name,
               GPtrArray *level,
               GHashTable *items,
               GHashTable *children,
               GPtrArray *below)
{
  g_autoptr (GPtrArray) asked = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = NULL;
  g_autoptr (GArray) counts = NULL;
  guint next = 0;

  for (guint i = 0; i < level->len; i++)
    if (recall_children (self, g_ptr_array_index (level, i), items) == NULL)
      g_ptr_array_add (asked, g_ptr_array_index (level, i));
  counts = count_children (self, name, asked, items);
  for (guint i = 0; i < asked->len; i++)
    for (int child = 0; child < g_array_index (counts, int, i); child++)
      ask (self, name, g_ptr_array_index (asked, i), ACCESSIBLE, "GetChildAtIndex",
           g_variant_new ("(i)", child));
  answers = await_answers (self);
  for (guint i = 0; i < asked->len; i++)
    {
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

      for (int child = 0; child < g_array_index (counts, int, i); child++, next++)
        {
          GVariant *answer = g_ptr_array_index (answers, next);
          g_autofree char *path = NULL;

          if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("((so))")))
            continue;
          g_variant_get (answer, "((so))", NULL, &path);
          if (!g_str_equal (path, NOWHERE))
            g_ptr_array_add (found, g_steal_pointer (&path));
        }
      remember_children (self, g_ptr_array_index (asked, i), items, found);
      g_hash_table_replace (children, g_ptr_array_index (asked, i), g_steal_pointer (&found));
    }
  for (guint i = 0; i < level->len; i++)
    {
      char *parent = g_ptr_array_index (level, i);
      GPtrArray *found = g_hash_table_lookup (children, parent);

      if (found == NULL)
        {
          found = g_ptr_array_ref (recall_children (self, parent, items));
          g_hash_table_replace (children, parent, found);
        }
      for (guint child = 0; child < found->len; child++)
        if (!g_hash_table_contains (children, g_ptr_array_index (found, child)))
          g_ptr_array_add (below, g_ptr_array_index (found, child));
    }
}

static gboolean
knows_all (GHashTable *items, GHashTable *children)
{
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, children);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (items, path))
      return FALSE;
  return TRUE;
}

static void
write_item (JsonBuilder *builder, const char *path, GVariant *told)
{
  g_autoptr (GVariantIter) interfaces = NULL, states = NULL;
  const char *parent, *name, *interface;
  guint32 role, word;

  g_variant_get (told, "((so)(so)(s&o)iias&susau)", NULL, NULL, NULL, NULL, NULL, &parent, NULL,
                 NULL, &interfaces, &name, &role, NULL, &states);
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, path);
  json_builder_add_string_value (builder, parent);
  json_builder_begin_array (builder);
  while (g_variant_iter_next (interfaces, "&s", &interface))
    json_builder_add_string_value (builder, interface);
  json_builder_end_array (builder);
  json_builder_add_string_value (builder, name);
  json_builder_add_int_value (builder, role);
  json_builder_begin_array (builder);
  while (g_variant_iter_next (states, "u", &word))
    json_builder_add_int_value (builder, word);
  json_builder_end_array (builder);
  json_builder_end_array (builder);
}

static void
write_below (JsonBuilder *builder,
             const char *path,
             GHashTable *items,
             GHashTable *children,
             GHashTable *written)
{
  Item *item = g_hash_table_lookup (items, path);
  GPtrArray *below = g_hash_table_lookup (children, path);

  if (item == NULL || !g_hash_table_add (written, (gpointer)path))
    return;
  write_item (builder, path, item->told);
  for (guint i = 0; below != NULL && i < below->len; i++)
    write_below (builder, g_ptr_array_index (below, i), items, children, written);
}

static char *
finish (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

/* Nodes at and below @path, parents first; all windows when it is NULL. Each is an array of path,
 * path of the parent, interfaces, name, role (a number), words of the states. */
char *
accessible_tree_walk (AccessibleTree *self, const char *name, const char *path)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GHashTable) written = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) items = NULL, children = NULL, top = NULL;
  g_autoptr (GPtrArray) roots = NULL;

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GPtrArray) level = NULL, whole = g_ptr_array_new ();

      g_clear_pointer (&items, g_hash_table_unref);
      g_clear_pointer (&children, g_hash_table_unref);
      g_clear_pointer (&roots, g_ptr_array_unref);
      g_clear_pointer (&top, g_hash_table_unref);
      items = read_items (self, name);
      /* Signals that came before that answer are of what it tells. */
      forget_children (self, name);
      children = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify)g_ptr_array_unref);
      top = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                   (GDestroyNotify)g_ptr_array_unref);
      roots = g_ptr_array_new ();
      if (path != NULL)
        g_ptr_array_add (roots, (gpointer)path);
      else
        {
          g_ptr_array_add (whole, (gpointer)ROOT);
          read_children (self, name, whole, NULL, top, roots);
        }
      level = g_ptr_array_ref (roots);
      while (level->len > 0)
        {
          GPtrArray *below = g_ptr_array_new ();

          read_children (self, name, level, items, children, below);
          g_ptr_array_unref (level);
          level = below;
        }
      if (knows_all (items, children))
        break;
    }

  json_builder_begin_array (builder);
  for (guint i = 0; i < roots->len; i++)
    write_below (builder, g_ptr_array_index (roots, i), items, children, written);
  json_builder_end_array (builder);
  return finish (builder);
}

/* The text of each of @paths (a line each), null for what has gone. */
char *
accessible_tree_texts (AccessibleTree *self, const char *name, const char *paths)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) nodes = g_strsplit (paths, "\n", -1);
  g_autoptr (GPtrArray) counts = NULL, texts = NULL;

  for (guint i = 0; nodes[i] != NULL; i++)
    ask (self, name, nodes[i], PROPERTIES, "Get",
         g_variant_new ("(ss)", "org.a11y.atspi.Text", "CharacterCount"));
  counts = await_answers (self);
  for (guint i = 0; nodes[i] != NULL; i++)
    ask (self, name, nodes[i], "org.a11y.atspi.Text", "GetText",
         g_variant_new ("(ii)", 0, read_number (counts, i)));
  texts = await_answers (self);

  json_builder_begin_array (builder);
  for (guint i = 0; i < texts->len; i++)
    {
      GVariant *answer = g_ptr_array_index (texts, i);
      const char *text = NULL;

      if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(s)")))
        g_variant_get (answer, "(&s)", &text);
      if (text != NULL)
        json_builder_add_string_value (builder, text);
      else
        json_builder_add_null_value (builder);
    }
  json_builder_end_array (builder);
  return finish (builder);
}

/* Where each of @paths (a line each) is in its window, as [x, y, width, height] in pixels, null for
 * what has gone. */
char *
accessible_tree_boxes (AccessibleTree *self, const char *name, const char *paths)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) nodes = g_strsplit (paths, "\n", -1);
  g_autoptr (GPtrArray) answers = NULL;

  for (guint i = 0; nodes[i] != NULL; i++)
    ask (self, name, nodes[i], "org.a11y.atspi.Component", "GetExtents",
         g_variant_new ("(u)", IN_WINDOW));
  answers = await_answers (self);

  json_builder_begin_array (builder);
  for (guint i = 0; i < answers->len; i++)
    {
      GVariant *answer = g_ptr_array_index (answers, i);
      int box[4];

      if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("((iiii))")))
        {
          json_builder_add_null_value (builder);
          continue;
        }
      g_variant_get (answer, "((iiii))", &box[0], &box[1], &box[2], &box[3]);
      json_builder_begin_array (builder);
      for (guint side = 0; side < G_N_ELEMENTS (box); side++)
        json_builder_add_int_value (builder, box[side]);
      json_builder_end_array (builder);
    }
  json_builder_end_array (builder);
  return finish (builder);
}
