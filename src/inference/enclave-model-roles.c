/* enclave-model-roles.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-roles.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-model-fit.h"
#include "enclave-window-plan.h"

const char *
enclave_model_role_to_word (EnclaveModelRole role)
{
  static const char *const words[] = { "chat", "completion", "edit" };

  return (guint) role < G_N_ELEMENTS (words) ? words[role] : "unknown";
}

const char *
enclave_model_role_get_name (EnclaveModelRole role)
{
  switch (role)
    {
    case ENCLAVE_MODEL_ROLE_CHAT:
      return _ ("Chat");
    case ENCLAVE_MODEL_ROLE_COMPLETION:
      return _ ("Suggestions");
    case ENCLAVE_MODEL_ROLE_EDIT:
      return _ ("Edits");
    case ENCLAVE_N_MODEL_ROLES:
    default:
      return "";
    }
}

char *
enclave_model_role_choice_to_text (EnclaveServer *server, EnclaveModelInfo *model)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (server) && ENCLAVE_IS_MODEL_INFO (model), NULL);

  return g_strconcat (enclave_server_get_is_managed (server) ? enclave_server_get_lasting_address (server)
                                                             : enclave_endpoint_get_uri (enclave_server_get_endpoint (server)),
                      " ", enclave_model_info_get_id (model), NULL);
}

static gboolean
is_address_of (const char *choice, gsize length, EnclaveServer *server)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  const char *uri = enclave_endpoint_get_uri (endpoint);
  const char *address = enclave_endpoint_get_address (endpoint);

  /* The socket of a server that Enclave starts is another one each time. */
  if (enclave_server_get_is_managed (server))
    uri = address = enclave_server_get_lasting_address (server);
  return (strlen (uri) == length && strncmp (choice, uri, length) == 0)
         || (strlen (address) == length && strncmp (choice, address, length) == 0);
}

gboolean
enclave_model_role_choice_find (EnclaveServerList *servers, const char *choice, EnclaveServer **server,
                          EnclaveModelInfo **model)
{
  const char *blank;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (servers) && server != NULL && model != NULL, FALSE);

  blank = choice != NULL ? strchr (choice, ' ') : NULL;
  for (guint i = 0; blank != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) candidate = g_list_model_get_item (G_LIST_MODEL (servers), i);
      GListModel *models = enclave_server_get_models (candidate);

      if (enclave_server_get_state (candidate) != ENCLAVE_SERVER_READY
          || !is_address_of (choice, (gsize) (blank - choice), candidate))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, k);

          if (strcmp (enclave_model_info_get_id (info), blank + 1) != 0 || enclave_model_info_get_remote (info))
            continue;
          *server = g_steal_pointer (&candidate);
          *model = g_steal_pointer (&info);
          return TRUE;
        }
    }
  return FALSE;
}

static void
take_choice (EnclaveModelRoles *self, EnclaveModelRole role, EnclaveServerList *servers, const char *choice)
{
  if (choice == NULL || *choice == '\0')
    return;
  if (!enclave_model_role_choice_find (servers, choice, &self->roles[role].server, &self->roles[role].model))
    self->roles[role].wanted = g_strdup (choice);
}

EnclaveModelRoles *
enclave_model_roles_new (EnclaveServerList *servers, EnclaveServer *chat_server, EnclaveModelInfo *chat_model,
                         const char *completion, const char *edit)
{
  EnclaveModelRoles *self;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (servers), NULL);

  self = g_new0 (EnclaveModelRoles, 1);
  g_set_object (&self->roles[ENCLAVE_MODEL_ROLE_CHAT].server, chat_server);
  g_set_object (&self->roles[ENCLAVE_MODEL_ROLE_CHAT].model, chat_model);
  take_choice (self, ENCLAVE_MODEL_ROLE_COMPLETION, servers, completion);
  take_choice (self, ENCLAVE_MODEL_ROLE_EDIT, servers, edit);
  return self;
}

void
enclave_model_roles_free (EnclaveModelRoles *self)
{
  for (guint i = 0; i < ENCLAVE_N_MODEL_ROLES; i++)
    {
      g_clear_object (&self->roles[i].server);
      g_clear_object (&self->roles[i].model);
      g_free (self->roles[i].wanted);
    }
  g_free (self);
}

