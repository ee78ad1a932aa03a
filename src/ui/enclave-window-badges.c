/* enclave-window-badges.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-seal.h"
#include "enclave-window-private.h"

static char *
describe_level (EnclaveSandboxLevel level)
{
  switch (level)
    {
    case ENCLAVE_SANDBOX_CHECKING:
      return g_strdup (_("Sandbox: checking"));
    case ENCLAVE_SANDBOX_TOOLS_ONLY:
      return g_strdup (_("Commands off"));
    case ENCLAVE_SANDBOX_MASKED:
      return g_strdup (_("Sandbox: masked"));
    case ENCLAVE_SANDBOX_REDUCED:
      return g_strdup (_("Sandbox: reduced"));
    case ENCLAVE_SANDBOX_FULL:
    default:
      return g_strdup (_("Sandbox: full"));
    }
}

static void
update_sandbox (EnclaveWindow *self)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  EnclaveSandbox *sandbox = application != NULL ? enclave_application_get_sandbox (application) : NULL;
  EnclaveSandboxLevel level = sandbox != NULL ? enclave_sandbox_get_level (sandbox) : ENCLAVE_SANDBOX_CHECKING;
  g_autofree char *label = describe_level (level);
  const char *reason = sandbox != NULL ? enclave_sandbox_get_reason (sandbox) : "";

  switch (level)
    {
    case ENCLAVE_SANDBOX_CHECKING:
      {
        const char *const facts[] = { NULL };

        enclave_badge_set (self->sandbox_badge, "content-loading-symbolic", label, FALSE);
        enclave_badge_set_facts (self->sandbox_badge, _("Checking what this system allows"), facts,
                                 _("Commands of the agent wait for it."));
        break;
      }
    case ENCLAVE_SANDBOX_TOOLS_ONLY:
      {
        const char *const facts[] = { NULL };

        enclave_badge_set (self->sandbox_badge, "enclave-sandbox-tools-only-symbolic", label, TRUE);
        enclave_badge_set_facts (self->sandbox_badge, _("Commands can’t run here"), facts, reason);
        break;
      }
    case ENCLAVE_SANDBOX_MASKED:
    case ENCLAVE_SANDBOX_REDUCED:
    case ENCLAVE_SANDBOX_FULL:
    default:
      {
        const char *const facts[] = { _("Network"), _("none"), _("Denied files"), _("can’t be opened"),
                                      _("Home folder"),
                                      level == ENCLAVE_SANDBOX_REDUCED ? _("can’t be opened") : _("not there"),
                                      _("This project"), _("can be changed"), _("Ends with"), _("the command"), NULL };
        g_autofree char *note = *reason != '\0'
                                  ? g_strdup_printf (_("%s Your own terminals are not confined."), reason)
                                  : g_strdup (_("Your own terminals are not confined."));

        enclave_badge_set (self->sandbox_badge,
                           level == ENCLAVE_SANDBOX_FULL ? "enclave-sandbox-full-symbolic"
                                                         : "enclave-sandbox-reduced-symbolic",
                           label, level != ENCLAVE_SANDBOX_FULL);
        enclave_badge_set_facts (self->sandbox_badge, _("Agent commands are confined"), facts, note);
        break;
      }
    }
}

/* What Enclave itself sent to other machines in this run, to all servers it knows. */
static guint64
count_sent_elsewhere (EnclaveWindow *self, char **address)
{
  GListModel *servers = G_LIST_MODEL (enclave_model_choice_get_servers (self->choice));
  guint64 sent = 0;

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (servers, i);
      EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);

      if (enclave_endpoint_get_is_local (endpoint))
        continue;
      sent += enclave_inference_client_get_bytes_sent (enclave_server_get_client (server));
      if (*address == NULL)
        *address = g_strdup (enclave_endpoint_get_address (endpoint));
    }
  return sent;
}

