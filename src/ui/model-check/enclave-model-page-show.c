/* enclave-model-page-show.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-completion-models.h"
#include "enclave-json.h"
#include "enclave-model-advice.h"
#include "enclave-model-page-private.h"
#include "enclave-model-report.h"
#include "enclave-model-roles.h"

/* Of code, for people: a line is about ten tokens. */
#define TOKENS_OF_1000_LINES 10000
#define WORDS_PER_TOKEN 0.75

static void
set_class (GtkWidget *widget, const char *css_class)
{
  static const char *const all[] = { "success", "warning", "error", "enclave-quiet" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_widget_remove_css_class (widget, all[i]);
  if (css_class != NULL)
    gtk_widget_add_css_class (widget, css_class);
}

/* @verdict: -1: not looked at yet. @weak: a no that has its answer. */
static void
show_item (EnclaveModelItem *item, int verdict, gboolean weak, gboolean running, const char *text, const char *value)
{
  static const char *const signs[] = { [ENCLAVE_CHECK_UNKNOWN] = "dialog-question-symbolic",
                                       [ENCLAVE_CHECK_YES] = "object-select-symbolic",
                                       [ENCLAVE_CHECK_NO] = "dialog-warning-symbolic" };
  static const char *const classes[] = { [ENCLAVE_CHECK_UNKNOWN] = "enclave-quiet",
                                         [ENCLAVE_CHECK_YES] = "success",
                                         [ENCLAVE_CHECK_NO] = "warning" };

  gtk_widget_set_visible (GTK_WIDGET (item->sign), !running);
  gtk_widget_set_visible (GTK_WIDGET (item->spinner), running);
  gtk_spinner_set_spinning (item->spinner, running);
  gtk_image_set_from_icon_name (item->sign, verdict >= 0 ? signs[verdict] : "content-loading-symbolic");
  set_class (GTK_WIDGET (item->sign), verdict >= 0 && !weak ? classes[verdict] : "enclave-quiet");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (item->row), text);
  gtk_label_set_label (item->value, value);
}

void
_enclave_model_page_show_items (EnclaveModelPage *self, const EnclaveModelRecord *record)
{
  guint known = record == NULL ? 0 : self->cancellable != NULL ? (guint) self->at : ENCLAVE_MODEL_PAGE_N_ROWS;

  for (guint i = 0; i < ENCLAVE_MODEL_PAGE_N_ROWS; i++)
    {
      gboolean running = self->cancellable != NULL && i == (guint) self->at;
      g_autofree char *text = NULL;
      g_autofree char *number = NULL;

      if (i >= known)
        {
          show_item (&self->rows[i], -1, FALSE, running, enclave_model_report_get_question ((EnclaveCheckItem) i),
                     running ? _("Looking") : "");
          continue;
        }
      if (i < ENCLAVE_CHECK_N_ITEMS)
        {
          EnclaveCheckVerdict verdict = record->items[i].verdict;
          /* What is not needed, because the other way works. */
          gboolean weak = verdict == ENCLAVE_CHECK_NO
                          && ((i == ENCLAVE_CHECK_TEXT_TOOLS
                               && record->items[ENCLAVE_CHECK_NATIVE_TOOLS].verdict == ENCLAVE_CHECK_YES)
                              || i == ENCLAVE_CHECK_FILL_IN);

          text = enclave_model_report_dup_item (record, (EnclaveCheckItem) i);
          show_item (&self->rows[i], (int) verdict, weak, FALSE, text, enclave_model_report_get_verdict (verdict));
          continue;
        }
      text = enclave_model_report_dup_window (record, enclave_model_info_get_context_max (self->model));
      number = record->window_measured > 0 ? g_strdup_printf ("%'u", record->window_measured) : g_strdup ("");
      show_item (&self->rows[i],
                 enclave_model_report_window_is_bad (record)            ? ENCLAVE_CHECK_NO
                 : record->window_manner == ENCLAVE_WINDOW_UNKNOWN ? ENCLAVE_CHECK_UNKNOWN
                                                                   : ENCLAVE_CHECK_YES,
                 FALSE, FALSE, text, number);
    }
}

static void
show_tile (EnclaveModelTile *tile, const char *title, const char *value, const char *note)
{
  gtk_label_set_label (tile->title, title);
  gtk_label_set_label (tile->value, value);
  gtk_label_set_label (tile->note, note);
}

/* (transfer full) */
static char *
describe_rate (double rate)
{
  if (rate <= 0)
    return g_strdup (_("Not known"));
  return g_strdup_printf (_("%'.*f tokens/s"), rate < 10 ? 1 : 0, rate);
}

