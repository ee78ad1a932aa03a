/* enclave-mcp-consent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The record is JSON: { "version", "salt", "entry": lines for people that hold all that counts, "tools": name → { "definition",
 * "on", "pinned" } }. What is compared is what the person has seen.
 */

#include "config.h"

#include "enclave-mcp-consent.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-line-changes-private.h"
#include "enclave-utf8.h"

#define VERSION 1
/* Enough to tell values apart that nobody chose to be alike. */
#define DIGEST_DIGITS 32
/* Of a digest, what is shown. */
#define SHOWN_DIGITS 16
#define DIGEST_LINE "digest of it all: "

struct _EnclaveMcpConsent
{
  char *salt;
  char *entry;       /* (nullable) */
  JsonObject *tools;
};

static gboolean
load (EnclaveMcpConsent *self, GBytes *record)
{
  gsize size;
  const char *text = g_bytes_get_data (record, &size);
  g_autoptr (JsonObject) root = enclave_json_parse_object (text, (gssize) size, NULL);
  const char *salt = enclave_json_peek_string (root, "salt");
  JsonObject *tools = enclave_json_peek_object (root, "tools");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (root == NULL || enclave_json_get_int (root, "version", 0) != VERSION || salt == NULL || tools == NULL)
    return FALSE;
  self->salt = g_strdup (salt);
  self->entry = g_strdup (enclave_json_peek_string (root, "entry"));
  /* What was read can't be changed. */
  json_object_iter_init_ordered (&iter, tools);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (JSON_NODE_HOLDS_OBJECT (node))
      json_object_set_member (self->tools, name, json_node_copy (node));

  return TRUE;
}

EnclaveMcpConsent *
enclave_mcp_consent_new (GBytes *record)
{
  EnclaveMcpConsent *self = g_new0 (EnclaveMcpConsent, 1);

  self->tools = json_object_new ();
  if (record == NULL || !load (self, record))
    self->salt = g_uuid_string_random ();

  return self;
}

void
enclave_mcp_consent_free (EnclaveMcpConsent *self)
{
  g_free (self->salt);
  g_free (self->entry);
  json_object_unref (self->tools);
  g_free (self);
}

GBytes *
enclave_mcp_consent_to_bytes (EnclaveMcpConsent *self)
{
  g_autoptr (JsonObject) root = json_object_new ();
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  json_object_set_int_member (root, "version", VERSION);
  json_object_set_string_member (root, "salt", self->salt);
  if (self->entry != NULL)
    json_object_set_string_member (root, "entry", self->entry);
  json_object_set_object_member (root, "tools", json_object_ref (self->tools));
  text = enclave_json_object_to_text (root);

  return g_bytes_new_take (text, strlen (text));
}

char *
enclave_mcp_consent_dup_name (const char *server)
{
  g_return_val_if_fail (server != NULL, NULL);

  return g_strconcat ("mcp ", server, NULL);
}

/* What an entry says, as lines and as their digest: what is drawn alike need not be the same. */
typedef struct
{
  EnclaveMcpConsent *consent;
  GString *text;
  GChecksum *checksum;
} Description;

static const char *const labels[] = {
  N_ ("file"),    N_ ("kind"),    N_ ("command"),           N_ ("argument"), N_ ("folder"),  N_ ("variables from"), N_ ("variable"),
  N_ ("without"), N_ ("address"), N_ ("header"),            N_ ("project"),  N_ ("network"), N_ ("roots"),          N_ ("runs"),
  N_ ("may read"), N_ ("program"), N_ ("digest of it all"),
};

/* @value: (nullable): NULL: there is none. Within one line, whatever is in it. */
static void
append (Description *description, const char *label, const char *value)
{
  g_autofree char *shown = value != NULL ? enclave_utf8_make_visible (value, NULL) : NULL;
  g_auto (GStrv) lines = shown != NULL ? g_strsplit (shown, "\n", 0) : NULL;
  g_autofree char *line = lines != NULL ? g_strjoinv ("⏎", lines) : NULL;

  if (line == NULL)
    return;
  g_checksum_update (description->checksum, (const guchar *) label, (gssize) strlen (label) + 1);
  g_checksum_update (description->checksum, (const guchar *) value, (gssize) strlen (value) + 1);
  g_string_append_printf (description->text, "%s: %s\n", label, line);
}

static void
append_list (Description *description, const char *label, GStrv values)
{
  for (guint i = 0; values[i] != NULL; i++)
    append (description, label, values[i]);
}

/* As one line of a shell. */
static void
append_command (Description *description, const char *label, GStrv argv)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted = strpbrk (argv[i], " \t\n'\"\\$`;&|<>*?#(){}[]!~") != NULL || *argv[i] == '\0' ? g_shell_quote (argv[i])
                                                                                                   : g_strdup (argv[i]);

      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", quoted);
    }
  append (description, label, line->str);
}

