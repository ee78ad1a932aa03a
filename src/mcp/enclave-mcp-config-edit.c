/* enclave-mcp-config-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text is looked through with blanks for its comments, where every byte stands where it does in the text itself, and changed in
 * place there.
 */

#include "config.h"

#include "enclave-mcp-config-edit.h"

#include <string.h>

#include "enclave-json.h"

#define INDENT "  "
/* The servers, the entry, its member, and what is in that. */
#define MAX_LEVELS 4

/* One member of an object, as offsets. */
typedef struct
{
  gsize key;        /* of its quotation mark */
  gsize value;
  gsize value_end;
  gsize before_end; /* behind the value before it, or behind the brace */
  gsize next_key;   /* 0: it is the last one */
  gboolean is_first;
} Member;

static gsize
skip_blanks (const char *plain, gsize at)
{
  return at + strspn (plain + at, " \t\r\n");
}

static gsize
skip_string (const char *plain, gsize at)
{
  for (at++; plain[at] != '"'; at++)
    if (plain[at] == '\\')
      at++;
  return at + 1;
}

/* @plain is JSON, so that only strings and brackets have to be known. */
static gsize
skip_value (const char *plain, gsize at)
{
  guint depth = 0;

  if (plain[at] != '{' && plain[at] != '[')
    return plain[at] == '"' ? skip_string (plain, at) : at + strcspn (plain + at, ",]} \t\r\n");
  do
    {
      if (plain[at] == '"')
        {
          at = skip_string (plain, at);
          continue;
        }
      if (plain[at] == '{' || plain[at] == '[')
        depth++;
      else if (plain[at] == '}' || plain[at] == ']')
        depth--;
      at++;
    }
  while (depth > 0);
  return at;
}

static gboolean
is_key (const char *plain, gsize at, gsize end, const char *name)
{
  g_autoptr (JsonNode) node = enclave_json_parse (plain + at, (gssize) (end - at), NULL);

  return node != NULL && g_strcmp0 (json_node_get_string (node), name) == 0;
}

/* Of the object whose brace is at @object. @last_end: (out): behind its last value, or behind the brace. */
static gboolean
find_member (const char *plain, gsize object, const char *name, Member *member, gsize *last_end)
{
  gsize at = skip_blanks (plain, object + 1);
  gboolean is_found = FALSE;
  gboolean is_first = TRUE;

  *last_end = object + 1;
  while (plain[at] == '"')
    {
      gsize key = at;
      gsize key_end = skip_string (plain, at);
      gsize value = skip_blanks (plain, skip_blanks (plain, key_end) + 1);
      gsize value_end = skip_value (plain, value);

      at = skip_blanks (plain, value_end);
      if (plain[at] == ',')
        at = skip_blanks (plain, at + 1);
      /* Of names that are there twice the last one counts, as for every reader. */
      if (is_key (plain, key, key_end, name))
        {
          *member = (Member) { key, value, value_end, *last_end, plain[at] == '"' ? at : 0, is_first };
          is_found = TRUE;
        }
      is_first = FALSE;
      *last_end = value_end;
    }
  return is_found;
}

static char *
quote (const char *name)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), name);

  return enclave_json_to_text (node, FALSE);
}

/* @value as lines that stand @level steps in. */
static char *
indent (const char *value, guint level)
{
  g_auto (GStrv) lines = g_strsplit (value, "\n", 0);
  g_autoptr (GString) blanks = g_string_new ("\n");

  for (guint i = 0; i < level; i++)
    g_string_append (blanks, INDENT);
  return g_strjoinv (blanks->str, lines);
}

/* Behind @last_end in the object, as its last member. */
static void
insert_member (GString *text, gsize object, gsize last_end, const char *name, const char *value, guint level)
{
  g_autofree char *quoted = quote (name);
  g_autofree char *pair = g_strdup_printf ("%s: %s", quoted, value);
  g_autofree char *lines = indent (pair, level);
  g_autofree char *before = indent ("\n", level);
  g_autoptr (GString) added = g_string_new (last_end > object + 1 ? "," : "");

  g_string_append (added, before);
  g_string_append (added, lines);
  /* An object that had nothing in it ends on the same line. */
  if (last_end == object + 1 && strchr ("}", text->str[last_end]) != NULL)
    {
      g_autofree char *after = indent ("\n", level - 1);

      g_string_append (added, after);
    }
  g_string_insert (text, (gssize) last_end, added->str);
}