static guint64
needed_bytes (EnclaveModelInfo *model, const EnclaveMachine *machine)
{
  guint64 weights = enclave_model_info_get_size_bytes (model);

  if (weights == 0)
    return 0;
  return enclave_model_fit_needed_bytes (weights, enclave_model_info_get_kv_bytes_per_token (model),
                                         enclave_window_plan (model, machine->ram_bytes, machine->vram_bytes));
}

typedef enum
{
  ROOM, /* both fit, or both are there already */
  NO_ROOM,
  ROOM_UNKNOWN,
} Room;

static Room
judge_room (EnclaveModelInfo *a, EnclaveModelInfo *b, const EnclaveMachine *machine)
{
  guint64 first = needed_bytes (a, machine);
  guint64 second = needed_bytes (b, machine);
  guint64 ram = enclave_model_fit_spare_ram (machine->ram_bytes);
  guint64 card = machine->all_vram_bytes;

  if (enclave_model_info_get_context_loaded (a) > 0 && enclave_model_info_get_context_loaded (b) > 0)
    return ROOM;
  if (!enclave_endpoint_get_is_local (enclave_model_info_get_endpoint (a)) || first == 0 || second == 0
      || machine->ram_bytes == 0)
    return ROOM_UNKNOWN;
  if (first > card + ram || second > card + ram - first)
    return NO_ROOM;
  /* Where there is a card, what does not fit into it beside another model may be its end. */
  return second <= (card > 0 ? card : ram) && first <= (card > 0 ? card : ram) - second ? ROOM : ROOM_UNKNOWN;
}

/* Two models of one server. (transfer full) (nullable) */
static char *
describe_two_models (EnclaveModelRole a_role, EnclaveModelInfo *a, EnclaveModelRole b_role, EnclaveModelInfo *b,
                     const EnclaveMachine *machine)
{
  const char *a_name = enclave_model_role_get_name (a_role);
  const char *b_name = enclave_model_role_get_name (b_role);
  const char *a_id = enclave_model_info_get_id (a);
  const char *b_id = enclave_model_info_get_id (b);

  switch (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (a)))
    {
    case ENCLAVE_ENDPOINT_OLLAMA:
      switch (judge_room (a, b, machine))
        {
        case NO_ROOM:
          return g_strdup_printf (_ ("%s (%s) and %s (%s) don’t fit into memory together: Ollama unloads one to load the "
                                     "other, each time. Choose a smaller model, or one for both."),
                                  a_name, a_id, b_name, b_id);
        case ROOM_UNKNOWN:
          return g_strdup_printf (_ ("%s (%s) and %s (%s) may push each other out of memory: whether Ollama keeps both "
                                     "depends on its memory and on OLLAMA_MAX_LOADED_MODELS."),
                                  a_name, a_id, b_name, b_id);
        case ROOM:
        default:
          return NULL;
        }
    case ENCLAVE_ENDPOINT_LMSTUDIO:
      if (judge_room (a, b, machine) == ROOM)
        return NULL;
      return g_strdup_printf (_ ("%s (%s) and %s (%s) may push each other out of memory: LM Studio unloads a model that it "
                                 "has loaded by itself when another is asked for. Load both there first."),
                              a_name, a_id, b_name, b_id);
    case ENCLAVE_ENDPOINT_LLAMACPP:
      return g_strdup_printf (_ ("%s (%s) and %s (%s) may push each other out of memory: how many models this server keeps "
                                 "loaded, it does not say."),
                              a_name, a_id, b_name, b_id);
    case ENCLAVE_ENDPOINT_UNKNOWN:
    case ENCLAVE_ENDPOINT_VLLM:
    case ENCLAVE_ENDPOINT_OPENAI:
    case ENCLAVE_ENDPOINT_PRACTICE:
    default:
      return NULL;
    }
}

/* One model for the conversation and for suggestions. (transfer full) (nullable) */
static char *
describe_one_model (EnclaveModelRole role, EnclaveModelInfo *model)
{
  const char *name = enclave_model_role_get_name (role);
  guint n_slots = enclave_model_info_get_n_slots (model);

  switch (enclave_endpoint_get_kind (enclave_model_info_get_endpoint (model)))
    {
    case ENCLAVE_ENDPOINT_LLAMACPP:
      if (n_slots > 1)
        return NULL;
      if (n_slots == 1)
        return g_strdup_printf (_ ("%s and Suggestions share the one slot of this server: each may push the other out of its "
                                   "cache, and is read anew. Start llama-server with -np 2 for a second slot."),
                                name);
      return g_strdup_printf (_ ("%s and Suggestions may share one slot of this server, and push each other out of its cache. "
                                 "Start llama-server with -np 2 for a second slot."),
                              name);
    case ENCLAVE_ENDPOINT_OLLAMA:
      return g_strdup_printf (_ ("%s and Suggestions use one model: unless Ollama runs with OLLAMA_NUM_PARALLEL=2 or more, they "
                                 "may push each other out of its cache."),
                              name);
    case ENCLAVE_ENDPOINT_UNKNOWN:
    case ENCLAVE_ENDPOINT_LMSTUDIO:
    case ENCLAVE_ENDPOINT_VLLM:
    case ENCLAVE_ENDPOINT_OPENAI:
    case ENCLAVE_ENDPOINT_PRACTICE:
    default:
      return NULL;
    }
}

