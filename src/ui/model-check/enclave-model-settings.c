/* enclave-model-settings.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-settings.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-model-switches.h"

/* One step below 0 of the temperature stands for the server's own. */
#define STEP 0.05
#define REPLY_STEP 256

struct _EnclaveModelSettings
{
  AdwPreferencesGroup parent_instance;

  EnclaveModelInfo *model; /* (nullable) */
  AdwComboRow *thinking;
  GtkSpinButton *temperature;
  GtkSpinButton *reply;
  GtkWidget *reset;
  GtkLabel *problem;
  gboolean showing; /* the values are set by us */
};

G_DEFINE_FINAL_TYPE (EnclaveModelSettings, enclave_model_settings, ADW_TYPE_PREFERENCES_GROUP)

static gboolean
show_temperature_cb (GtkSpinButton *button, gpointer user_data)
{
  if (gtk_spin_button_get_value (button) >= -STEP / 2)
    return FALSE;
  /* Translators: the temperature that the server sets by itself. */
  gtk_editable_set_text (GTK_EDITABLE (button), _("Server’s own"));
  return TRUE;
}

static gboolean
show_reply_cb (GtkSpinButton *button, gpointer user_data)
{
  g_autofree char *text = NULL;

  if (gtk_spin_button_get_value_as_int (button) > 0)
    text = g_strdup_printf ("%'d", gtk_spin_button_get_value_as_int (button));
  else
    text = g_strdup (_("As it fits"));
  gtk_editable_set_text (GTK_EDITABLE (button), text);
  return TRUE;
}

static void
read_switches (EnclaveModelSettings *self, EnclaveModelSwitches *switches)
{
  double temperature = gtk_spin_button_get_value (self->temperature);

  switches->thinking = (EnclaveThinking) MIN (adw_combo_row_get_selected (self->thinking), ENCLAVE_THINKING_OFF);
  switches->temperature = temperature < -STEP / 2 ? -1 : MAX (0, temperature);
  switches->reply_tokens = (guint) gtk_spin_button_get_value_as_int (self->reply);
}

static void
show_reset (EnclaveModelSettings *self, const EnclaveModelSwitches *switches)
{
  EnclaveModelSwitches usual;

  enclave_model_switches_default (self->model, &usual);
  gtk_widget_set_sensitive (self->reset, !enclave_model_switches_equal (switches, &usual));
}

static void
changed_cb (EnclaveModelSettings *self)
{
  EnclaveModelSwitches switches;
  g_autoptr (GError) error = NULL;

  if (self->showing || self->model == NULL)
    return;
  read_switches (self, &switches);
  enclave_model_switches_save (&switches, self->model, &error);
  gtk_label_set_label (self->problem, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), error != NULL);
  show_reset (self, &switches);
}

static void
show (EnclaveModelSettings *self, const EnclaveModelSwitches *switches)
{
  self->showing = TRUE;
  adw_combo_row_set_selected (self->thinking, switches->thinking);
  gtk_spin_button_set_value (self->temperature, switches->temperature < 0 ? -STEP : switches->temperature);
  gtk_spin_button_set_value (self->reply, switches->reply_tokens);
  /* Words stand for a value that may have been there before. */
  show_temperature_cb (self->temperature, NULL);
  show_reply_cb (self->reply, NULL);
  self->showing = FALSE;
  show_reset (self, switches);
}

static void
reset_cb (EnclaveModelSettings *self)
{
  EnclaveModelSwitches usual;

  if (self->model == NULL)
    return;
  enclave_model_switches_default (self->model, &usual);
  show (self, &usual);
  changed_cb (self);
}

/* What was typed; words are what stands there already. */
static int
read_number_cb (GtkSpinButton *button, double *value, gpointer user_data)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (button));
  g_autofree char *digits = g_strdup (text);
  char *end = NULL;
  char *to = digits;

  /* Whatever separates thousands here. */
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_isdigit (*c) || (gtk_spin_button_get_digits (button) > 0 && (*c == '.' || *c == ',')))
      *to++ = *c == ',' ? '.' : *c;
  *to = '\0';
  *value = g_ascii_strtod (digits, &end);
  if (end == digits)
    *value = gtk_spin_button_get_value (button);
  return TRUE;
}

