/* enclave-language-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-reader.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

char *
enclave_language_clean (const char *text, gsize max_bytes)
{
  gsize length = strlen (text);
  gsize kept = enclave_utf8_prefix_length (text, length, max_bytes);
  g_autofree char *cut = g_strdup_printf ("%.*s%s", (int) kept, text, kept < length ? "…" : "");

  return enclave_utf8_make_visible (cut, NULL);
}

gboolean
enclave_language_read_position (JsonObject *object, EnclaveLanguagePosition *position)
{
  gint64 line = object != NULL ? enclave_json_get_int (object, "line", -1) : -1;
  gint64 unit = object != NULL ? enclave_json_get_int (object, "character", -1) : -1;

  if (line < 0 || unit < 0)
    return FALSE;
  position->line = (guint) MIN (line, G_MAXINT);
  position->unit = (guint) MIN (unit, G_MAXINT);
  return TRUE;
}

gboolean
enclave_language_read_range (JsonObject *object, EnclaveLanguageRange *range)
{
  if (object == NULL || !enclave_language_read_position (enclave_json_peek_object (object, "start"), &range->start)
      || !enclave_language_read_position (enclave_json_peek_object (object, "end"), &range->end))
    return FALSE;
  return enclave_language_position_compare (&range->start, &range->end) <= 0;
}

JsonObject *
enclave_language_write_position (EnclaveLanguagePosition position)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "line", position.line);
  json_object_set_int_member (object, "character", position.unit);
  return object;
}

JsonObject *
enclave_language_write_range (const EnclaveLanguageRange *range)
{
  JsonObject *object = json_object_new ();

  json_object_set_object_member (object, "start", enclave_language_write_position (range->start));
  json_object_set_object_member (object, "end", enclave_language_write_position (range->end));
  return object;
}

void
enclave_language_location_free (EnclaveLanguageLocation *self)
{
  g_free (self->uri);
  g_free (self);
}

static void
add_location (GPtrArray *locations, JsonObject *object)
{
  const char *uri = object != NULL ? enclave_json_peek_string (object, "uri") : NULL;
  const char *range_name = "range";
  EnclaveLanguageRange range;
  EnclaveLanguageLocation *location;

  if (object != NULL && uri == NULL)
    {
      uri = enclave_json_peek_string (object, "targetUri");
      range_name = "targetSelectionRange";
    }
  if (uri == NULL || !enclave_language_read_range (enclave_json_peek_object (object, range_name), &range))
    return;
  location = g_new0 (EnclaveLanguageLocation, 1);
  location->uri = g_strdup (uri);
  location->range = range;
  g_ptr_array_add (locations, location);
}

GPtrArray *
enclave_language_read_locations (JsonNode *node)
{
  GPtrArray *locations = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_language_location_free);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    add_location (locations, json_node_get_object (node));
  else if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)) && locations->len < ENCLAVE_LANGUAGE_MAX_PLACES; i++)
      add_location (locations, enclave_json_array_peek_object (json_node_get_array (node), i));
  return locations;
}

/* MarkupContent, MarkedString or a text. */
static void
append_markup (GString *text, JsonNode *node)
{
  JsonObject *object;
  const char *value;
  const char *language;

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      g_string_append (text, json_node_get_string (node));
      return;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  object = json_node_get_object (node);
  value = enclave_json_peek_string (object, "value");
  language = enclave_json_peek_string (object, "language");
  if (value != NULL && language != NULL)
    g_string_append_printf (text, "```%s\n%s\n```", language, value);
  else if (value != NULL)
    g_string_append (text, value);
}

/* NULL: nothing. */
static char *
dup_markup (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *clean = NULL;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)) && text->len < ENCLAVE_LANGUAGE_HOVER_BYTES; i++)
      {
        if (text->len > 0)
          g_string_append (text, "\n\n");
        append_markup (text, json_array_get_element (json_node_get_array (node), i));
      }
  else if (node != NULL)
    append_markup (text, node);
  clean = enclave_language_clean (text->str, ENCLAVE_LANGUAGE_HOVER_BYTES);
  g_strstrip (clean);
  return *clean != '\0' ? g_steal_pointer (&clean) : NULL;
}

