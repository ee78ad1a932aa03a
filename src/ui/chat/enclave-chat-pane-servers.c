/* enclave-chat-pane-servers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What MCP servers bring into the conversation beside tools: their questions, their prompts, and resources that have to be filled in first.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-form-row.h"
#include "enclave-chat-form-window.h"
#include "enclave-chat-pane-private.h"
#include "enclave-limits.h"
#include "enclave-mcp-catalog.h"
#include "enclave-mcp-clean-text.h"

static EnclaveMcpCatalog *
get_catalog (EnclaveChatPane *self)
{
  EnclaveMcpToolbox *toolbox = self->service != NULL ? enclave_agent_service_get_toolbox (self->service) : NULL;

  return toolbox != NULL ? enclave_mcp_toolbox_get_catalog (toolbox) : NULL;
}

void
enclave_chat_pane_ask (EnclaveChatPane *self, EnclaveMcpQuestion *question)
{
  g_autofree char *words = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_PANE (self) && ENCLAVE_IS_MCP_QUESTION (question));

  if (self->service == NULL)
    {
      enclave_mcp_question_cancel (question);
      g_object_unref (question);
      return;
    }
  g_object_set_data_full (G_OBJECT (question), "enclave-gate", g_object_ref (enclave_agent_service_get_gate (self->service)), g_object_unref);
  /* Translators: a server's name */
  words = g_strdup_printf (_ ("Waits for you: the server “%s” asks"), enclave_mcp_question_get_server (question));
  enclave_chat_server_questions_add (self->questions, question);
  enclave_chat_pane_announce (self, words);
}

/* Where the person writes next; what they have written stays. */
static void
attach (EnclaveChatPane *self, EnclaveMcpPrompt *prompt, EnclaveMcpResult *outcome)
{
  g_autofree char *text = enclave_mcp_result_dup_text (outcome, ENCLAVE_MCP_RESULT_MAX_BYTES, NULL);
  g_autofree char *server = enclave_mcp_clean_line (enclave_mcp_server_get_name (prompt->server), 100);
  /* For the model as well: not translated. */
  g_autofree char *source = g_strdup_printf ("prompt %s of the server %s", prompt->title, server);
  g_autofree char *draft = NULL;
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    {
      enclave_chat_composer_set_error (self->composer, _ ("The prompt is empty"));
      return;
    }
  if (!enclave_chat_composer_attach (self->composer, text, NULL, source, &error))
    {
      enclave_chat_composer_set_error (self->composer, error->message);
      return;
    }
  draft = enclave_chat_composer_dup_text (self->composer);
  if (*draft == '\0')
    /* For the model as well: not translated. */
    enclave_chat_composer_add_text (self->composer, "Do what the attached prompt says.");
  enclave_chat_composer_focus (self->composer);
}

typedef struct
{
  EnclaveChatPane *pane;
  EnclaveAgentService *service;
  EnclaveMcpPrompt *prompt;
} Getting;

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Getting *getting = user_data;
  g_autoptr (EnclaveChatPane) self = getting->pane;
  g_autoptr (EnclaveAgentService) service = getting->service;
  g_autoptr (EnclaveMcpPrompt) prompt = getting->prompt;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = enclave_mcp_server_offer_finish (ENCLAVE_MCP_SERVER (source), result, &error);
  g_autofree char *words = NULL;
  g_autofree char *line = NULL;

  if (self->service == service)
    enclave_chat_composer_set_note (self->composer, NULL);
  if (self->service != service || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (outcome != NULL)
    {
      attach (self, prompt, outcome);
      return;
    }
  words = enclave_mcp_clean_line (error->message, 300);
  /* Translators: the name of a prompt, then why */
  line = g_strdup_printf (_ ("Getting the prompt “%s”: %s"), prompt->title, words);
  enclave_chat_composer_set_error (self->composer, line);
}

static void
get (EnclaveChatPane *self, EnclaveMcpPrompt *prompt, JsonObject *arguments)
{
  Getting *getting = g_new0 (Getting, 1);
  /* Translators: the name of a prompt */
  g_autofree char *note = g_strdup_printf (_ ("Getting the prompt “%s”…"), prompt->title);

  getting->pane = g_object_ref (self);
  getting->service = g_object_ref (self->service);
  getting->prompt = enclave_mcp_prompt_ref (prompt);
  enclave_chat_composer_set_note (self->composer, note);
  enclave_mcp_server_get_prompt_async (prompt->server, prompt->name, arguments, self->cancellable, got_cb, getting);
}