static void
remove_member (GString *text, const char *plain, gsize object, const Member *member)
{
  gsize from, to;

  if (!member->is_first)
    {
      from = member->before_end;
      to = member->value_end;
    }
  else if (member->next_key > 0)
    {
      from = member->key;
      to = member->next_key;
    }
  else
    {
      from = object + 1;
      to = skip_value (plain, object) - 1;
    }
  g_string_erase (text, (gssize) from, (gssize) (to - from));
}

static gboolean
fail (GError **error, const char *name)
{
  g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_MEMBER, "“%s” is missing or no object", name);
  return FALSE;
}

/* @path: names of objects, and last that of the member. @value: (nullable): JSON; NULL removes it. @make: missing objects are made. */
static gboolean
change (GString *text, const char *const *path, const char *value, gboolean make, GError **error)
{
  g_autofree char *plain = enclave_json_blank_comments (text->str, text->len);
  gsize object = skip_blanks (plain, 0);
  guint level = 1;
  Member member;
  gsize last_end;

  for (; path[1] != NULL; path++, level++)
    {
      if (!find_member (plain, object, path[0], &member, &last_end))
        {
          if (value == NULL)
            return TRUE;
          if (!make)
            return fail (error, path[0]);
          insert_member (text, object, last_end, path[0], "{}", level);
          return change (text, path - (level - 1), value, make, error);
        }
      if (plain[member.value] != '{')
        return fail (error, path[0]);
      object = member.value;
    }
  if (find_member (plain, object, path[0], &member, &last_end))
    {
      if (value == NULL)
        {
          remove_member (text, plain, object, &member);
        }
      else
        {
          g_autofree char *lines = indent (value, level);

          g_string_erase (text, (gssize) member.value, (gssize) (member.value_end - member.value));
          g_string_insert (text, (gssize) member.value, lines);
        }
    }
  else if (value != NULL)
    {
      insert_member (text, object, last_end, path[0], value, level);
    }
  return TRUE;
}

/* The member that has the servers, as the reader looks for it. */
static const char *
servers_member (JsonObject *root)
{
  static const char *const members[] = { "mcpServers", "servers", "context_servers" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (enclave_json_peek_object (root, members[i]) != NULL)
      return members[i];
  return members[0];
}

/* @tail: from the name of the entry on. @value: (nullable): JSON; NULL removes. @make: what is missing on the way is made. */
static char *
edit (const char *text, const char *const *tail, const char *value, gboolean make, GError **error)
{
  g_autoptr (GString) changed = g_string_new (text != NULL && *text != '\0' ? text : "{\n}\n");
  g_autoptr (JsonObject) before = enclave_json_parse_commented_object (changed->str, (gssize) changed->len, error);
  g_autoptr (JsonObject) after = NULL;
  const char *path[MAX_LEVELS + 1] = { NULL };

  if (before == NULL)
    return NULL;
  path[0] = servers_member (before);
  for (guint i = 0; tail[i] != NULL && i + 1 < MAX_LEVELS; i++)
    path[i + 1] = tail[i];
  if (!change (changed, path, value, make, error))
    return NULL;
  /* What comes out must be what was meant, or nothing is changed. */
  after = enclave_json_parse_commented_object (changed->str, (gssize) changed->len, error);
  if (after == NULL)
    return NULL;

  return g_string_free (g_steal_pointer (&changed), FALSE);
}

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return enclave_json_to_text (node, TRUE);
}

char *
enclave_mcp_config_edit_set (const char *text, const char *name, JsonObject *entry, GError **error)
{
  const char *const path[] = { name, NULL };
  g_autofree char *value = NULL;

  g_return_val_if_fail (name != NULL && entry != NULL, NULL);

  value = object_to_text (entry);

  return edit (text, path, value, TRUE, error);
}