char *
enclave_language_read_hover (JsonNode *node)
{
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  return object != NULL ? dup_markup (json_object_get_member (object, "contents")) : NULL;
}

const char *
enclave_language_symbol_kind_to_string (guint kind)
{
  static const char *const names[] = {
    "",       N_ ("file"),     N_ ("module"), N_ ("namespace"), N_ ("package"), N_ ("class"),   N_ ("method"),
    N_ ("property"), N_ ("field"), N_ ("constructor"), N_ ("enumeration"), N_ ("interface"), N_ ("function"), N_ ("variable"),
    N_ ("constant"), N_ ("string"), N_ ("number"), N_ ("boolean"), N_ ("array"), N_ ("object"), N_ ("key"),
    N_ ("null"), N_ ("enumerator"), N_ ("structure"), N_ ("event"), N_ ("operator"), N_ ("type parameter"),
  };

  return kind > 0 && kind < G_N_ELEMENTS (names) ? _ (names[kind]) : "";
}

static void
symbol_free (gpointer data)
{
  EnclaveLanguageSymbol *symbol = data;

  g_free (symbol->name);
  g_free (symbol->container);
  g_free (symbol->uri);
  g_free (symbol);
}

static void
add_symbols (GPtrArray *symbols, JsonArray *array, guint depth)
{
  for (guint i = 0; i < json_array_get_length (array) && symbols->len < ENCLAVE_LANGUAGE_MAX_PLACES; i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);
      const char *name = object != NULL ? enclave_json_peek_string (object, "name") : NULL;
      JsonObject *location = object != NULL ? enclave_json_peek_object (object, "location") : NULL;
      JsonArray *children = object != NULL ? enclave_json_peek_array (object, "children") : NULL;
      const char *container;
      const char *uri;
      EnclaveLanguageSymbol *symbol;
      EnclaveLanguageRange range;

      if (name == NULL
          || (!enclave_language_read_range (enclave_json_peek_object (object, "selectionRange"), &range)
              && (location == NULL || !enclave_language_read_range (enclave_json_peek_object (location, "range"), &range))))
        continue;
      symbol = g_new0 (EnclaveLanguageSymbol, 1);
      symbol->name = enclave_language_clean (name, ENCLAVE_LANGUAGE_LABEL_BYTES);
      container = enclave_json_peek_string (object, location != NULL ? "containerName" : "detail");
      symbol->container = container != NULL && *container != '\0' ? enclave_language_clean (container, ENCLAVE_LANGUAGE_LABEL_BYTES) : NULL;
      symbol->kind = (guint) CLAMP (enclave_json_get_int (object, "kind", 0), 0, 1000);
      symbol->depth = depth;
      uri = location != NULL ? enclave_json_peek_string (location, "uri") : NULL;
      symbol->uri = g_strdup (uri);
      symbol->range = range;
      g_ptr_array_add (symbols, symbol);
      if (children != NULL && depth < ENCLAVE_LANGUAGE_MAX_DEPTH)
        add_symbols (symbols, children, depth + 1);
    }
}

GPtrArray *
enclave_language_read_symbols (JsonNode *node)
{
  GPtrArray *symbols = g_ptr_array_new_with_free_func (symbol_free);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    add_symbols (symbols, json_node_get_array (node), 0);
  return symbols;
}

void
enclave_language_signature_free (EnclaveLanguageSignature *self)
{
  g_free (self->label);
  g_free (self->documentation);
  g_free (self);
}