static char *
describe_pair (EnclaveModelRoles *self, EnclaveModelRole a, EnclaveModelRole b, const EnclaveMachine *machine)
{
  EnclaveModelInfo *first = self->roles[a].model;
  EnclaveModelInfo *second = self->roles[b].model;

  if (first == NULL || second == NULL || self->roles[a].server != self->roles[b].server)
    return NULL;
  if (strcmp (enclave_model_info_get_id (first), enclave_model_info_get_id (second)) != 0)
    return describe_two_models (a, first, b, second, machine);
  return b == ENCLAVE_MODEL_ROLE_COMPLETION ? describe_one_model (a, first) : NULL;
}

/* The server that @choice names, when it is there without the model. @servers: those of the other roles are enough: it is
 * one of them or none that is known. (nullable) Borrowed. */
static EnclaveServer *
find_server (EnclaveModelRoles *self, const char *choice)
{
  const char *blank = strchr (choice, ' ');

  for (guint i = 0; blank != NULL && i < ENCLAVE_N_MODEL_ROLES; i++)
    if (self->roles[i].server != NULL && is_address_of (choice, (gsize) (blank - choice), self->roles[i].server))
      return self->roles[i].server;
  return NULL;
}

static char *
describe_absent (EnclaveModelRoles *self, EnclaveModelRole role)
{
  const char *choice = self->roles[role].wanted;
  const char *blank = strchr (choice, ' ');
  const char *id = blank != NULL ? blank + 1 : choice;
  EnclaveServer *server = find_server (self, choice);
  GListModel *models = server != NULL ? enclave_server_get_models (server) : NULL;

  if (models != NULL && g_list_model_get_n_items (models) == 1)
    {
      g_autoptr (EnclaveModelInfo) only = g_list_model_get_item (models, 0);

      return g_strdup_printf (_ ("%s is set to %s, but %s has one model at a time, and that is %s."),
                              enclave_model_role_get_name (role), id,
                              enclave_server_get_place (server), enclave_model_info_get_id (only));
    }
  if (role == ENCLAVE_MODEL_ROLE_EDIT)
    return g_strdup_printf (_ ("Edits is set to %s, which is not there now: the chat’s model makes the edits."), id);
  return g_strdup_printf (_ ("Suggestions is set to %s, which is not there now: nothing is suggested."), id);
}

GPtrArray *
enclave_model_roles_dup_warnings (EnclaveModelRoles *self, const EnclaveMachine *machine)
{
  static const EnclaveModelRole pairs[][2] = {
    { ENCLAVE_MODEL_ROLE_CHAT, ENCLAVE_MODEL_ROLE_EDIT },
    { ENCLAVE_MODEL_ROLE_CHAT, ENCLAVE_MODEL_ROLE_COMPLETION },
    { ENCLAVE_MODEL_ROLE_EDIT, ENCLAVE_MODEL_ROLE_COMPLETION },
  };
  GPtrArray *warnings;

  g_return_val_if_fail (self != NULL && machine != NULL, NULL);

  warnings = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < ENCLAVE_N_MODEL_ROLES; i++)
    if (self->roles[i].wanted != NULL)
      g_ptr_array_add (warnings, describe_absent (self, (EnclaveModelRole) i));
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      char *text;

      /* Edits by the chat's model say nothing that the chat does not. */
      if (pairs[i][0] == ENCLAVE_MODEL_ROLE_EDIT && self->roles[ENCLAVE_MODEL_ROLE_EDIT].model == self->roles[ENCLAVE_MODEL_ROLE_CHAT].model)
        continue;
      text = describe_pair (self, pairs[i][0], pairs[i][1], machine);
      if (text != NULL)
        g_ptr_array_add (warnings, text);
    }
  return warnings;
}