/* A value that may be a secret is known again, and not shown. @mark: between name and value. */
static void
append_secrets (Description *description, const char *label, GStrv pairs, const char *mark)
{
  for (guint i = 0; pairs[i] != NULL; i++)
    {
      g_autofree char *salted = g_strconcat (description->consent->salt, pairs[i], NULL);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, salted, -1);
      const char *end = strstr (pairs[i], mark);
      g_autofree char *name = end != NULL ? g_strndup (pairs[i], (gsize) (end - pairs[i])) : g_strdup (pairs[i]);
      g_autofree char *value = g_strdup_printf ("%s = #%.*s", name, DIGEST_DIGITS, digest);

      append (description, label, value);
    }
}

/* Always in the same language: it is what is compared. (transfer full) */
static char *
describe (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry, const EnclaveInstalledProgram *program)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Description description = { self, text, checksum };

  append (&description, "file", entry->source_path);
  append (&description, "kind", enclave_mcp_server_kind_to_word (entry->kind));
  append (&description, "command", entry->command);
  append_list (&description, "argument", entry->args);
  append (&description, "folder", entry->cwd);
  append (&description, "variables from", entry->env_file);
  append_secrets (&description, "variable", entry->env, "=");
  append_list (&description, "without", entry->unset);
  append (&description, "address", entry->url);
  append_secrets (&description, "header", entry->headers, ": ");
  append (&description, "project", enclave_mcp_workspace_access_to_word (entry->workspace));
  append_list (&description, "may read", entry->readable);
  append_list (&description, "network", entry->network);
  append (&description, "roots", entry->offers_roots ? "offered" : NULL);
  if (program != NULL)
    {
      append_command (&description, "runs", program->argv);
      append_list (&description, "may read", program->readable);
      for (guint i = 0; i < program->files->len; i++)
        {
          const EnclaveProgramFile *file = g_ptr_array_index (program->files, i);
          g_autofree char *value = g_strdup_printf ("%s sha256:%s", file->path, file->digest);

          append (&description, "program", value);
        }
    }
  g_string_append_printf (text, DIGEST_LINE "%s\n", g_checksum_get_string (checksum));

  return g_string_free (text, FALSE);
}

/* @text: as it is kept. @with_digest: of it all; that of a program is there in any case. (transfer full): without a line end at its end. */
static char *
translate (const char *text, gboolean with_digest)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  GString *translated = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      const char *end = strstr (lines[i], ": ");
      g_autofree char *label = end != NULL ? g_strndup (lines[i], (gsize) (end - lines[i])) : NULL;
      const char *known = label;
      char *digest = strstr (lines[i], " sha256:");

      if (!with_digest && g_str_has_prefix (lines[i], DIGEST_LINE))
        continue;
      if (digest != NULL && strlen (digest) > strlen (" sha256:") + SHOWN_DIGITS && strcmp (label, "program") == 0)
        digest[strlen (" sha256:") + SHOWN_DIGITS] = '\0';
      for (guint j = 0; label != NULL && j < G_N_ELEMENTS (labels); j++)
        if (strcmp (labels[j], label) == 0)
          known = _ (labels[j]);
      g_string_append_printf (translated, "%s%s%s", i > 0 ? "\n" : "", known != NULL ? known : "", end != NULL ? end : lines[i]);
    }
  return g_string_free (translated, FALSE);
}

char *
enclave_mcp_consent_describe_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry, const EnclaveInstalledProgram *program)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (self != NULL && entry != NULL, NULL);

  text = describe (self, entry, program);

  return translate (text, FALSE);
}

EnclaveMcpConsentState
enclave_mcp_consent_check_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry, const EnclaveInstalledProgram *program)
{
  g_autofree char *now = NULL;

  g_return_val_if_fail (self != NULL && entry != NULL, ENCLAVE_MCP_CONSENT_NEW);

  if (self->entry == NULL)
    return ENCLAVE_MCP_CONSENT_NEW;
  now = describe (self, entry, program);

  return strcmp (now, self->entry) == 0 ? ENCLAVE_MCP_CONSENT_AGREED : ENCLAVE_MCP_CONSENT_CHANGED;
}

void
enclave_mcp_consent_allow_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry, const EnclaveInstalledProgram *program)
{
  g_return_if_fail (self != NULL && entry != NULL);

  g_free (self->entry);
  self->entry = describe (self, entry, program);
}

void
enclave_mcp_consent_forget_entry (EnclaveMcpConsent *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->entry, g_free);
}

