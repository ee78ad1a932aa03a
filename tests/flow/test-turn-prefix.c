/* test-turn-prefix.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-test-server.h"

/* A server reads again what has changed and all behind it. So in one conversation the bytes of each request, from its first
 * to the end of its last message, are the first bytes of the next one, whatever happens in between. Behind the messages stands
 * what may change: limits and options. It is the same rule for /v1/chat/completions and for /api/chat. */

#define TURNS 40
#define CALL(name, arguments) "{\"call\":{\"name\":\"" name "\",\"id\":\"%s\",\"arguments\":" arguments "}}"

typedef enum
{
  SAY,
  MENTION,
  READ,
  READ_DENIED,
  EDIT,
  COMMAND,
  COMMAND_DENIED,
  BROKEN_ARGUMENTS,
  UNKNOWN_TOOL,
  CALL_AS_TEXT,
  THINK,
  THINK_AS_TEXT,
  STOP_WHILE_STREAMING,
  STOP_WHILE_READING,
  SERVER_ERROR,
  CUT,
  LENGTH,
  EMPTY,
  TOOL_ADDED,
  N_SCENES
} Scene;

static const char *const scene_replies[N_SCENES] = {
  [SAY] = "{\"events\":[{\"text\":\"Yes, \\\"so\\\".\\n\"}]}",
  [MENTION] = "{\"events\":[{\"text\":\"Seen.\"}]}",
  [READ] = "{\"events\":[{\"text\":\"I look. \"}," CALL ("read_file", "{\"path\":\"src/ring.c\"}") "]},{\"events\":[{\"text\":\"Read.\"}]}",
  [READ_DENIED] = "{\"events\":[" CALL ("read_file", "{\"path\":\".env\"}") "]},{\"events\":[{\"text\":\"Refused.\"}]}",
  [EDIT] = "{\"events\":[" CALL ("edit_file", "{\"path\":\"src/other.c\",\"old_text\":\"other\",\"new_text\":\"other one\"}") "]},{\"events\":[{\"text\":\"Edited.\"}]}",
  [COMMAND] = "{\"events\":[" CALL ("run_command", "{\"command\":\"ls -l src; date\"}") "]},{\"events\":[{\"text\":\"Ran.\"}]}",
  [COMMAND_DENIED] = "{\"events\":[" CALL ("run_command", "{\"command\":\"rm -rf src\"}") "]},{\"events\":[{\"text\":\"Not run.\"}]}",
  [BROKEN_ARGUMENTS] = "{\"events\":[" CALL ("read_file", "\"{\\\"path\\\": oops\"") "]},{\"events\":[{\"text\":\"Sorry.\"}]}",
  [UNKNOWN_TOOL] = "{\"events\":[" CALL ("fly", "{\"to\":\"moon\"}") "]},{\"events\":[{\"text\":\"Not so.\"}]}",
  [CALL_AS_TEXT] = "{\"events\":[{\"text\":\"<tool_call>{\\\"name\\\":\\\"read_file\\\",\\\"arguments\\\":{\\\"path\\\":\\\"src/ring.c\\\"}}</tool_call>\"}]},"
                   "{\"events\":[{\"text\":\"Read.\"}]}",
  [THINK] = "{\"events\":[{\"reasoning\":\"Hm, let me see.\"},{\"text\":\"Thought.\"}]}",
  [THINK_AS_TEXT] = "{\"events\":[{\"text\":\"Hm, let me see.\\n</think>\\n\\n\"},{\"text\":\"Thought.\"}]}",
  [STOP_WHILE_STREAMING] = "{\"hang\":\"body\",\"events\":[{\"text\":\"Half a\"}]}",
  [STOP_WHILE_READING] = "{\"hang\":\"head\"}",
  [SERVER_ERROR] = "{\"status\":500,\"json\":{\"error\":\"out of memory\"}}",
  [CUT] = "{\"end\":\"cut\",\"events\":[{\"text\":\"I was\"}]}",
  [LENGTH] = "{\"finish\":\"length\",\"events\":[{\"text\":\"And so on and\"}]}",
  [EMPTY] = "{\"events\":[{\"text\":\" \"}]}",
  [TOOL_ADDED] = "{\"events\":[{\"text\":\"Fine.\"}]}",
};

