/* test-model-roles.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-roles.h"

#include <string.h>

#include "enclave-server-private.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static const EnclaveMachine desktop = { .ram_bytes = 31 * GIB, .n_cores = 8, .ram_gb_per_second = 45 };
static const EnclaveMachine large = { .ram_bytes = 126 * GIB, .n_cores = 8, .ram_gb_per_second = 45 };
static const EnclaveMachine card = { .ram_bytes = 31 * GIB, .vram_bytes = 16 * GIB, .all_vram_bytes = 16 * GIB,
                                     .n_cards = 1, .n_cores = 8, .ram_gb_per_second = 45, .vram_gb_per_second = 672 };

#define OLLAMA(ps) \
  "{\"listing\":\"ollama\",\"routes\":{\"/api/tags\":{\"json\":{\"models\":[" \
  "{\"name\":\"big:14b\",\"size\":9000000000,\"digest\":\"a\"},{\"name\":\"coder:7b\",\"size\":4700000000,\"digest\":\"b\"}," \
  "{\"name\":\"huge:32b\",\"size\":20000000000,\"digest\":\"c\"}]}},\"/api/ps\":{\"json\":{\"models\":[" ps "]}}}}"
#define LOADED(name) "{\"name\":\"" name "\",\"context_length\":8192}"
#define LLAMACPP(slots) \
  "{\"listing\":\"llamacpp\",\"models\":[{\"id\":\"only\"}],\"routes\":{\"/props\":{\"json\":{\"total_slots\":" slots "," \
  "\"default_generation_settings\":{\"n_ctx\":8192}}}}}"

typedef struct
{
  const char *script;
  const char *chat;
  const char *completion; /* "" none */
  const char *edit;
  const EnclaveMachine *machine;
  const char *warning;    /* in the only warning; NULL: there is none */
} Case;

static EnclaveServerList *
connect (EnclaveTestServer *server)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  EnclaveServerList *list = enclave_server_list_new (door);
  g_autoptr (GAsyncResult) finished = NULL;
  GAsyncResult *result = NULL;

  enclave_server_list_set_discover (list, FALSE);
  enclave_server_list_add (list, enclave_test_server_get_address (server), NULL, NULL);
  enclave_server_list_refresh_async (list, NULL, enclave_test_result_callback, &result);
  finished = enclave_test_wait (&result);
  return list;
}

/* "" stays "". (transfer full) */
static char *
make_choice (EnclaveTestServer *server, const char *id)
{
  return *id == '\0' ? g_strdup ("") : g_strdup_printf ("%s %s", enclave_test_server_get_address (server), id);
}