char *
enclave_mcp_consent_diff_entry (EnclaveMcpConsent *self, const EnclaveMcpServerEntry *entry, const EnclaveInstalledProgram *program)
{
  g_autofree char *text = NULL;
  g_autofree char *now = NULL;
  g_autofree char *before = NULL;

  g_return_val_if_fail (self != NULL && entry != NULL, NULL);

  text = describe (self, entry, program);
  now = translate (text, FALSE);
  if (self->entry == NULL)
    return g_steal_pointer (&now);
  before = translate (self->entry, FALSE);
  /* What is drawn alike and is not the same. */
  if (strcmp (before, now) == 0)
    {
      g_autofree char *whole_before = translate (self->entry, TRUE);
      g_autofree char *whole_now = translate (text, TRUE);

      return enclave_mcp_line_changes (whole_before, whole_now);
    }
  return enclave_mcp_line_changes (before, now);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* Members by name, at every level: a server that lists them in another order has changed nothing. (transfer full) */
static JsonNode *
sort_node (JsonNode *node)
{
  JsonNode *sorted;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      JsonArray *copy = json_array_new ();

      for (guint i = 0; i < json_array_get_length (array); i++)
        json_array_add_element (copy, sort_node (json_array_get_element (array, i)));
      sorted = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (sorted, copy);
      return sorted;
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      JsonObject *copy = json_object_new ();
      GList *names = g_list_sort (json_object_get_members (object), compare_words);

      for (GList *l = names; l != NULL; l = l->next)
        json_object_set_member (copy, l->data, sort_node (json_object_get_member (object, l->data)));
      g_list_free (names);
      sorted = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (sorted, copy);
      return sorted;
    }
  return json_node_copy (node);
}

/* What counts of a tool, as text. A long one is known by its digest. (transfer full) */
static char *
canonical_tool (JsonObject *definition)
{
  static const char *const members[] = { "name", "title", "description", "inputSchema", "outputSchema", "annotations" };
  g_autoptr (JsonObject) counted = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *member = json_object_get_member (definition, members[i]);

      if (member != NULL)
        json_object_set_member (counted, members[i], sort_node (member));
    }
  node = json_node_init_object (json_node_alloc (), counted);
  text = enclave_json_to_text (node, TRUE);
  if (strlen (text) > ENCLAVE_MCP_DEFINITION_MAX_BYTES)
    {
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

      return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes, sha256:%s", strlen (text), digest);
    }
  return g_steal_pointer (&text);
}

/* (nullable): what was said of the tool of this name. Borrowed. */
static JsonObject *
find_tool (EnclaveMcpConsent *self, JsonObject *definition)
{
  const char *name = enclave_json_peek_string (definition, "name");

  return name != NULL ? enclave_json_peek_object (self->tools, name) : NULL;
}

EnclaveMcpConsentState
enclave_mcp_consent_check_tool (EnclaveMcpConsent *self, JsonObject *definition)
{
  JsonObject *tool;
  g_autofree char *now = NULL;

  g_return_val_if_fail (self != NULL && definition != NULL, ENCLAVE_MCP_CONSENT_NEW);

  tool = find_tool (self, definition);
  if (tool == NULL)
    return ENCLAVE_MCP_CONSENT_NEW;
  now = canonical_tool (definition);

  return g_strcmp0 (enclave_json_peek_string (tool, "definition"), now) == 0 ? ENCLAVE_MCP_CONSENT_AGREED : ENCLAVE_MCP_CONSENT_CHANGED;
}

gboolean
enclave_mcp_consent_is_tool_on (EnclaveMcpConsent *self, JsonObject *definition)
{
  return enclave_mcp_consent_check_tool (self, definition) == ENCLAVE_MCP_CONSENT_AGREED
         && enclave_json_get_boolean (find_tool (self, definition), "on", FALSE);
}

gboolean
enclave_mcp_consent_is_tool_pinned (EnclaveMcpConsent *self, JsonObject *definition)
{
  return enclave_mcp_consent_is_tool_on (self, definition)
         && enclave_json_get_boolean (find_tool (self, definition), "pinned", FALSE);
}

void
enclave_mcp_consent_set_tool (EnclaveMcpConsent *self, JsonObject *definition, gboolean is_on, gboolean is_pinned)
{
  const char *name;
  g_autofree char *text = NULL;
  JsonObject *tool;

  g_return_if_fail (self != NULL && definition != NULL);

  name = enclave_json_peek_string (definition, "name");
  if (name == NULL)
    return;
  text = canonical_tool (definition);
  tool = json_object_new ();
  json_object_set_string_member (tool, "definition", text);
  json_object_set_boolean_member (tool, "on", is_on);
  json_object_set_boolean_member (tool, "pinned", is_pinned);
  json_object_set_object_member (self->tools, name, tool);
}

char *
enclave_mcp_consent_diff_tool (EnclaveMcpConsent *self, JsonObject *definition)
{
  JsonObject *tool;
  const char *before;
  g_autofree char *now = NULL;
  g_autofree char *shown_before = NULL;
  g_autofree char *shown_now = NULL;

  g_return_val_if_fail (self != NULL && definition != NULL, NULL);

  tool = find_tool (self, definition);
  before = enclave_json_peek_string (tool, "definition");
  now = canonical_tool (definition);
  shown_now = enclave_utf8_make_visible (now, NULL);
  shown_before = enclave_utf8_make_visible (before != NULL ? before : now, NULL);

  return enclave_mcp_line_changes (shown_before, shown_now);
}
