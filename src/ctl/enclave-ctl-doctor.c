/* enclave-ctl-doctor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-audit-format.h"
#include "enclave-audit-keeper.h"
#include "enclave-ctl-commands.h"
#include "enclave-ctl-pins.h"
#include "enclave-model-advice.h"
#include "enclave-model-roles.h"
#include "enclave-seal.h"
#include "enclave-server-settings.h"

#define BUS_TIMEOUT_MS 1000

static JsonObject *
describe_sandbox (EnclaveSandbox *sandbox)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "level", enclave_sandbox_level_to_word (enclave_sandbox_get_level (sandbox)));
  json_object_set_boolean_member (object, "user_namespaces", enclave_sandbox_get_user_namespaces (sandbox));
  json_object_set_boolean_member (object, "fuse", enclave_sandbox_get_fuse (sandbox));
  json_object_set_int_member (object, "landlock_abi", enclave_sandbox_get_landlock_abi (sandbox));
  json_object_set_boolean_member (object, "openat2", enclave_sandbox_get_openat2 (sandbox));
  json_object_set_string_member (object, "reason", enclave_sandbox_get_reason (sandbox));
  return object;
}

static JsonObject *
describe_engine (EnclaveServer *server)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  EnclaveInferenceClient *client = enclave_server_get_client (server);
  GListModel *models = enclave_server_get_models (server);
  JsonObject *object = json_object_new ();
  JsonArray *ids = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, i);

      json_array_add_string_element (ids, enclave_model_info_get_id (info));
    }
  json_object_set_string_member (object, "url", enclave_endpoint_get_uri (endpoint));
  json_object_set_string_member (object, "kind", enclave_endpoint_kind_to_word (enclave_endpoint_get_kind (endpoint)));
  json_object_set_string_member (object, "version", enclave_inference_client_get_version (client));
  json_object_set_array_member (object, "models", ids);
  json_object_set_string_member (object, "cloud", enclave_inference_client_get_cloud (client));
  json_object_set_boolean_member (object, "enforces_local", enclave_inference_client_get_enforces_local (client));
  json_object_set_array_member (object, "warnings", enclave_ctl_warnings_to_json (client));
  return object;
}

static JsonArray *
describe_engines (EnclaveServerList *servers)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; servers != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (enclave_server_get_state (server) == ENCLAVE_SERVER_READY)
        {
          enclave_ctl_note_warnings (server);
          json_array_add_object_element (array, describe_engine (server));
        }
      else if (enclave_server_get_is_configured (server))
        enclave_ctl_note ("%s: %s", enclave_endpoint_get_address (enclave_server_get_endpoint (server)),
                          enclave_server_get_message (server));
    }
  return array;
}

/* Only a bus that is there already: looking for one may start it. */
static char *
find_bus (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  if (address != NULL && *address != '\0')
    return g_strdup (address);
  return g_file_test (socket, G_FILE_TEST_EXISTS) ? g_strconcat ("unix:path=", socket, NULL) : NULL;
}

