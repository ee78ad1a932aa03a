/* test-tool-registry.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-test-object.h"
#include "enclave-tool-registry.h"

/* A tool with the spec that a test gives it. */

typedef struct
{
  GObject parent_instance;

  const EnclaveToolSpec *spec;
} SpecTool;
typedef struct
{
  GObjectClass parent_class;
} SpecToolClass;

static const EnclaveToolSpec *
spec_tool_get_spec (EnclaveTool *tool)
{
  return ((SpecTool *) tool)->spec;
}

static void
spec_tool_iface_init (EnclaveToolInterface *iface)
{
  iface->get_spec = spec_tool_get_spec;
}

GType spec_tool_get_type (void);
G_DEFINE_FINAL_TYPE_WITH_CODE (SpecTool, spec_tool, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, spec_tool_iface_init))

static void
spec_tool_class_init (SpecToolClass *klass)
{
}

static void
spec_tool_init (SpecTool *self)
{
}

static EnclaveTool *
spec_tool_new (const EnclaveToolSpec *spec)
{
  SpecTool *self = g_object_new (spec_tool_get_type (), NULL);

  self->spec = spec;

  return ENCLAVE_TOOL (self);
}

static const char *const colours[] = { "red", "blue", NULL };

static const EnclaveToolParameter all_kinds[] = {
  { .name = "path", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
  { .name = "text", .kind = ENCLAVE_PARAMETER_TEXT, .max_bytes = 8 },
  { .name = "colour", .kind = ENCLAVE_PARAMETER_ENUM, .choices = colours },
  { .name = "count", .kind = ENCLAVE_PARAMETER_INTEGER },
  { .name = "deep", .kind = ENCLAVE_PARAMETER_BOOLEAN },
  { .name = "paths", .kind = ENCLAVE_PARAMETER_PATH_LIST },
  { .name = "where", .kind = ENCLAVE_PARAMETER_PATH },
};

static const EnclaveToolSpec all_kinds_spec = {
  .name = "all_kinds",
  .description = "Takes everything.",
  .effects = ENCLAVE_EFFECT_READ,
  .parameters = all_kinds,
  .n_parameters = G_N_ELEMENTS (all_kinds),
};

static void
test_refused_specs (void)
{
  static const EnclaveToolParameter no_kind[] = { { .name = "path", .required = TRUE } };
  static const EnclaveToolParameter no_name[] = { { .kind = ENCLAVE_PARAMETER_TEXT } };
  static const EnclaveToolParameter no_choices[] = { { .name = "x", .kind = ENCLAVE_PARAMETER_ENUM } };
  static const EnclaveToolParameter twice[] = {
    { .name = "x", .kind = ENCLAVE_PARAMETER_TEXT },
    { .name = "x", .kind = ENCLAVE_PARAMETER_PATH },
  };
  static const EnclaveToolSpec specs[] = {
    { .name = "no_effects", .description = "x", .effects = 0 },
    { .name = "no_kind", .description = "x", .effects = ENCLAVE_EFFECT_READ, .parameters = no_kind, .n_parameters = 1 },
    { .name = "no_name", .description = "x", .effects = ENCLAVE_EFFECT_READ, .parameters = no_name, .n_parameters = 1 },
    { .name = "no_choice", .description = "x", .effects = ENCLAVE_EFFECT_READ, .parameters = no_choices,
      .n_parameters = 1 },
    { .name = "twice", .description = "x", .effects = ENCLAVE_EFFECT_READ, .parameters = twice, .n_parameters = 2 },
    { .name = "", .description = "x", .effects = ENCLAVE_EFFECT_READ },
    { .name = NULL, .description = "x", .effects = ENCLAVE_EFFECT_READ },
    { .name = "bad name", .description = "x", .effects = ENCLAVE_EFFECT_READ },
    { .name = "no_words", .description = NULL, .effects = ENCLAVE_EFFECT_READ },
    { .name = "read_file", .description = "taken", .effects = ENCLAVE_EFFECT_READ },
  };
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  guint n = enclave_tool_registry_get_n_tools (registry);

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (EnclaveTool) tool = spec_tool_new (&specs[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", specs[i].name);
      g_assert_false (enclave_tool_registry_register (registry, tool, &error));
      g_assert_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_SPEC);
    }
  g_assert_cmpuint (enclave_tool_registry_get_n_tools (registry), ==, n);
  enclave_test_finalize (g_steal_pointer (&registry));
}

static void
test_closed_list (void)
{
  static const struct
  {
    const char *name;
    EnclaveEffects effects;
    const char *parameters;
  } tools[] = {
    { "read_file", ENCLAVE_EFFECT_READ, "path,start_line?,line_count?" },
    { "list_directory", ENCLAVE_EFFECT_READ, "path?" },
    { "find_files", ENCLAVE_EFFECT_READ, "pattern,start?" },
    { "search_text", ENCLAVE_EFFECT_READ, "pattern,path?,regex?,start?" },
    { "edit_file", ENCLAVE_EFFECT_WRITE, "path,old_text,new_text" },
    { "write_file", ENCLAVE_EFFECT_WRITE, "path,content" },
    { "apply_patch", ENCLAVE_EFFECT_WRITE, "patch" },
    { "run_command", ENCLAVE_EFFECT_RUN, "command,timeout_s?,network?" },
    { "git_status", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN, "" },
    { "git_diff", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN, "path?,staged?" },
    { "git_log", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN, "path?,count?" },
    { "git_commit", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_RUN, "message,paths?" },
    { "save_memory", ENCLAVE_EFFECT_WRITE, "text" },
  };
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();

  g_assert_cmpuint (enclave_tool_registry_get_n_tools (registry), ==, G_N_ELEMENTS (tools));
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      const EnclaveToolSpec *spec = enclave_tool_get_spec (enclave_tool_registry_get_tool (registry, i));
      g_autoptr (GString) parameters = g_string_new (NULL);

      for (guint j = 0; j < spec->n_parameters; j++)
        g_string_append_printf (parameters, "%s%s%s", j > 0 ? "," : "", spec->parameters[j].name,
                                spec->parameters[j].required ? "" : "?");
      g_assert_cmpstr (spec->name, ==, tools[i].name);
      g_assert_cmpint (spec->effects, ==, tools[i].effects);
      g_assert_cmpstr (parameters->str, ==, tools[i].parameters);
    }
}

