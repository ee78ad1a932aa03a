/* enclave-audit-mask.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-audit-mask.h"

#include "enclave-json.h"
#include "enclave-utf8.h"

#define MASKED_MAX_BYTES 4096
#define VALUE_MAX_BYTES 256

typedef struct
{
  const char *pattern;
  const char *replacement;
} MaskRule;

static const MaskRule rules[] = {
  { "-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*", "***" },
  { "(://[^/\\s:@]{0,64}:)[^@\\s/]{1,256}@", "\\1***@" },
  { "(?i)\\b(authorization[\"']?\\s*[:=]\\s*[\"']?(?:(?:bearer|basic|token)\\s+)?)[^\\s\"',;]+", "\\1***" },
  { "(?i)\\b(bearer\\s+)[A-Za-z0-9._~+/=-]{8,}", "\\1***" },
  { "((?:^|\\s)-u\\s*[^\\s:]{1,64}:)\\S+", "\\1***" },
  { "(?i)((?:token|secret|passwd|password|passphrase|credential|api[_-]?key|access[_-]?key|private[_-]?key)"
    "[a-z0-9_]{0,32}[\"']?(?:\\s*[=:]\\s*|\\s+)[\"']?)(?!\\*\\*\\*)[^\\s\"',;&]{4,}",
    "\\1***" },
  { "\\b(?:gh[pousr]_|github_pat_|glpat-|sk-|xox[abprs]-|AKIA|ASIA|AIza|hf_|npm_|pypi-|eyJ|AGE-SECRET-KEY-)"
    "[A-Za-z0-9._-]{12,}",
    "***" },
};

/* Members whose value is the text of a file, of a change or of a person. */
static const char *const content_members[] = { "content", "old_text", "new_text", "patch",  "text",
                                               "message", "prompt",   "body",     "reply",  "data" };

static GRegex *
get_rule (guint index)
{
  static GRegex *compiled[G_N_ELEMENTS (rules)];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
        compiled[i] = g_regex_new (rules[i].pattern, G_REGEX_OPTIMIZE, 0, NULL);
      g_once_init_leave (&once, 1);
    }

  return compiled[index];
}

/**
 * enclave_audit_mask_text:
 * @text: a command line, a path, a value; any bytes
 *
 * Returns: (transfer full): valid UTF-8 of at most 4 KiB with secrets masked. A text that a rule can't be applied to is
 *   masked as a whole.
 */
char *
enclave_audit_mask_text (const char *text)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  shown = enclave_utf8_make_valid (text, -1);
  shown[enclave_utf8_prefix_length (shown, strlen (shown), MASKED_MAX_BYTES)] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      char *masked = g_regex_replace (get_rule (i), shown, -1, 0, rules[i].replacement, 0, NULL);

      if (masked == NULL)
        return g_strdup ("***");
      g_free (shown);
      shown = masked;
    }

  return g_steal_pointer (&shown);
}

static gboolean
is_content (const char *member)
{
  for (guint i = 0; i < G_N_ELEMENTS (content_members); i++)
    {
      if (strcmp (member, content_members[i]) == 0)
        return TRUE;
    }

  return FALSE;
}

static char *
describe_size (gsize n_bytes)
{
  return g_strdup_printf ("[%" G_GSIZE_FORMAT " bytes]", n_bytes);
}

static void
add_member (JsonObject *object, const char *member, JsonNode *node, gpointer user_data)
{
  JsonObject *shown = user_data;
  g_autofree char *name = enclave_audit_mask_text (member);
  g_autofree char *text = NULL;
  g_autofree char *value = NULL;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING)
    {
      json_object_set_member (shown, name, json_node_copy (node));
      return;
    }
  text = JSON_NODE_HOLDS_VALUE (node) ? json_node_dup_string (node) : enclave_json_to_text (node, FALSE);
  if (is_content (member) || strlen (text) > VALUE_MAX_BYTES)
    value = describe_size (strlen (text));
  else
    {
      /* `password` beside its value: the rules look at both together. */
      g_autofree char *pair = g_strconcat (member, "=", text, NULL);
      g_autofree char *masked = enclave_audit_mask_text (pair);
      const char *start = strchr (masked + MIN (strlen (masked), strcspn (member, "=")), '=');

      value = g_strdup (start != NULL ? start + 1 : "***");
    }
  json_object_set_string_member (shown, name, value);
}

/**
 * enclave_audit_mask_arguments:
 * @json: the arguments of a call
 *
 * Returns: (transfer full): a JSON object as text, at most 4 KiB, or a size
 */
char *
enclave_audit_mask_arguments (const char *json)
{
  g_autoptr(JsonObject) object = NULL;
  g_autoptr(JsonObject) shown = json_object_new ();
  char *text;

  g_return_val_if_fail (json != NULL, NULL);

  object = enclave_json_parse_object (json, -1, NULL);
  if (object == NULL)
    return describe_size (strlen (json));
  json_object_foreach_member (object, add_member, shown);
  text = enclave_json_object_to_text (shown);
  if (strlen (text) <= MASKED_MAX_BYTES)
    return text;
  g_free (text);

  return describe_size (strlen (json));
}