static void
show_tiles (EnclaveModelPage *self, const EnclaveModelRecord *record, const EnclaveModelAdvice *advice)
{
  g_autofree char *reads = NULL;
  g_autofree char *reads_note = NULL;
  g_autofree char *writes = NULL;
  g_autofree char *writes_note = NULL;
  g_autofree char *memory = NULL;
  g_autofree char *memory_note = NULL;
  g_autofree char *available = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->tiles), record != NULL);
  if (record == NULL)
    return;
  reads = describe_rate (record->prompt_tokens_per_second);
  if (record->prompt_tokens_per_second > 0)
    reads_note = g_strdup_printf (_("1,000 lines: about %.0f s"),
                                  MAX (1, TOKENS_OF_1000_LINES / record->prompt_tokens_per_second));
  writes = describe_rate (record->tokens_per_second);
  if (record->tokens_per_second > 0)
    writes_note = g_strdup_printf (_("about %.0f words a second"), MAX (1, record->tokens_per_second * WORDS_PER_TOKEN));
  memory = advice->needed_bytes > 0 ? g_format_size (advice->needed_bytes) : g_strdup (_("Not known"));
  available = g_format_size (advice->available_bytes);
  if (advice->needed_bytes > 0)
    memory_note = g_strdup_printf (_("of %s, window included"), available);
  show_tile (&self->tile[0], _("Reads"), reads, reads_note != NULL ? reads_note : _("the server does not say"));
  show_tile (&self->tile[1], _("Writes"), writes, writes_note != NULL ? writes_note : "");
  show_tile (&self->tile[2], advice->place == ENCLAVE_PLACE_CARD ? _("Graphics memory") : _("Memory"), memory,
             memory_note != NULL ? memory_note : _("the server does not say"));
}

/* The model, its server, and when: one line. (transfer full) */
static char *
describe_model (EnclaveModelPage *self, const EnclaveModelRecord *record)
{
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (self->server);
  g_autofree char *when = record != NULL ? enclave_model_report_dup_when (record) : NULL;
  const char *version = enclave_inference_client_get_version (enclave_server_get_client (self->server));
  g_autofree char *server = record != NULL && *record->server != '\0'
                              ? g_strdup (record->server)
                              : g_strstrip (g_strdup_printf (
                                  "%s %s", enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (endpoint)), version));

  return g_strconcat (enclave_model_info_get_name (self->model), " · ", server, " · ",
                      enclave_endpoint_get_is_local (endpoint) ? _("on this machine")
                                                               : enclave_endpoint_get_address (endpoint),
                      when != NULL ? " · " : "", when != NULL ? when : "", NULL);
}

static void
show_head (EnclaveModelPage *self)
{
  const char *headline;
  const char *css_class = NULL;
  g_autofree char *facts = NULL;

  if (self->model == NULL)
    {
      headline = _("No model to check");
      facts = g_strdup (_("No server is ready. Enclave looks again every 5 seconds."));
      css_class = "enclave-quiet";
    }
  else if (self->cancellable != NULL)
    {
      headline = _("Checking");
      facts = describe_model (self, NULL);
    }
  else if (self->failure != NULL)
    {
      headline = _("The check came to no end");
      css_class = "error";
      facts = describe_model (self, self->record);
    }
  else if (self->record != NULL)
    {
      headline = enclave_model_report_get_headline (self->record);
      css_class = strcmp (enclave_model_record_get_tool_form (self->record), "none") == 0
                      || enclave_model_report_window_is_bad (self->record)
                    ? "warning"
                    : "success";
      facts = describe_model (self, self->record);
    }
  else
    {
      headline = self->before != NULL ? _("Not checked since it has changed") : _("Not checked yet");
      css_class = self->before != NULL ? "warning" : "enclave-quiet";
      facts = describe_model (self, NULL);
    }
  if (g_strcmp0 (gtk_label_get_label (self->headline), headline) != 0)
    gtk_label_set_label (self->headline, headline);
  gtk_label_set_label (self->facts, facts);
  set_class (GTK_WIDGET (self->icon), css_class);
}

/* What went wrong, what has changed, and where the roles stand in each other's way. */
static void
show_note (EnclaveModelPage *self)
{
  g_autoptr (GPtrArray) lines = NULL;
  g_autofree char *text = NULL;

  if (self->settings != NULL)
    {
      g_autofree char *completion = g_settings_get_string (self->settings, "completion-model");
      g_autofree char *edit = g_settings_get_string (self->settings, "edit-model");
      g_autoptr (EnclaveModelRoles) roles
        = enclave_model_roles_new (enclave_model_choice_get_servers (self->choice),
                                   enclave_model_choice_get_server (self->choice),
                                   enclave_model_choice_get_model (self->choice), completion, edit);

      lines = enclave_model_roles_dup_warnings (roles, enclave_machine_get_default ());
    }
  else
    lines = g_ptr_array_new_with_free_func (g_free);
  if (self->before != NULL && self->cancellable == NULL)
    {
      g_autofree char *when = enclave_model_report_dup_when (self->before);

      g_ptr_array_insert (lines, 0, g_strdup_printf (_("Another model was %s under this name. What was found then does not count "
                                                       "for this one."),
                                                     when));
    }
  if (self->failure != NULL && self->cancellable == NULL)
    g_ptr_array_insert (lines, 0, self->record != NULL
                                    ? g_strdup_printf (_("%s. What was found before is shown below and still counts."),
                                                       self->failure)
                                    : g_strdup (self->failure));
  g_ptr_array_add (lines, NULL);
  text = g_strjoinv ("\n", (char **) lines->pdata);
  gtk_label_set_label (self->note, text);
  gtk_widget_set_visible (GTK_WIDGET (self->note), *text != '\0');
}