typedef struct
{
  EnclaveChatPane *pane; /* weak: the window is above it */
  gpointer what;         /* EnclaveMcpPrompt, EnclaveMcpResource */
  GDestroyNotify free_what;
} Wish;

static void
wish_free (gpointer data, GClosure *closure)
{
  Wish *wish = data;

  g_clear_weak_pointer (&wish->pane);
  wish->free_what (wish->what);
  g_free (wish);
}

/* @what: (transfer full). */
static Wish *
wish_new (EnclaveChatPane *pane, gpointer what, GDestroyNotify free_what)
{
  Wish *wish = g_new0 (Wish, 1);

  g_set_weak_pointer (&wish->pane, pane);
  wish->what = what;
  wish->free_what = free_what;
  return wish;
}

static void
prompt_filled_cb (EnclaveChatFormWindow *window, JsonObject *content, Wish *wish)
{
  if (wish->pane != NULL && wish->pane->service != NULL)
    get (wish->pane, wish->what, content);
}

gboolean
enclave_chat_pane_run_prompt (EnclaveChatPane *self, const char *command)
{
  EnclaveMcpCatalog *catalog = get_catalog (self);
  g_autoptr (EnclaveMcpPrompt) prompt = catalog != NULL ? enclave_mcp_catalog_find_prompt (catalog, command) : NULL;
  g_autoptr (EnclaveMcpForm) form = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveChatFormWindow *window;

  if (prompt == NULL)
    return FALSE;
  form = enclave_mcp_form_parse_arguments (prompt->arguments, &error);
  if (form == NULL)
    enclave_chat_composer_set_error (self->composer, error->message);
  else if (form->fields->len == 0)
    get (self, prompt, NULL);
  else
    {
      window = enclave_chat_form_window_present (GTK_WIDGET (self), prompt->title, prompt->description, form, _ ("Get"));
      g_signal_connect_data (window, "filled", G_CALLBACK (prompt_filled_cb),
                             wish_new (self, enclave_mcp_prompt_ref (prompt), (GDestroyNotify) enclave_mcp_prompt_unref), wish_free, 0);
    }
  return TRUE;
}

static void
template_filled_cb (EnclaveChatFormWindow *window, JsonObject *content, Wish *wish)
{
  EnclaveMcpResource *resource = wish->what;
  g_autofree char *uri = enclave_mcp_resource_expand (resource, content);
  g_autofree char *target = g_strconcat (enclave_mcp_server_get_name (resource->server), ":", uri, NULL);
  g_autofree char *mention = enclave_mention_write (ENCLAVE_MENTION_RESOURCE, target);

  if (wish->pane == NULL || mention == NULL)
    return;
  enclave_chat_composer_insert (wish->pane->composer, mention);
  enclave_chat_composer_focus (wish->pane->composer);
}

void
enclave_chat_pane_fill_template (EnclaveChatPane *self, const char *target)
{
  EnclaveMcpCatalog *catalog = get_catalog (self);
  g_autoptr (GPtrArray) resources = catalog != NULL ? enclave_mcp_catalog_dup_resources (catalog) : NULL;

  for (guint i = 0; resources != NULL && i < resources->len; i++)
    {
      EnclaveMcpResource *resource = g_ptr_array_index (resources, i);
      g_autofree char *own = enclave_mcp_resource_dup_target (resource);
      g_autoptr (EnclaveMcpForm) form = NULL;
      g_autoptr (GError) error = NULL;
      EnclaveChatFormWindow *window;

      if (!resource->is_template || !g_str_equal (own, target))
        continue;
      form = enclave_mcp_form_parse_template (resource->uri, &error);
      if (form == NULL)
        {
          enclave_chat_composer_set_error (self->composer, error->message);
          return;
        }
      window = enclave_chat_form_window_present (GTK_WIDGET (self), resource->title, resource->description, form, _ ("Mention"));
      g_signal_connect_data (window, "filled", G_CALLBACK (template_filled_cb),
                             wish_new (self, enclave_mcp_resource_ref (resource), (GDestroyNotify) enclave_mcp_resource_unref), wish_free, 0);
      return;
    }
}