static void
test_find (void)
{
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  g_autofree char *long_name = g_strnfill (100000, 'x');
  /* 63 letters, then one of two bytes across the limit. */
  g_autofree char *letters = g_strnfill (63, 'a');
  g_autofree char *cut = g_strconcat (letters, "\xc3\xa9\xc3\xa9", NULL);
  static const char *const near[][2] = { { "run_comand", "run_command" }, { "bash", "run_command" }, { "grep", "search_text" },
                                         { "str_replace_editor", "edit_file" } };
  const char *const unknown[] = { "", "read", "read_files", long_name, cut, "\n" };

  g_assert_nonnull (enclave_tool_registry_find (registry, "read_file", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_tool_registry_find (registry, unknown[i], &error));
      g_assert_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_UNKNOWN);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpuint (strlen (error->message), <, 200);
      g_assert_null (strchr (error->message, '\n'));
    }
  /* Case, hyphens and underscores leave no doubt. */
  g_assert_true (enclave_tool_registry_find (registry, "readFile", NULL) == enclave_tool_registry_find (registry, "read_file", NULL));
  g_assert_cmpstr (enclave_tool_registry_resolve (registry, "GIT-STATUS"), ==, "git_status");
  g_assert_null (enclave_tool_registry_resolve (registry, "git"));
  for (guint i = 0; i < G_N_ELEMENTS (near); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_tool_registry_find (registry, near[i][0], &error));
      g_assert_true (g_str_has_suffix (error->message, near[i][1]));
    }
}

typedef struct
{
  EnclaveToolRegistry *registry;
  EnclaveTool *tool;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->registry = enclave_tool_registry_new ();
  fixture->tool = spec_tool_new (&all_kinds_spec);
  g_assert_true (enclave_tool_registry_register (fixture->registry, fixture->tool, &error));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->registry);
  enclave_test_finalize (fixture->tool);
}