/* Every request to another machine ends in a look at its server or in a turn, and both end up here. */
static void
update_sent (EnclaveWindow *self, const char *sent)
{
  g_autofree char *text = g_strdup_printf (_("What left this machine: %s"), sent);

  gtk_label_set_label (self->sent_text, text);
  gtk_widget_set_visible (GTK_WIDGET (self->sent_text),
                          g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "welcome") == 0);
}

/* @note: (nullable): what else there is to say. (transfer full) (nullable) */
static char *
add_seal_note (const char *note)
{
  g_autofree char *seal = NULL;

  switch (enclave_seal_get_state ())
    {
    case ENCLAVE_SEAL_OFF:
      /* Translators: why it is not sealed, such as “it is switched off” */
      seal = g_strdup_printf (_("Enclave is not sealed, because %s."), enclave_seal_get_reason ());
      break;
    case ENCLAVE_SEAL_IMPOSSIBLE:
      seal = g_strdup_printf (_("Enclave can’t be sealed here, because %s."), enclave_seal_get_reason ());
      break;
    case ENCLAVE_SEAL_ON:
    default:
      return g_strdup (note);
    }
  return note != NULL ? g_strconcat (note, " ", seal, NULL) : g_steal_pointer (&seal);
}

static void
set_network_facts (EnclaveWindow *self, const char *title, const char *const *facts, const char *note)
{
  g_autofree char *whole = add_seal_note (note);

  enclave_badge_set_facts (self->network_badge, title, facts, whole);
}

static void
update_network (EnclaveWindow *self)
{
  EnclaveServer *server = self->choice != NULL ? enclave_model_choice_get_server (self->choice) : NULL;
  EnclaveEndpoint *endpoint = server != NULL ? enclave_server_get_endpoint (server) : NULL;
  gboolean is_sealed = enclave_seal_get_state () == ENCLAVE_SEAL_ON;
  g_autofree char *elsewhere = NULL;
  guint64 sent = self->choice != NULL ? count_sent_elsewhere (self, &elsewhere) : 0;
  g_autofree char *sent_text = g_format_size (sent);
  const char *const facts[] = { _("Sent elsewhere"), sent_text, _("In use"),
                                endpoint != NULL ? enclave_endpoint_get_address (endpoint) : _("no server"),
                                _("Window"), is_sealed ? _("sealed: it can’t connect") : _("not sealed"),
                                _("Counted by"), is_sealed ? _("the helper that connects") : _("Enclave’s own connections"),
                                NULL };

  update_sent (self, sent_text);
  if (endpoint != NULL && !enclave_endpoint_get_is_local (endpoint))
    self->left_this_machine = TRUE;

  if (self->practice != NULL)
    {
      enclave_badge_set (self->network_badge, "media-playback-start-symbolic", _("Practice engine"), FALSE);
      set_network_facts (self, _("Nothing left this machine"), facts,
                          _("The practice engine answers from a script, over a private socket. "
                            "It has no network and no model."));
    }
  else if (self->left_this_machine || sent > 0)
    {
      enclave_badge_set (self->network_badge, "network-server-symbolic", _("Other machine"), TRUE);
      set_network_facts (self, _("A server on another machine is in use"), facts,
                          _("You allowed its network in the preferences."));
    }
  else if (endpoint == NULL || enclave_server_get_state (server) == ENCLAVE_SERVER_NO_ANSWER)
    {
      enclave_badge_set (self->network_badge, "network-offline-symbolic", _("No server"), FALSE);
      set_network_facts (self, _("Nothing left this machine"), facts,
                          _("No server answers on this machine or at the addresses you gave."));
    }
  else
    {
      enclave_badge_set (self->network_badge, "enclave-on-this-machine-symbolic", _("On this machine"), FALSE);
      set_network_facts (self, _("Nothing left this machine"), facts, NULL);
    }
}

void
_enclave_window_update_badges (EnclaveWindow *self)
{
  update_sandbox (self);
  update_network (self);
}