/* The parameter in hand as characters of @signature's label: given as a part of it, or as two places in UTF-16. */
static void
find_parameter (EnclaveLanguageSignature *signature, const char *label, JsonObject *parameter)
{
  const char *part = enclave_json_peek_string (parameter, "label");
  JsonArray *places = enclave_json_peek_array (parameter, "label");
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (label));
  const char *at = part != NULL && *part != '\0' ? strstr (label, part) : NULL;
  gint64 from;
  gint64 to;

  if (at != NULL)
    {
      signature->start = (guint) g_utf8_pointer_to_offset (label, at);
      signature->end = signature->start + (guint) g_utf8_strlen (part, -1);
    }
  if (places == NULL || json_array_get_length (places) != 2 || !JSON_NODE_HOLDS_VALUE (json_array_get_element (places, 0))
      || !JSON_NODE_HOLDS_VALUE (json_array_get_element (places, 1)))
    return;
  from = CLAMP (json_array_get_int_element (places, 0), 0, G_MAXINT);
  to = CLAMP (json_array_get_int_element (places, 1), from, G_MAXINT);
  signature->start = enclave_language_text_get_offset (text, (EnclaveLanguagePosition){ 0, (guint) from });
  signature->end = enclave_language_text_get_offset (text, (EnclaveLanguagePosition){ 0, (guint) to });
}

EnclaveLanguageSignature *
enclave_language_read_signature (JsonNode *node)
{
  JsonObject *help = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *all = help != NULL ? enclave_json_peek_array (help, "signatures") : NULL;
  guint n = all != NULL ? json_array_get_length (all) : 0;
  gint64 active = n > 0 ? enclave_json_get_int (help, "activeSignature", 0) : 0;
  JsonObject *object = n > 0 ? enclave_json_array_peek_object (all, (guint) CLAMP (active, 0, (gint64) n - 1)) : NULL;
  const char *label = object != NULL ? enclave_json_peek_string (object, "label") : NULL;
  JsonArray *parameters;
  JsonObject *parameter;
  EnclaveLanguageSignature *signature;
  gint64 in_hand;

  if (label == NULL || *label == '\0')
    return NULL;
  signature = g_new0 (EnclaveLanguageSignature, 1);
  signature->label = enclave_language_clean (label, ENCLAVE_LANGUAGE_MESSAGE_BYTES);
  signature->documentation = dup_markup (json_object_get_member (object, "documentation"));
  parameters = enclave_json_peek_array (object, "parameters");
  in_hand = enclave_json_get_int (object, "activeParameter", enclave_json_get_int (help, "activeParameter", 0));
  parameter = parameters != NULL && in_hand >= 0 && in_hand < json_array_get_length (parameters)
                ? enclave_json_array_peek_object (parameters, (guint) in_hand)
                : NULL;
  /* Where something had to be drawn, its places are no longer those of the server. */
  if (parameter != NULL && strcmp (signature->label, label) == 0)
    find_parameter (signature, label, parameter);
  return signature;
}

void
enclave_language_action_free (EnclaveLanguageAction *self)
{
  g_free (self->title);
  g_clear_pointer (&self->edit, json_object_unref);
  g_clear_pointer (&self->command, json_object_unref);
  g_clear_pointer (&self->wire, json_node_unref);
  g_free (self);
}

static JsonObject *
ref_object (JsonObject *object)
{
  return object != NULL ? json_object_ref (object) : NULL;
}

GPtrArray *
enclave_language_read_actions (JsonNode *node)
{
  GPtrArray *actions = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_language_action_free);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array) && actions->len < ENCLAVE_LANGUAGE_MAX_ACTIONS; i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);
      const char *title = object != NULL ? enclave_json_peek_string (object, "title") : NULL;
      EnclaveLanguageAction *action;

      if (title == NULL || enclave_json_peek_object (object, "disabled") != NULL)
        continue;
      action = g_new0 (EnclaveLanguageAction, 1);
      action->title = enclave_language_clean (title, ENCLAVE_LANGUAGE_LABEL_BYTES);
      action->is_preferred = enclave_json_get_boolean (object, "isPreferred", FALSE);
      action->edit = ref_object (enclave_json_peek_object (object, "edit"));
      /* A Command is one by itself; a CodeAction has one. */
      action->command = ref_object (enclave_json_peek_string (object, "command") != NULL ? object
                                                                                        : enclave_json_peek_object (object, "command"));
      action->wire = json_node_ref (json_array_get_element (array, i));
      g_ptr_array_add (actions, action);
    }
  return actions;
}