static gboolean
on_bus_timeout (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

static GDBusConnection *
connect_to_bus (EnclaveCtlContext *context)
{
  g_autofree char *address = find_bus ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint timer;

  if (address == NULL)
    return NULL;
  /* Something that accepts and says nothing is no bus. */
  timer = g_timeout_add (BUS_TIMEOUT_MS, on_bus_timeout, cancellable);
  g_dbus_connection_new_for_address (
    address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
    cancellable, enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  g_source_remove (timer);
  return g_dbus_connection_new_for_address_finish (result, NULL);
}

static gboolean
bus_names_have (EnclaveCtlContext *context, GDBusConnection *bus, const char *method, const char *name)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree const char **names = NULL;

  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, BUS_TIMEOUT_MS,
                          enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  reply = g_dbus_connection_call_finish (bus, result, NULL);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(^a&s)", &names);
  return g_strv_contains (names, name);
}

static gboolean
has_secret_service (EnclaveCtlContext *context)
{
  g_autoptr (GDBusConnection) bus = connect_to_bus (context);
  const char *name = "org.freedesktop.secrets";

  return bus != NULL
         && (bus_names_have (context, bus, "ListNames", name)
             || bus_names_have (context, bus, "ListActivatableNames", name));
}

static JsonObject *
describe_hardware (void)
{
  const EnclaveMachine *machine = enclave_machine_get_default ();
  JsonObject *object = json_object_new ();
  JsonArray *advice = json_array_new ();
  g_autofree char *title = enclave_machine_advice_dup_title (machine);
  g_autofree char *text = enclave_machine_advice_dup_text (machine);
  guint n_tiers;
  const EnclaveModelTier *tiers = enclave_model_tiers (&n_tiers);

  for (guint i = 0; i < n_tiers; i++)
    {
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "size", tiers[i].size);
      json_object_set_string_member (item, "memory", tiers[i].memory);
      json_object_set_string_member (item, "use", _ (tiers[i].use));
      json_object_set_boolean_member (item, "fits", enclave_model_tier_fits (&tiers[i], machine));
      json_object_set_double_member (item, "tokens_per_second", enclave_model_tier_estimate (&tiers[i], machine));
      json_array_add_object_element (advice, item);
    }
  json_object_set_int_member (object, "ram_bytes", (gint64) machine->ram_bytes);
  json_object_set_int_member (object, "vram_bytes", (gint64) machine->vram_bytes);
  json_object_set_int_member (object, "all_vram_bytes", (gint64) machine->all_vram_bytes);
  json_object_set_boolean_member (object, "vram_by_name", machine->vram_by_name);
  json_object_set_boolean_member (object, "unified", machine->unified);
  json_object_set_string_member (object, "graphics", machine->name);
  json_object_set_int_member (object, "cores", machine->n_cores);
  json_object_set_string_member (object, "title", title);
  json_object_set_string_member (object, "text", text);
  json_object_set_array_member (object, "advice", advice);
  return object;
}

/* Who has which role, and where two stand in each other's way. */
static JsonObject *
describe_roles (EnclaveCtlContext *context, EnclaveServerList *servers)
{
  GSettings *settings = enclave_ctl_context_get_settings (context);
  g_autofree char *completion = settings != NULL ? g_settings_get_string (settings, "completion-model") : NULL;
  g_autofree char *edit = settings != NULL ? g_settings_get_string (settings, "edit-model") : NULL;
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (EnclaveModelRoles) roles = NULL;
  g_autoptr (GPtrArray) warnings = NULL;
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  /* Without a model for the chat there is none to name. */
  enclave_ctl_context_choose_model (context, NULL, &server, &model, NULL);
  roles = enclave_model_roles_new (servers, server, model, completion, edit);
  for (guint i = 0; i < ENCLAVE_N_MODEL_ROLES; i++)
    {
      g_autofree char *choice = roles->roles[i].model != NULL
                                  ? enclave_model_role_choice_to_text (roles->roles[i].server, roles->roles[i].model)
                                  : g_strdup ("");

      json_object_set_string_member (object, enclave_model_role_to_word ((EnclaveModelRole) i), choice);
    }
  warnings = enclave_model_roles_dup_warnings (roles, enclave_machine_get_default ());
  for (guint i = 0; i < warnings->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (warnings, i));
  json_object_set_array_member (object, "warnings", array);
  return object;
}

static void
print_roles (JsonObject *roles)
{
  JsonArray *warnings = json_object_get_array_member (roles, "warnings");

  for (guint i = 0; i < ENCLAVE_N_MODEL_ROLES; i++)
    {
      const char *choice
        = json_object_get_string_member (roles, enclave_model_role_to_word ((EnclaveModelRole) i));

      if (*choice != '\0')
        enclave_ctl_print ("%s: %s\n", enclave_model_role_get_name ((EnclaveModelRole) i), choice);
    }
  for (guint i = 0; i < json_array_get_length (warnings); i++)
    enclave_ctl_print ("  %s\n", json_array_get_string_element (warnings, i));
}

static JsonObject *
describe_seal (EnclaveCtlContext *context)
{
  static const char *const words[] = { [ENCLAVE_SEAL_OFF] = "off", [ENCLAVE_SEAL_ON] = "sealed", [ENCLAVE_SEAL_IMPOSSIBLE] = "impossible" };
  g_autofree char *reason = NULL;
  gboolean terminals;
  EnclaveSealState state = enclave_seal_foresee (enclave_ctl_context_get_settings (context), &reason, &terminals);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "mode", words[state]);
  json_object_set_string_member (object, "reason", reason);
  json_object_set_boolean_member (object, "terminals", terminals);
  return object;
}