/* A tool as an extension brings one. */

#define TEST_TYPE_LATE_TOOL (test_late_tool_get_type ())
G_DECLARE_FINAL_TYPE (TestLateTool, test_late_tool, TEST, LATE_TOOL, GObject)

struct _TestLateTool
{
  GObject parent_instance;

  EnclaveToolSpec spec;
  char *name;
};

static const EnclaveToolSpec *
test_late_tool_get_spec (EnclaveTool *tool)
{
  return &TEST_LATE_TOOL (tool)->spec;
}

static void
tool_iface_init (EnclaveToolInterface *iface)
{
  iface->get_spec = test_late_tool_get_spec;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestLateTool, test_late_tool, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, tool_iface_init))

static void
test_late_tool_finalize (GObject *object)
{
  g_free (TEST_LATE_TOOL (object)->name);
  G_OBJECT_CLASS (test_late_tool_parent_class)->finalize (object);
}

static void
test_late_tool_class_init (TestLateToolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_late_tool_finalize;
}

static void
test_late_tool_init (TestLateTool *self)
{
}

static void
add_tool (EnclaveFlow *flow, guint number)
{
  g_autoptr (TestLateTool) tool = g_object_new (TEST_TYPE_LATE_TOOL, NULL);
  g_autoptr (GError) error = NULL;

  tool->name = g_strdup_printf ("aa_late_%u", number);
  tool->spec = (EnclaveToolSpec){ .name = tool->name, .description = "Does more", .effects = ENCLAVE_EFFECT_READ };
  enclave_tool_registry_register (enclave_agent_service_get_registry (flow->service), ENCLAVE_TOOL (tool), &error);
  g_assert_no_error (error);
}

/* Bytes of @body up to the end of its last message. */
static gsize
front_length (const char *body)
{
  guint depth = 0;
  gboolean in_messages = FALSE;

  for (const char *p = body; *p != '\0'; p++)
    {
      if (*p == '"')
        {
          const char *begin = p++;

          for (; *p != '"'; p++)
            p += *p == '\\' ? 1 : 0;
          in_messages |= depth == 1 && g_str_has_prefix (begin, "\"messages\":[");
        }
      else if (*p == '{' || *p == '[')
        depth++;
      else if (*p == '}' || *p == ']')
        {
          depth--;
          if (in_messages && depth == 1)
            return (gsize) (p - body);
        }
    }
  g_assert_not_reached ();
}

static void
play (EnclaveFlow *flow, EnclaveTestServer *server, Scene scene, guint turn)
{
  g_autofree char *words = g_strdup_printf ("Turn %u%s", turn, scene == MENTION ? " of @src/other.c" : "");
  g_autofree char *text = g_strdup_printf ("other, as of turn %u\n", turn);

  switch (scene)
    {
    case MENTION:
      enclave_test_project_write (flow->project, "src/other.c", text);
      break;
    case COMMAND_DENIED:
      enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
      break;
    case TOOL_ADDED:
      add_tool (flow, turn);
      break;
    default:
      break;
    }
  enclave_flow_submit (flow, words);
  if (scene == STOP_WHILE_STREAMING || scene == STOP_WHILE_READING)
    {
      enclave_flow_wait_state (flow, scene == STOP_WHILE_READING ? ENCLAVE_TURN_READING : ENCLAVE_TURN_STREAMING);
      enclave_test_spin (30);
      enclave_agent_service_stop (flow->service);
    }
  enclave_flow_wait_idle (flow);
  g_test_message ("%u: scene %d, %s", turn, scene, flow->reasons->str);
  g_string_truncate (flow->reasons, 0);
}