static GtkSpinButton *
add_number (EnclaveModelSettings *self, const char *title, const char *subtitle, GtkWidget *button)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (button), 11);
  /* Some values are words. */
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (button), FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  g_signal_connect (button, "input", G_CALLBACK (read_number_cb), NULL);
  g_signal_connect_swapped (button, "value-changed", G_CALLBACK (changed_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  return GTK_SPIN_BUTTON (button);
}

static void
enclave_model_settings_dispose (GObject *object)
{
  g_clear_object (&ENCLAVE_MODEL_SETTINGS (object)->model);
  G_OBJECT_CLASS (enclave_model_settings_parent_class)->dispose (object);
}

static void
enclave_model_settings_class_init (EnclaveModelSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_model_settings_dispose;
}

static void
enclave_model_settings_init (EnclaveModelSettings *self)
{
  const char *words[] = { _("As the model does"), _("On"), _("Off"), NULL };
  g_autoptr (GtkStringList) names = gtk_string_list_new (words);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("How it answers"));
  self->reset = gtk_button_new_with_mnemonic (_("_Defaults"));
  gtk_widget_set_valign (self->reset, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->reset, "flat");
  g_signal_connect_swapped (self->reset, "clicked", G_CALLBACK (reset_cb), self);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->reset);

  self->thinking = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->thinking), _("Thinks before it answers"));
  adw_combo_row_set_model (self->thinking, G_LIST_MODEL (names));
  g_signal_connect_swapped (self->thinking, "notify::selected", G_CALLBACK (changed_cb), self);
  enclave_accessible_watch_combo_row (self->thinking);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->thinking));

  self->temperature = add_number (self, _("Temperature"), _("0 repeats itself, 2 is wild"),
                                  gtk_spin_button_new_with_range (-STEP, 2, STEP));
  g_signal_connect (self->temperature, "output", G_CALLBACK (show_temperature_cb), NULL);
  self->reply = add_number (self, _("Reply length"), _("Tokens at most, thoughts included"),
                            gtk_spin_button_new_with_range (0, 65536, REPLY_STEP));
  g_signal_connect (self->reply, "output", G_CALLBACK (show_reply_cb), NULL);

  self->problem = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "wrap", TRUE,
                                           "xalign", 0.0, "margin-top", 6, "visible", FALSE, NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->problem), "error");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->problem));
}

GtkWidget *
enclave_model_settings_new (void)
{
  return g_object_new (ENCLAVE_TYPE_MODEL_SETTINGS, NULL);
}

void
enclave_model_settings_set_model (EnclaveModelSettings *self, EnclaveModelInfo *model)
{
  const char *family;
  g_autofree char *text = NULL;
  EnclaveModelSwitches switches;
  gboolean effort;

  g_return_if_fail (ENCLAVE_IS_MODEL_SETTINGS (self));

  g_set_object (&self->model, model);
  gtk_widget_set_visible (GTK_WIDGET (self), model != NULL);
  if (model == NULL)
    return;
  family = enclave_model_switches_get_family (model);
  /* Translators: %s is a family of models, such as Qwen3. */
  text = *family != '\0' ? g_strdup_printf (_("Defaults of %s; a change counts from the next conversation."), family)
                         : g_strdup (_("A change counts from the next conversation."));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), text);
  effort = strcmp (family, "gpt-oss") == 0;
  gtk_widget_set_visible (GTK_WIDGET (self->thinking), enclave_model_switches_can_think (model));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->thinking),
                               effort ? _("This model always thinks: more when on, little when off")
                                      : _("Takes longer, often right more often"));
  enclave_model_switches_load (model, &switches);
  show (self, &switches);
}