static void
print_seal (JsonObject *seal)
{
  const char *mode = json_object_get_string_member (seal, "mode");
  const char *reason = json_object_get_string_member (seal, "reason");

  if (strcmp (mode, "sealed") == 0)
    enclave_ctl_print ("%s\n", json_object_get_boolean_member (seal, "terminals")
                                 ? _ ("Window: sealed, and its terminals too; only its helper connects, where it may")
                                 : _ ("Window: sealed; only its helper connects, where it may, and your own terminals do as ever"));
  else if (strcmp (mode, "off") == 0)
    enclave_ctl_print (_ ("Window: not sealed, because %s; it connects by itself, where it may\n"), reason);
  else
    enclave_ctl_print (_ ("Window: can't be sealed here, because %s; it connects by itself, where it may\n"), reason);
  enclave_ctl_print ("  %s\n", _ ("A window that is started now. enclavectl connects by itself, to the same addresses."));
}

static JsonObject *
describe_network (EnclaveCtlContext *context)
{
  g_autoptr (EnclaveServerSettings) servers
    = enclave_server_settings_read (enclave_ctl_context_get_settings (context));
  JsonObject *object = json_object_new ();
  JsonArray *allowed = json_array_new ();

  for (guint i = 0; servers->networks[i] != NULL; i++)
    json_array_add_string_element (allowed, servers->networks[i]);
  json_object_set_boolean_member (object, "fixed_by_administrator", servers->fixed);
  json_object_set_string_member (object, "mode",
                                 json_array_get_length (allowed) > 0 ? "allowed-networks" : "this-machine");
  json_object_set_array_member (object, "allowed", allowed);
  json_object_set_object_member (object, "seal", describe_seal (context));
  return object;
}

static JsonObject *
describe_audit (EnclaveCtlContext *context, gboolean keyring)
{
  JsonObject *object = json_object_new ();
  g_autofree char *path = enclave_audit_dup_path ();
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) key = NULL;
  EnclaveAuditKeeper *keeper = enclave_audit_keeper_get_default ();

  /* A bus without a keyring may take its time to say so; libsecret may keep a file instead. */
  if (keyring || g_getenv ("SECRET_BACKEND") != NULL)
    {
      enclave_audit_keeper_load_async (keeper, FALSE, enclave_ctl_context_get_cancellable (context),
                                       enclave_ctl_context_take_result, context);
      result = enclave_ctl_context_wait (context);
      key = enclave_audit_keeper_load_finish (keeper, result, NULL);
    }
  json_object_set_string_member (object, "file", shown);
  json_object_set_boolean_member (object, "key", key != NULL);
  return object;
}

static void
print_audit (JsonObject *audit, gboolean keyring)
{
  const char *state = _ ("a plain chain: no keyring has a key for it; its anchor is a file, which is weaker");

  if (json_object_get_boolean_member (audit, "key"))
    state = _ ("sealed with a key from the keyring");
  else if (keyring)
    state = _ ("sealed from the first record on, with a key that the keyring will keep");
  enclave_ctl_print (_ ("Audit log: %s\n  %s\n"), json_object_get_string_member (audit, "file"), state);
}

static void
print_engines (JsonArray *engines)
{
  if (json_array_get_length (engines) == 0)
    enclave_ctl_print ("%s\n", _ ("Servers: none answers"));
  for (guint i = 0; i < json_array_get_length (engines); i++)
    {
      JsonObject *engine = json_array_get_object_element (engines, i);

      enclave_ctl_print (_ ("Server: %s, %s %s, models: %u, cloud: %s\n"),
                         json_object_get_string_member (engine, "url"), json_object_get_string_member (engine, "kind"),
                         json_object_get_string_member (engine, "version"),
                         json_array_get_length (json_object_get_array_member (engine, "models")),
                         json_object_get_string_member (engine, "cloud"));
    }
}