static void
test_prefix (EnclaveFlow *flow, gconstpointer data)
{
  const char *kind = data;
  const char *path = strcmp (kind, "ollama") == 0 ? "/api/chat" : "/v1/chat/completions";
  g_autoptr (GString) script = g_string_new (NULL);
  g_autoptr (EnclaveTestServer) server = NULL;
  g_autofree char *previous = NULL;
  Scene scenes[TURNS];
  guint n;

  g_string_printf (script, "{\"listing\":\"%s\",\"models\":[{\"id\":\"m\",\"context\":131072}],\"replies\":[", kind);
  for (guint i = 0; i < TURNS; i++)
    {
      /* Each at least once, in any order. */
      scenes[i] = i < N_SCENES ? (Scene) i : i == N_SCENES ? TOOL_ADDED : (Scene) g_test_rand_int_range (0, N_SCENES);
      if (i < N_SCENES)
        {
          guint other = (guint) g_test_rand_int_range (0, (int) i + 1);

          scenes[i] = scenes[other];
          scenes[other] = (Scene) i;
        }
    }
  /* A tool that is there before the first request is no late one. */
  if (scenes[0] == TOOL_ADDED)
    scenes[0] = SAY;
  for (guint i = 0; i < TURNS; i++)
    {
      g_autofree char *id = g_strdup_printf ("call-%u", i);
      g_auto (GStrv) parts = g_strsplit (scene_replies[scenes[i]], "%s", -1);
      g_autofree char *reply = g_strjoinv (id, parts);

      g_string_append_printf (script, "%s%s", i > 0 ? "," : "", reply);
    }
  g_string_append (script, "]}");
  server = enclave_test_server_new (script->str);
  enclave_flow_connect (flow, enclave_test_server_get_address (server));
  g_assert_cmpstr (enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (flow->client))),
                   ==, kind);

  enclave_agent_service_set_use_map (flow->service, TRUE);
  for (guint i = 0; i < TURNS; i++)
    play (flow, server, scenes[i], i);

  n = enclave_test_server_count_requests (server, path);
  g_assert_cmpuint (n, >=, TURNS);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonObject) request = enclave_test_server_dup_request (server, path, i);
      const char *body = enclave_json_peek_string (request, "body");

      g_assert_nonnull (body);
      if (previous != NULL && strncmp (previous, body, front_length (previous)) != 0)
        {
          gsize at = 0;

          while (previous[at] == body[at])
            at++;
          g_test_message ("request %u of %u\n…%.300s\n…%.300s", i, n, previous + at - MIN (at, 80), body + at - MIN (at, 80));
          g_test_fail ();
        }
      g_free (previous);
      previous = g_strdup (body);
    }
  /* With a map that has been in it from the first one on. */
  g_assert_cmpuint (enclave_agent_service_get_map_tokens (flow->service), >, 0);
  g_assert_nonnull (strstr (previous, "Map of the project"));
  g_test_message ("%u requests, the last of %" G_GSIZE_FORMAT " bytes", n, strlen (previous));

  /* What has come meanwhile is there in the next conversation. */
  g_assert_null (strstr (previous, "aa_late_"));
  enclave_agent_service_new_conversation (flow->service);
  enclave_flow_submit (flow, "Anew");
  enclave_flow_wait_state (flow, ENCLAVE_TURN_READING);
  for (guint i = 0; i < 3000 && enclave_test_server_count_requests (server, path) == n; i++)
    enclave_test_spin (20);
  enclave_agent_service_stop (flow->service);
  {
    g_autoptr (JsonObject) request = enclave_test_server_dup_request (server, path, n);

    g_assert_nonnull (strstr (enclave_json_peek_string (request, "body"), "aa_late_"));
  }
}

int
main (int argc, char *argv[])
{
  static const char *const kinds[] = { "ollama", "llamacpp", "lmstudio", "vllm", "openai" };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/turn-prefix/", kinds[i], NULL);

      g_test_add (path, EnclaveFlow, kinds[i], enclave_flow_set_up, test_prefix, enclave_flow_tear_down);
    }

  return g_test_run ();
}