static void
show_suggest (EnclaveModelPage *self)
{
  g_autofree char *stored = self->settings != NULL ? g_settings_get_string (self->settings, "completion-model") : NULL;
  g_autofree char *choice = self->model != NULL ? enclave_model_role_choice_to_text (self->server, self->model) : NULL;
  g_autoptr (GError) error = NULL;
  gboolean can = self->model != NULL && enclave_completion_model_can (self->server, self->model, &error);
  gboolean is_it = choice != NULL && g_strcmp0 (stored, choice) == 0;
  const char *text = _("None is chosen, so nothing is asked");

  if (!can)
    text = error != NULL ? error->message : "";
  else if (is_it)
    text = _("This model suggests code in the editor");
  else if (stored != NULL && *stored != '\0')
    text = _("Another model suggests code in the editor");
  self->showing = TRUE;
  gtk_switch_set_active (self->suggest, is_it);
  self->showing = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->suggest), self->settings != NULL && (can || is_it));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->suggest_row), text);
}

static void
show_uses (EnclaveModelPage *self, const EnclaveModelAdvice *advice)
{
  g_autofree char *facts = enclave_model_advice_dup_facts (advice, TRUE);

  gtk_widget_set_visible (GTK_WIDGET (self->manner_row), self->record != NULL);
  if (self->record != NULL)
    adw_action_row_set_subtitle (self->manner_row, enclave_model_report_get_manner (self->record));
  gtk_widget_set_visible (GTK_WIDGET (self->advice_row), advice->place != ENCLAVE_PLACE_UNKNOWN);
  if (*facts != '\0')
    {
      g_autofree char *first = g_utf8_substring (facts, 0, 1);
      g_autofree char *upper = g_utf8_strup (first, -1);
      g_autofree char *sentence = g_strconcat (upper, g_utf8_next_char (facts), NULL);

      adw_action_row_set_subtitle (self->advice_row, sentence);
    }
  show_suggest (self);
}

void
_enclave_model_page_show_details (EnclaveModelPage *self)
{
  gboolean open = self->record != NULL && gtk_toggle_button_get_active (self->details_button);

  gtk_widget_set_visible (GTK_WIDGET (self->details_button), self->record != NULL);
  if (open)
    {
      g_autoptr (JsonObject) object = enclave_model_record_to_json (self->record);
      g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
      g_autofree char *text = enclave_json_to_text (node, TRUE);

      gtk_label_set_label (self->details, text);
    }
  gtk_revealer_set_reveal_child (self->revealer, open);
}

static void
show_buttons (EnclaveModelPage *self)
{
  gboolean running = self->cancellable != NULL;
  gboolean can_use = !running && self->model != NULL && self->picked && self->settings != NULL
                     && self->model != enclave_model_choice_get_model (self->choice);
  gboolean first = !running && self->record == NULL && self->failure == NULL;

  gtk_button_set_label (GTK_BUTTON (self->check_button), running ? _("_Stop")
                                                         : first ? _("_Check this model")
                                                                 : _("_Check again"));
  enclave_accessible_mend_mnemonic (GTK_BUTTON (self->check_button));
  /* One button is blue at most. */
  if (first && self->model != NULL)
    gtk_widget_add_css_class (self->check_button, "suggested-action");
  else
    gtk_widget_remove_css_class (self->check_button, "suggested-action");
  gtk_widget_set_sensitive (self->check_button, self->model != NULL
                                                  && (running
                                                      || enclave_server_get_state (self->server) == ENCLAVE_SERVER_READY));
  gtk_widget_set_visible (self->use_button, can_use && !first);
  gtk_widget_set_sensitive (GTK_WIDGET (self->models), !running);
}

void
_enclave_model_page_show (EnclaveModelPage *self)
{
  EnclaveModelAdvice advice = { 0 };
  const EnclaveModelRecord *done = self->cancellable == NULL ? self->record : NULL;

  if (self->model != NULL)
    enclave_model_advice_make (self->model, self->record, enclave_machine_get_default (), &advice);
  show_head (self);
  show_note (self);
  if (self->cancellable == NULL)
    _enclave_model_page_show_items (self, self->record);
  show_tiles (self, done, &advice);
  show_uses (self, &advice);
  _enclave_model_page_show_details (self);
  show_buttons (self);
}