static void
test_warnings (void)
{
  static const Case cases[] = {
    { OLLAMA (""), "big:14b", "", "", &desktop, NULL },
    { OLLAMA (""), "big:14b", "coder:7b", "", &large, NULL },
    { OLLAMA (""), "big:14b", "coder:7b", "", &desktop, NULL },
    { OLLAMA (""), "big:14b", "", "huge:32b", &desktop, "don’t fit into memory together" },
    { OLLAMA (""), "big:14b", "coder:7b", "", &card, "OLLAMA_MAX_LOADED_MODELS" },
    /* What the server has loaded side by side does fit. */
    { OLLAMA (LOADED ("big:14b") "," LOADED ("coder:7b")), "big:14b", "coder:7b", "", &card, NULL },
    { OLLAMA (""), "big:14b", "big:14b", "", &large, "OLLAMA_NUM_PARALLEL" },
    { OLLAMA (""), "big:14b", "", "big:14b", &large, NULL },
    { OLLAMA (""), "big:14b", "gone:1b", "", &large, "nothing is suggested" },
    { OLLAMA (""), "big:14b", "", "gone:1b", &large, "the chat’s model makes the edits" },
    { LLAMACPP ("1"), "only", "only", "", &large, "share the one slot" },
    { LLAMACPP ("2"), "only", "only", "", &large, NULL },
    { LLAMACPP ("0"), "only", "only", "", &large, "may share one slot" },
    { LLAMACPP ("2"), "only", "other", "", &large, "one model at a time, and that is only" },
    { "{\"listing\":\"lmstudio\",\"models\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", "a", "b", "", &large, NULL },
    { "{\"listing\":\"lmstudio\",\"routes\":{\"/api/v1/models\":{\"json\":{\"models\":[{\"key\":\"a\",\"type\":\"llm\"},"
      "{\"key\":\"b\",\"type\":\"llm\"}]}}}}",
      "a", "b", "", &large, "LM Studio unloads" },
    { "{\"listing\":\"vllm\",\"models\":[{\"id\":\"a\"}]}", "a", "a", "", &large, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveTestServer) server = enclave_test_server_new (cases[i].script);
      g_autoptr (EnclaveServerList) list = connect (server);
      g_autofree char *chat = make_choice (server, cases[i].chat);
      g_autofree char *completion = make_choice (server, cases[i].completion);
      g_autofree char *edit = make_choice (server, cases[i].edit);
      g_autoptr (EnclaveServer) chat_server = NULL;
      g_autoptr (EnclaveModelInfo) chat_model = NULL;
      g_autoptr (EnclaveModelRoles) roles = NULL;
      g_autoptr (GPtrArray) warnings = NULL;

      g_assert_true (enclave_model_role_choice_find (list, chat, &chat_server, &chat_model));
      roles = enclave_model_roles_new (list, chat_server, chat_model, completion, edit);
      warnings = enclave_model_roles_dup_warnings (roles, cases[i].machine);
      g_test_message ("case %u: %s", i, warnings->len > 0 ? (char *) g_ptr_array_index (warnings, 0) : "");
      g_assert_cmpuint (warnings->len, ==, cases[i].warning != NULL ? 1 : 0);
      if (cases[i].warning != NULL)
        g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), cases[i].warning));
    }
}

static void
test_choices (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"listing\":\"ollama\",\"models\":[{\"id\":\"here\"},{\"id\":\"there:cloud\"}]}");
  g_autoptr (EnclaveServerList) list = connect (server);
  g_autofree char *here = make_choice (server, "here");
  g_autofree char *cloud = make_choice (server, "there:cloud");
  g_autofree char *without_scheme = g_strdup (strstr (here, "://") + 3);
  g_autoptr (EnclaveServer) found = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autofree char *text = NULL;
  static const char *const none[] = { NULL, "", "here", " ", "http://127.0.0.1:1 here", "here here here" };

  g_assert_true (enclave_model_role_choice_find (list, here, &found, &model));
  text = enclave_model_role_choice_to_text (found, model);
  g_assert_true (g_str_has_suffix (text, "here"));
  g_clear_object (&found);
  g_clear_object (&model);
  g_assert_true (enclave_model_role_choice_find (list, text, &found, &model));
  g_clear_object (&found);
  g_clear_object (&model);
  /* As the chat's choice is kept. */
  g_assert_true (enclave_model_role_choice_find (list, without_scheme, &found, &model));
  g_clear_object (&found);
  g_clear_object (&model);
  /* What leaves the machine has no role. */
  g_assert_false (enclave_model_role_choice_find (list, cloud, &found, &model));
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (enclave_model_role_choice_find (list, none[i], &found, &model));
}

/* The socket of a server that Enclave starts is another one each time, so it is no part of a choice. */
static void
test_managed (void)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (LLAMACPP ("1"));
  g_autoptr (EnclaveServerList) list = connect (server);
  g_autoptr (EnclaveServer) found = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_autoptr (EnclaveModelInfo) model = g_list_model_get_item (enclave_server_get_models (found), 0);
  g_autoptr (EnclaveServer) again = NULL;
  g_autoptr (EnclaveModelInfo) same = NULL;
  g_autofree char *text = NULL;

  enclave_server_set_is_managed (found, TRUE);
  text = enclave_model_role_choice_to_text (found, model);
  g_assert_cmpstr (text, ==, "managed only");
  g_assert_true (enclave_model_role_choice_find (list, text, &again, &same));
  g_assert_true (again == found && same == model);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-roles/warnings", test_warnings);
  g_test_add_func ("/model-roles/choices", test_choices);
  g_test_add_func ("/model-roles/managed", test_managed);
  return g_test_run ();
}