static void
print_hardware (JsonObject *hardware)
{
  JsonArray *advice = json_object_get_array_member (hardware, "advice");
  const char *graphics = json_object_get_string_member (hardware, "graphics");

  enclave_ctl_print (_ ("Hardware: %s, cores: %u\n"), json_object_get_string_member (hardware, "title"),
                     (guint) json_object_get_int_member (hardware, "cores"));
  if (*graphics != '\0')
    enclave_ctl_print ("  %s%s\n", graphics,
                       json_object_get_boolean_member (hardware, "vram_by_name")
                         ? _ (" (its driver does not tell the memory; the smallest that is sold by this name)")
                         : "");
  for (guint i = 0; i < json_array_get_length (advice); i++)
    {
      JsonObject *item = json_array_get_object_element (advice, i);
      double speed = json_object_get_double_member (item, "tokens_per_second");
      g_autofree char *pace = speed > 0 ? g_strdup_printf (_ ("fits, about %.*f tokens/s"), speed < 10 ? 1 : 0, speed)
                                        : g_strdup_printf (_ ("needs %s"), json_object_get_string_member (item, "memory"));

      enclave_ctl_print ("  %s: %s · %s\n", json_object_get_string_member (item, "size"), pace,
                         json_object_get_string_member (item, "use"));
    }
}

static void
print_report (JsonObject *report)
{
  JsonObject *sandbox = json_object_get_object_member (report, "sandbox");
  JsonObject *network = json_object_get_object_member (report, "network");
  const char *reason = json_object_get_string_member (sandbox, "reason");

  enclave_ctl_print (_ ("Sandbox: %s\n"), json_object_get_string_member (sandbox, "level"));
  if (*reason != '\0')
    enclave_ctl_print ("  %s\n", reason);
  print_engines (json_object_get_array_member (report, "engines"));
  enclave_ctl_print (_ ("Keyring: %s\n"), json_object_get_boolean_member (report, "secret_service")
                                            ? _ ("there")
                                            : _ ("none; keys are kept for one run"));
  print_audit (json_object_get_object_member (report, "audit"),
               json_object_get_boolean_member (report, "secret_service"));
  print_hardware (json_object_get_object_member (report, "hardware"));
  if (json_object_has_member (report, "roles"))
    print_roles (json_object_get_object_member (report, "roles"));
  enclave_ctl_print (_ ("Network: %s\n"), json_object_get_string_member (network, "mode"));
  if (json_object_get_boolean_member (network, "fixed_by_administrator"))
    enclave_ctl_print ("  %s\n", _ ("The administrator of this machine has fixed the list of servers."));
  print_seal (json_object_get_object_member (network, "seal"));
  enclave_ctl_print_pins (TRUE);
  if (json_object_has_member (report, "test_build"))
    enclave_ctl_print ("%s\n", _ ("This is a test build: its walls can be taken away. It is not for use."));
}

static int
run_doctor (EnclaveCtlContext *context)
{
  EnclaveSandbox *sandbox = enclave_ctl_context_get_sandbox (context);
  g_autoptr (JsonObject) report = json_object_new ();
  g_autoptr (GAsyncResult) probed = NULL;
  EnclaveServerList *servers;
  g_autoptr (GError) error = NULL;
  gboolean keyring;
  guint n_words;

  enclave_ctl_context_get_words (context, &n_words);
  if (n_words > 0)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl doctor"));

  enclave_sandbox_probe_async (sandbox, enclave_ctl_context_get_cancellable (context),
                               enclave_ctl_context_take_result, context);
  probed = enclave_ctl_context_wait (context);
  /* Why it failed is the sandbox's reason. */
  enclave_sandbox_probe_finish (sandbox, probed, NULL);

  servers = enclave_ctl_context_find_servers (context, &error);
  if (error != NULL && error->domain != ENCLAVE_INFERENCE_ERROR)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  if (error != NULL)
    enclave_ctl_note ("%s", error->message);

  keyring = has_secret_service (context);
  json_object_set_object_member (report, "sandbox", describe_sandbox (sandbox));
  json_object_set_array_member (report, "engines", describe_engines (servers));
  json_object_set_boolean_member (report, "secret_service", keyring);
  json_object_set_object_member (report, "audit", describe_audit (context, keyring));
  json_object_set_object_member (report, "hardware", describe_hardware ());
  if (servers != NULL)
    json_object_set_object_member (report, "roles", describe_roles (context, servers));
  json_object_set_object_member (report, "network", describe_network (context));
  json_object_set_object_member (report, "pinned", enclave_ctl_pins_to_json ());
#ifdef ENCLAVE_TEST_WALLS
  json_object_set_boolean_member (report, "test_build", TRUE);
#endif
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_object (g_steal_pointer (&report));
  else
    print_report (report);
  return ENCLAVE_CTL_DONE;
}

const EnclaveCtlCommand enclave_ctl_doctor = {
  .name = "doctor",
  .synopsis = "",
  .description = N_ ("Say what works on this machine"),
  .run = run_doctor,
};