static void
test_good_arguments (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *arguments;
    const char *checked;
  } cases[] = {
    { "{\"path\":\"a\"}", "{\"path\":\"a\"}" },
    { " {\"deep\":true, \"path\":\"a\"} ", "{\"path\":\"a\",\"deep\":true}" },
    /* repaired */
    { "{\"path\":\"a\",\"count\":\"12\"}", "{\"path\":\"a\",\"count\":12}" },
    { "{\"path\":\"a\",\"count\":12.0}", "{\"path\":\"a\",\"count\":12}" },
    { "{\"path\":\"a\",\"deep\":\"True\"}", "{\"path\":\"a\",\"deep\":true}" },
    { "{\"path\":\"a\",\"deep\":0}", "{\"path\":\"a\",\"deep\":false}" },
    { "{\"path\":\"a\",\"colour\":\"RED\"}", "{\"path\":\"a\",\"colour\":\"red\"}" },
    { "{\"path\":\"a\",\"paths\":\"b\"}", "{\"path\":\"a\",\"paths\":[\"b\"]}" },
    { "{\"path\":\"a\",\"paths\":\"[\\\"b\\\",\\\"c\\\"]\"}", "{\"path\":\"a\",\"paths\":[\"b\",\"c\"]}" },
    { "{\"file_path\":\"a\",\"Count\":3}", "{\"path\":\"a\",\"count\":3}" },
    { "{\"path\":\"a\",\"explanation\":\"to see it\"}", "{\"path\":\"a\"}" },
    { "{\"path\":\"a\",\"count\":null,\"where\":\"\",\"text\":\"\"}", "{\"path\":\"a\",\"text\":\"\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) checked =
        enclave_tool_registry_check (fixture->registry, fixture->tool, cases[i].arguments, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = enclave_json_object_to_text (checked);
      g_assert_cmpstr (text, ==, cases[i].checked);
    }
}

static void
test_bad_arguments (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *arguments;
    const char *said;
  } cases[] = {
    { "", "\"path\" is missing" },
    { "{}", "\"path\" is missing" },
    { "{\"path\":null}", "\"path\" is missing" },
    { "{\"path\":\"\"}", "\"path\" is empty" },
    { "{\"path\":7}", "\"path\" must be a string" },
    { "{\"path\":[\"a\"]}", "\"path\" must be a string" },
    { "{\"path\":{}}", "\"path\" must be a string" },
    { "{\"path\":\"a\",\"text\":\"123456789\"}", "longer than 8 bytes" },
    { "{\"path\":\"a\",\"colour\":\"green\"}", "must be one of: red, blue" },
    { "{\"path\":\"a\",\"colour\":1}", "must be one of" },
    { "{\"path\":\"a\",\"count\":-1}", "whole number" },
    { "{\"path\":\"a\",\"count\":1.5}", "whole number" },
    { "{\"path\":\"a\",\"count\":1e300}", "whole number" },
    { "{\"path\":\"a\",\"count\":99999999999}", "whole number" },
    { "{\"path\":\"a\",\"count\":\"x\"}", "whole number" },
    { "{\"path\":\"a\",\"count\":[]}", "whole number" },
    { "{\"path\":\"a\",\"deep\":\"maybe\"}", "true or false" },
    { "{\"path\":\"a\",\"deep\":{}}", "true or false" },
    { "{\"path\":\"a\",\"paths\":7}", "list of paths" },
    { "{\"path\":\"a\",\"paths\":[7]}", "must be a string" },
    { "{\"path\":\"a\",\"paths\":[null]}", "must be a string" },
    { "{\"path\":\"a\",\"paths\":[\"\"]}", "is empty" },
    { "{\"path\":\"a\",\"file\":\"b\"}", "no argument \"file\"; known: path, text?, colour?" },
    { "{\"path\":\"a\"", "no JSON object" },
    { "{\"path\":\"a\"} trailing", "no JSON object" },
    { "[1]", "no JSON object" },
    { "\"a\"", "no JSON object" },
    { "nonsense", "no JSON object" },
  };
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) many = g_string_new ("{\"path\":\"a\",\"paths\":[\"x\"");
  g_autofree char *letters = g_strnfill (63, 'a');
  g_autofree char *cut = g_strconcat ("{\"path\":\"a\",\"", letters, "\xc3\xa9\xc3\xa9\":1}", NULL);
  const char *hostile[3];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) checked =
        enclave_tool_registry_check (fixture->registry, fixture->tool, cases[i].arguments, &error);

      g_assert_null (checked);
      g_assert_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].said));
      g_assert_true (g_str_has_prefix (error->message, "all_kinds: "));
    }

  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "{\"a\":");
  for (guint i = 0; i < 200; i++)
    g_string_append (many, ",\"x\"");
  g_string_append (many, "]}");
  hostile[0] = deep->str;
  hostile[1] = many->str;
  hostile[2] = cut;
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_tool_registry_check (fixture->registry, fixture->tool, hostile[i], &error));
      g_assert_error (error, ENCLAVE_TOOL_ERROR, ENCLAVE_TOOL_ERROR_ARGUMENTS);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpuint (strlen (error->message), <, 300);
    }
}

static char *
schema_text (EnclaveToolRegistry *registry, EnclaveEffects allowed)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, enclave_tool_registry_to_schema (registry, allowed, FALSE));

  return enclave_json_to_text (node, FALSE);
}

static void
test_schema (void)
{
  const EnclaveEffects all = ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE | ENCLAVE_EFFECT_RUN;
  g_autoptr (EnclaveToolRegistry) one = enclave_tool_registry_new ();
  g_autoptr (EnclaveToolRegistry) other = enclave_tool_registry_new ();
  g_autofree char *first = schema_text (one, all);
  g_autofree char *second = schema_text (one, all);
  g_autofree char *third = schema_text (other, all);
  g_autofree char *reading = schema_text (one, ENCLAVE_EFFECT_READ);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, ==, third);
  g_assert_true (g_str_has_prefix (first,
                                   "[{\"type\":\"function\",\"function\":{\"name\":\"read_file\",\"description\":"));
  g_assert_nonnull (strstr (first, "\"required\":[\"path\",\"old_text\",\"new_text\"]"));
  g_assert_nonnull (strstr (reading, "search_text"));
  g_assert_null (strstr (reading, "edit_file"));
  g_assert_null (strstr (reading, "run_command"));
  g_assert_null (strstr (reading, "git_"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-registry/refused-specs", test_refused_specs);
  g_test_add_func ("/tool-registry/closed-list", test_closed_list);
  g_test_add_func ("/tool-registry/find", test_find);
  g_test_add ("/tool-registry/good-arguments", Fixture, NULL, set_up, test_good_arguments, tear_down);
  g_test_add ("/tool-registry/bad-arguments", Fixture, NULL, set_up, test_bad_arguments, tear_down);
  g_test_add_func ("/tool-registry/schema", test_schema);

  return g_test_run ();
}
