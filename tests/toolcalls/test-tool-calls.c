/* test-tool-calls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-message-private.h"
#include "enclave-reply-builder.h"
#include "enclave-test-project.h"

/* Replies in the shapes that models give them, read by what reads them in a turn. README.md says what the files are. */

/* Bytes that come at a time. */
static const gsize slices[] = { 1, 3, 17, 100000 };

typedef struct
{
  char *name;
  GPtrArray *thinking; /* (element-type utf8): lines */
  GPtrArray *reply;    /* (element-type utf8): lines */
  GPtrArray *calls; /* (element-type utf8): "NAME {…}" or "! NAME" */
} Case;

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->thinking);
  g_ptr_array_unref (self->reply);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

/* (transfer full) (element-type Case) */
static GPtrArray *
load (const char *file)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, file, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  GPtrArray *cases = g_ptr_array_new_with_free_func (case_free);
  GPtrArray *part = NULL;
  Case *current = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "%% case "))
        {
          current = g_new0 (Case, 1);
          current->name = g_strdup (lines[i] + strlen ("%% case "));
          current->thinking = g_ptr_array_new_with_free_func (g_free);
          current->reply = g_ptr_array_new_with_free_func (g_free);
          current->calls = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (cases, current);
          part = NULL;
        }
      else if (current == NULL)
        {
          g_assert_true (*lines[i] == '\0' || *lines[i] == '#');
        }
      else if (strcmp (lines[i], "%% thinking") == 0)
        part = current->thinking;
      else if (strcmp (lines[i], "%% reply") == 0)
        part = current->reply;
      else if (strcmp (lines[i], "%% calls") == 0)
        part = current->calls;
      else if (part != current->calls || *lines[i] != '\0')
        {
          g_assert_nonnull (part);
          g_ptr_array_add (part, g_strdup (lines[i]));
        }
    }

  return cases;
}

/* (transfer full) */
static char *
join (GPtrArray *lines)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (const char *) g_ptr_array_index (lines, i));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
feed (EnclaveReplyBuilder *builder, const char *text, gsize slice, gboolean thinking, GString *shown)
{
  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *piece = NULL;

      while (*end != '\0' && (gsize) (end - text) < slice)
        end = g_utf8_next_char (end);
      piece = g_strndup (text, (gsize) (end - text));
      if (thinking)
        {
          enclave_reply_builder_add_reasoning (builder, piece);
        }
      else
        {
          g_autofree char *visible = enclave_reply_builder_add_text (builder, piece);

          g_string_append (shown, visible);
        }
      text = end;
    }
}

/* As the tool would get it. (transfer full) */
static char *
describe (EnclaveToolRegistry *registry, const char *name, const char *arguments)
{
  EnclaveTool *tool = enclave_tool_registry_find (registry, name, NULL);
  g_autoptr (JsonObject) checked = NULL;
  g_autofree char *text = NULL;

  if (tool == NULL || arguments == NULL)
    return g_strdup_printf ("! %s", name);
  checked = enclave_tool_registry_check (registry, tool, arguments, NULL);
  if (checked == NULL)
    return g_strdup_printf ("%s refused: %s", name, arguments);
  text = enclave_json_object_to_text (checked);

  return g_strdup_printf ("%s %s", name, text);
}

static char *
expect (EnclaveToolRegistry *registry, Case *one)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < one->calls->len; i++)
    {
      const char *line = g_ptr_array_index (one->calls, i);
      g_autofree char *name = g_strndup (line, strcspn (line, " "));
      g_autofree char *call = *line == '!' ? g_strdup (line) : describe (registry, name, strchr (line, ' ') + 1);

      g_assert_null (strstr (call, " refused: "));
      g_string_append_printf (out, "%s\n", call);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* @shown: (out): what a person sees of the text. */
static char *
read_reply (EnclaveToolRegistry *registry, Case *one, gsize slice, char **shown)
{
  g_autoptr (EnclaveMessage) message = enclave_message_new (ENCLAVE_ROLE_ASSISTANT, "turn", 0);
  g_autoptr (EnclaveReplyBuilder) builder = enclave_reply_builder_new (message, registry);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *thinking = join (one->thinking);
  g_autofree char *reply = join (one->reply);
  g_autofree char *rest = NULL;
  GPtrArray *calls;

  feed (builder, thinking, slice, TRUE, text);
  feed (builder, reply, slice, FALSE, text);
  rest = enclave_reply_builder_finish (builder);
  g_string_append (text, rest);
  calls = enclave_reply_builder_get_calls (builder);
  for (guint i = 0; i < calls->len; i++)
    {
      const EnclaveParsedCall *call = g_ptr_array_index (calls, i);
      g_autofree char *described = describe (registry, call->name, call->arguments);

      g_string_append_printf (out, "%s\n", described);
    }
  *shown = g_string_free (g_steal_pointer (&text), FALSE);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
run_file (const char *file, guint min_cases)
{
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  g_autoptr (GPtrArray) cases = load (file);
  guint n_right = 0;
  guint n_calls = 0;
  guint n_from_prose = 0;

  for (guint i = 0; i < cases->len; i++)
    {
      Case *one = g_ptr_array_index (cases, i);
      g_autofree char *expected = expect (registry, one);
      g_autofree char *reply = join (one->reply);
      gboolean right = TRUE;

      n_calls += one->calls->len;
      for (guint j = 0; j < G_N_ELEMENTS (slices); j++)
        {
          g_autofree char *shown = NULL;
          g_autofree char *found = read_reply (registry, one, slices[j], &shown);
          gboolean same = strcmp (found, expected) == 0;

          if (one->calls->len == 0 && *found != '\0')
            n_from_prose++;
          /* What is no call is shown to the byte. */
          if (one->calls->len == 0 && strcmp (shown, reply) != 0)
            same = FALSE;
          if (!same && right)
            g_printerr ("%s, %" G_GSIZE_FORMAT " bytes at a time:\n  expected %s\n  found    %s\n  shown    %s\n", one->name,
                        slices[j], expected, found, shown);
          right = right && same;
        }
      n_right += right;
    }

  g_test_message ("%s: %u of %u replies right (%.1f %%), %u calls, %u calls from prose", file, n_right, cases->len,
                  100.0 * n_right / cases->len, n_calls, n_from_prose);
  g_assert_cmpuint (cases->len, >=, min_cases);
  g_assert_cmpuint (n_from_prose, ==, 0);
  g_assert_cmpuint (n_right * 100, >=, cases->len * 98);
}

static void
test_corpus (void)
{
  run_file ("corpus.txt", 200);
}

static void
test_kept_aside (void)
{
  run_file ("kept-aside.txt", 60);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-calls/corpus", test_corpus);
  g_test_add_func ("/tool-calls/kept-aside", test_kept_aside);

  return g_test_run ();
}
