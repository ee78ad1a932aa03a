/* test-turn-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-model-info-private.h"
#include "enclave-model-record.h"

/* What a conversation costs before the first word of the user: everything of the first request but that word. */

#define EDIT_MAX_BYTES 5200
#define ASK_MAX_BYTES 1800
#define MOST_TOOLS 8

typedef struct
{
  EnclaveMode mode;
  gboolean as_text;  /* the check has shown that the server does not understand calls */
  guint billions;    /* parameters of the model, as its server tells */
  gsize max_bytes;
  guint max_tools;
} Case;

static const Case cases[] = {
  { ENCLAVE_MODE_EDIT, FALSE, 7, EDIT_MAX_BYTES, MOST_TOOLS },
  { ENCLAVE_MODE_PLAN, FALSE, 7, EDIT_MAX_BYTES, MOST_TOOLS },
  { ENCLAVE_MODE_ASK, FALSE, 7, ASK_MAX_BYTES, MOST_TOOLS },
  { ENCLAVE_MODE_EDIT, TRUE, 7, EDIT_MAX_BYTES, MOST_TOOLS },
  { ENCLAVE_MODE_ASK, TRUE, 7, ASK_MAX_BYTES, MOST_TOOLS },
  { ENCLAVE_MODE_EDIT, FALSE, 32, EDIT_MAX_BYTES, 16 },
  { ENCLAVE_MODE_ASK, FALSE, 32, ASK_MAX_BYTES, 16 },
};

static gsize
count_tools (const char *system, JsonArray *tools, guint *n_tools)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  *n_tools = 0;
  if (tools == NULL)
    {
      for (const char *line = strstr (system, "\n- "); line != NULL; line = strstr (line + 1, "\n- "))
        *n_tools += strcspn (line + 3, " ") < strcspn (line + 3, "\n") && line[3 + strcspn (line + 3, " ") + 1] == '{';
      return 0;
    }
  *n_tools = json_array_get_length (tools);
  node = json_node_init_array (json_node_alloc (), tools);
  text = enclave_json_to_text (node, FALSE);

  return strlen (text);
}

/* (transfer full) */
static EnclaveModelInfo *
new_model (EnclaveFlow *flow, guint billions)
{
  g_autofree char *text =
    g_strdup_printf ("{\"data\":[{\"id\":\"sized-%u\",\"meta\":{\"n_params\":%u000000000,\"n_ctx_train\":32768}}]}", billions, billions);
  g_autoptr (JsonObject) list = enclave_json_parse_object (text, -1, NULL);
  g_autoptr (GListStore) models =
    enclave_model_info_list_from_v1 (enclave_inference_client_get_endpoint (flow->client), list, 0);

  return g_list_model_get_item (G_LIST_MODEL (models), 0);
}

static void
test_hello (EnclaveFlow *flow, gconstpointer data)
{
  const Case *one = data;
  g_autoptr (EnclaveModelInfo) model = new_model (flow, one->billions);
  g_autoptr (JsonObject) request = NULL;
  const char *body;
  const char *system;
  gsize tools_bytes;
  guint n_tools;

  if (one->as_text)
    {
      g_autoptr (EnclaveModelRecord) record = enclave_model_record_new (model);
      g_autoptr (GError) error = NULL;

      record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict = ENCLAVE_CHECK_NO;
      record->items[ENCLAVE_CHECK_TEXT_TOOLS].verdict = ENCLAVE_CHECK_YES;
      enclave_model_record_save (record, model, &error);
      g_assert_no_error (error);
    }
  enclave_agent_service_set_model (flow->service, flow->client, model);
  enclave_agent_service_set_mode (flow->service, one->mode);
  enclave_flow_server_add_text (flow->server, "Hi.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "hello");

  body = enclave_flow_server_get_request (flow->server, 0);
  request = enclave_json_parse_object (body, -1, NULL);
  system = enclave_json_peek_string (enclave_json_array_peek_object (enclave_json_peek_array (request, "messages"), 0), "content");
  tools_bytes = count_tools (system, enclave_json_peek_array (request, "tools"), &n_tools);
  g_test_message ("%s, %uB, %s: %u tools of %" G_GSIZE_FORMAT " bytes, a system text of %" G_GSIZE_FORMAT ", together %" G_GSIZE_FORMAT
                  " in a request of %" G_GSIZE_FORMAT,
                  enclave_mode_to_word (one->mode), one->billions, one->as_text ? "as text" : "native", n_tools, tools_bytes, strlen (system),
                  tools_bytes + strlen (system), strlen (body));
  g_assert_cmpuint (n_tools, >=, 4);
  g_assert_cmpuint (n_tools, <=, one->max_tools);
  g_assert_cmpuint (tools_bytes + strlen (system), <=, one->max_bytes);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/turn-cost/%s-%u-%s", enclave_mode_to_word (cases[i].mode), cases[i].billions,
                                               cases[i].as_text ? "text" : "native");

      g_test_add (path, EnclaveFlow, &cases[i], enclave_flow_set_up, test_hello, enclave_flow_tear_down);
    }

  return g_test_run ();
}