char *
enclave_mcp_config_edit_remove (const char *text, const char *name, GError **error)
{
  const char *const path[] = { name, NULL };

  g_return_val_if_fail (name != NULL, NULL);

  return edit (text, path, NULL, FALSE, error);
}

char *
enclave_mcp_config_edit_set_disabled (const char *text, const char *name, gboolean is_disabled, GError **error)
{
  const char *const other_word[] = { name, "enabled", NULL };
  const char *const path[] = { name, "disabled", NULL };
  g_autofree char *without = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  without = edit (text, other_word, NULL, FALSE, error);

  return without != NULL ? edit (without, path, is_disabled ? "true" : "false", FALSE, error) : NULL;
}

JsonObject *
enclave_mcp_config_edit_find (const char *text, const char *name, GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  JsonObject *entry;

  g_return_val_if_fail (text != NULL && name != NULL, NULL);

  root = enclave_json_parse_commented_object (text, -1, error);
  if (root == NULL)
    return NULL;
  entry = enclave_json_peek_object (enclave_json_peek_object (root, servers_member (root)), name);
  if (entry == NULL)
    fail (error, name);

  return entry != NULL ? json_object_ref (entry) : NULL;
}

/* @text: (transfer full): given back changed, or freed. @names: of objects, to the one whose members are given; with room for one more.
 * @now: (nullable): those that it has. */
static char *
update (char *text, const char **names, guint n_names, JsonObject *now, JsonObject *members, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, members);
  while (text != NULL && json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonNode *before = now != NULL ? json_object_get_member (now, name) : NULL;
      gboolean is_removed = JSON_NODE_HOLDS_NULL (node);
      g_autofree char *value = is_removed ? NULL : enclave_json_to_text (node, TRUE);
      char *changed;

      names[n_names] = name;
      names[n_names + 1] = NULL;
      if (JSON_NODE_HOLDS_OBJECT (node) && before != NULL && JSON_NODE_HOLDS_OBJECT (before) && n_names + 2 < MAX_LEVELS)
        {
          text = update (text, names, n_names + 1, json_node_get_object (before), json_node_get_object (node), error);
          continue;
        }
      /* As it was written, with the comments in it. */
      if (is_removed ? before == NULL : before != NULL && json_node_equal (before, node))
        continue;
      changed = edit (text, names, value, TRUE, error);
      g_free (text);
      text = changed;
    }
  return text;
}

char *
enclave_mcp_config_edit_update (const char *text, const char *name, JsonObject *members, GError **error)
{
  const char *names[MAX_LEVELS] = { name, NULL };
  g_autoptr (JsonObject) entry = NULL;

  g_return_val_if_fail (text != NULL && name != NULL && members != NULL, NULL);

  entry = enclave_mcp_config_edit_find (text, name, error);

  return entry != NULL ? update (g_strdup (text), names, 1, entry, members, error) : NULL;
}

char *
enclave_mcp_config_edit_rename (const char *text, const char *name, const char *new_name, GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (GString) changed = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *quoted = NULL;
  JsonObject *servers;
  Member member;
  gsize last_end;

  g_return_val_if_fail (text != NULL && name != NULL && new_name != NULL, NULL);

  root = enclave_json_parse_commented_object (text, -1, error);
  if (root == NULL)
    return NULL;
  servers = enclave_json_peek_object (root, servers_member (root));
  if (servers == NULL || !json_object_has_member (servers, name) || json_object_has_member (servers, new_name))
    {
      fail (error, servers != NULL && json_object_has_member (servers, name) ? new_name : name);
      return NULL;
    }
  changed = g_string_new (text);
  plain = enclave_json_blank_comments (changed->str, changed->len);
  if (!find_member (plain, skip_blanks (plain, 0), servers_member (root), &member, &last_end)
      || !find_member (plain, member.value, name, &member, &last_end))
    {
      fail (error, name);
      return NULL;
    }
  quoted = quote (new_name);
  g_string_erase (changed, (gssize) member.key, (gssize) (skip_string (plain, member.key) - member.key));
  g_string_insert (changed, (gssize) member.key, quoted);

  return g_string_free (g_steal_pointer (&changed), FALSE);
}
