/* enclave-project-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-project-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-project-memory.h"
#include "enclave-project-page-resources.h"
#include "enclave-task-detector.h"
#include "enclave-task-rows.h"

struct _EnclaveProjectPage
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  EnclaveTaskRows *task_rows;
  AdwActionRow *verify_row;
  GtkSwitch *verify;
  GtkSwitch *check;
  GtkSwitch *format;
  AdwEntryRow *command;
  AdwActionRow *detected_row;
  GtkWidget *use_detected;
  GtkSpinButton *rounds;
  AdwActionRow *memory_row;
  GtkWidget *open_memory;
  AdwActionRow *draft_row;
  GtkSpinner *draft_spinner;
  GtkWidget *draft;
  AdwActionRow *map_row;
  GtkSwitch *use_map;
  AdwExpanderRow *text_row;
  GtkLabel *text;

  EnclaveAgentService *service;
  GSettings *project_settings; /* (nullable) */
  GCancellable *cancellable;
  char *memory_name;           /* (nullable) */
  const EnclaveDetectedTask *detected; /* (nullable) */
  gboolean drafting;
  gboolean reviewable;         /* the button shows the draft that is there */
};

enum
{
  OPEN_FILE,
  REVIEW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveProjectPage, enclave_project_page, GTK_TYPE_WIDGET)

static guint
get_window (EnclaveProjectPage *self)
{
  guint window = 0;

  g_object_get (self->service, "tokens-window", &window, NULL);

  return window;
}

/* A row's text is markup; names and commands are not. */
static void
set_subtitle (AdwActionRow *row, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (row, escaped);
}

static void
show_verification (EnclaveProjectPage *self)
{
  const char *command = gtk_editable_get_text (GTK_EDITABLE (self->command));
  gboolean has_command = command[strspn (command, " \t")] != '\0';

  gtk_widget_set_sensitive (GTK_WIDGET (self->verify_row), has_command);
  /* Assistive technologies ask the switch. */
  gtk_widget_set_sensitive (GTK_WIDGET (self->verify), has_command);
  adw_action_row_set_subtitle (self->verify_row, has_command ? "" : _("Needs a command"));
  gtk_widget_set_visible (GTK_WIDGET (self->detected_row), self->detected != NULL && strcmp (self->detected->command, command) != 0);
}

static void
command_applied_cb (EnclaveProjectPage *self)
{
  if (self->project_settings != NULL)
    g_settings_set_string (self->project_settings, "verification-command", gtk_editable_get_text (GTK_EDITABLE (self->command)));
  show_verification (self);
}

/* What was not typed need not be applied. */
static void
set_command (EnclaveProjectPage *self, const char *command)
{
  adw_entry_row_set_show_apply_button (self->command, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->command), command);
  adw_entry_row_set_show_apply_button (self->command, TRUE);
}

static void
use_detected_cb (EnclaveProjectPage *self)
{
  set_command (self, self->detected->command);
  command_applied_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->verify));
}

static void
detect (EnclaveProjectPage *self)
{
  g_autoptr (GPtrArray) found = enclave_task_detector_list (enclave_gate_get_root (enclave_agent_service_get_gate (self->service)));
  g_autofree char *title = NULL;

  if (found->len == 0)
    return;
  self->detected = g_ptr_array_index (found, 0);
  /* Translators: the name of a file, such as meson.build. */
  title = g_strdup_printf (_("Detected from %s"), self->detected->file);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->detected_row), title);
  set_subtitle (self->detected_row, self->detected->command);
}

static const char *
describe_state (EnclaveInstructionsState state)
{
  switch (state)
    {
    case ENCLAVE_INSTRUCTIONS_TRUSTED:
      return _("Trusted");
    case ENCLAVE_INSTRUCTIONS_CHANGED:
      return _("Changed since you trusted it, so it is not used");
    case ENCLAVE_INSTRUCTIONS_NEW:
    default:
      return _("Not trusted, so it is not used");
    }
}

static void
show_memory (EnclaveProjectPage *self, const EnclaveMemoryStatus *status)
{
  g_autoptr (GString) words = g_string_new (NULL);

  g_free (self->memory_name);
  self->memory_name = status->file != NULL ? g_strdup (status->file->name) : NULL;
  gtk_widget_set_visible (self->open_memory, status->file != NULL);
  if (status->file == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->memory_row), _("No memory file"));
      adw_action_row_set_subtitle (self->memory_row, _("ENCLAVE.md, AGENTS.md or the file of another program would be used"));
      return;
    }

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->memory_row), status->file->name);
  g_string_append (words, describe_state (status->file->state));
  g_string_append (words, " · ");
  g_string_append_printf (words, ngettext ("about %'u token", "about %'u tokens", status->n_tokens), status->n_tokens);
  if (status->is_cut)
    {
      g_string_append (words, " · ");
      g_string_append_printf (words, _("the first %d of %d bytes"), (int) status->given_bytes, (int) status->file->n_bytes);
    }
  if (status->secrets[0] != NULL)
    {
      g_string_append_c (words, '\n');
      /* Translators: the name of a rule, such as github-token. */
      g_string_append_printf (words, _("Holds what looks like a secret (%s). The model gets it masked; take it out."),
                              status->secrets[0]);
    }
  set_subtitle (self->memory_row, words->str);
}

static void
memory_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveProjectPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMemoryStatus) status =
    enclave_project_memory_look_finish (ENCLAVE_AGENT_SERVICE (source), result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (status != NULL)
    show_memory (self, status);
  else
    set_subtitle (self->memory_row, error->message);
}

static void
look_at_memory (EnclaveProjectPage *self)
{
  enclave_project_memory_look_async (self->service, self->cancellable, memory_looked_cb, g_object_ref (self));
}

static void
show_map (EnclaveProjectPage *self)
{
  EnclaveProjectSurvey *survey = enclave_repo_map_get_survey (enclave_agent_service_get_map (self->service));
  g_auto (EnclaveMapPart) part = { NULL };
  g_autoptr (GString) words = g_string_new (NULL);
  guint window = get_window (self);
  guint n_files;

  if (survey == NULL)
    {
      adw_action_row_set_subtitle (self->map_row, _("Looking at the project"));
      return;
    }
  enclave_repo_map_admit (enclave_agent_service_get_map (self->service), window, &part);
  n_files = survey->files->len - survey->n_denied;
  g_string_append_printf (words, ngettext ("%'u file", "%'u files", n_files), n_files);
  g_string_append (words, ", ");
  g_string_append_printf (words, ngettext ("%'u definition", "%'u definitions", survey->n_definitions), survey->n_definitions);
  if (survey->n_denied > 0)
    {
      g_string_append (words, ", ");
      g_string_append_printf (words, ngettext ("%'u denied", "%'u denied", survey->n_denied), survey->n_denied);
    }
  g_string_append (words, " · ");
  g_string_append_printf (words, ngettext ("about %'u token", "about %'u tokens", part.n_tokens), part.n_tokens);
  if (window > 0)
    {
      g_string_append_c (words, ' ');
      g_string_append_printf (words, _("of a window of %'u"), window);
    }
  if (survey->problem != NULL)
    g_string_append_printf (words, "\n%s", survey->problem);
  set_subtitle (self->map_row, words->str);
  gtk_widget_set_sensitive (GTK_WIDGET (self->text_row), part.item != NULL);
  gtk_label_set_text (self->text, part.item != NULL ? enclave_context_item_get_text (part.item) : "");
}

static void
map_updated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveProjectPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, &error)
      && !g_cancellable_is_cancelled (self->cancellable))
    set_subtitle (self->map_row, error->message);
}

static void
show_draft (EnclaveProjectPage *self, const char *words)
{
  set_subtitle (self->draft_row, words);
  gtk_widget_set_sensitive (self->draft, !self->drafting);
  gtk_button_set_label (GTK_BUTTON (self->draft), self->reviewable ? _("_Review") : _("_Draft"));
  gtk_widget_set_visible (GTK_WIDGET (self->draft_spinner), self->drafting);
  gtk_spinner_set_spinning (self->draft_spinner, self->drafting);
}

static void
drafted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveProjectPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveChange) change =
    enclave_project_memory_draft_finish (ENCLAVE_AGENT_SERVICE (source), result, &error);
  g_autofree char *words = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  self->drafting = FALSE;
  self->reviewable = change != NULL;
  if (change != NULL)
    /* Translators: the name of a file. */
    words = g_strdup_printf (_("The draft of %s waits for you; nothing is written before you apply it"),
                             enclave_change_get_path (change));
  else
    words = g_strdup (error->message);
  show_draft (self, words);
}

static void
draft_cb (EnclaveProjectPage *self)
{
  if (self->reviewable)
    {
      g_signal_emit (self, signals[REVIEW], 0);
      return;
    }
  self->drafting = TRUE;
  show_draft (self, _("The model reads the map and writes"));
  enclave_project_memory_draft_async (self->service, self->cancellable, drafted_cb, g_object_ref (self));
}

/* What was drafted was applied or rejected. */
static void
changes_cb (EnclaveProjectPage *self)
{
  if (self->reviewable && enclave_change_set_get_n_proposed (enclave_agent_service_get_change_set (self->service)) == 0)
    {
      self->reviewable = FALSE;
      show_draft (self, _("One call of the model, from the map and the README; you review it"));
    }
  look_at_memory (self);
}

static void
open_memory_cb (EnclaveProjectPage *self)
{
  if (self->memory_name != NULL)
    g_signal_emit (self, signals[OPEN_FILE], 0, self->memory_name);
}

/* What is shown may be old when the page comes to sight. */
static void
enclave_project_page_map (GtkWidget *widget)
{
  EnclaveProjectPage *self = ENCLAVE_PROJECT_PAGE (widget);

  GTK_WIDGET_CLASS (enclave_project_page_parent_class)->map (widget);
  look_at_memory (self);
  show_map (self);
  enclave_repo_map_update_async (enclave_agent_service_get_map (self->service), self->cancellable, map_updated_cb,
                                 g_object_ref (self));
}

static gboolean
enclave_project_page_grab_focus (GtkWidget *widget)
{
  EnclaveProjectPage *self = ENCLAVE_PROJECT_PAGE (widget);

  return gtk_widget_is_sensitive (GTK_WIDGET (self->verify_row)) ? gtk_widget_grab_focus (GTK_WIDGET (self->verify))
                                                                 : gtk_widget_grab_focus (GTK_WIDGET (self->command));
}

static void
enclave_project_page_dispose (GObject *object)
{
  EnclaveProjectPage *self = ENCLAVE_PROJECT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_PROJECT_PAGE);
  g_clear_object (&self->service);
  g_clear_object (&self->project_settings);

  G_OBJECT_CLASS (enclave_project_page_parent_class)->dispose (object);
}

static void
enclave_project_page_finalize (GObject *object)
{
  EnclaveProjectPage *self = ENCLAVE_PROJECT_PAGE (object);

  g_clear_object (&self->cancellable);
  g_free (self->memory_name);

  G_OBJECT_CLASS (enclave_project_page_parent_class)->finalize (object);
}

static void
enclave_project_page_class_init (EnclaveProjectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_project_page_dispose;
  object_class->finalize = enclave_project_page_finalize;
  widget_class->map = enclave_project_page_map;
  widget_class->grab_focus = enclave_project_page_grab_focus;

  signals[OPEN_FILE] =
    g_signal_new ("open-file", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[REVIEW] =
    g_signal_new ("review", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (ENCLAVE_TYPE_TASK_ROWS);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/project-page/enclave-project-page.ui");
#define CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveProjectPage, name)
  CHILD (scrolled);
  CHILD (task_rows);
  CHILD (verify_row);
  CHILD (verify);
  CHILD (check);
  CHILD (format);
  CHILD (command);
  CHILD (detected_row);
  CHILD (use_detected);
  CHILD (rounds);
  CHILD (memory_row);
  CHILD (open_memory);
  CHILD (draft_row);
  CHILD (draft_spinner);
  CHILD (draft);
  CHILD (map_row);
  CHILD (use_map);
  CHILD (text_row);
  CHILD (text);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, command_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_detected_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_memory_cb);
  gtk_widget_class_bind_template_callback (widget_class, draft_cb);
}

static void
enclave_project_page_init (EnclaveProjectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  enclave_accessible_mend (GTK_WIDGET (self));
}

GtkWidget *
enclave_project_page_new (EnclaveAgentService *service, GSettings *settings, GSettings *project_settings)
{
  EnclaveProjectPage *self;

  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (service), NULL);

  self = g_object_new (ENCLAVE_TYPE_PROJECT_PAGE, NULL);
  self->service = g_object_ref (service);
  g_set_object (&self->project_settings, project_settings);
  detect (self);
  if (project_settings != NULL)
    {
      g_autofree char *command = g_settings_get_string (project_settings, "verification-command");

      enclave_task_rows_set_up (self->task_rows, enclave_gate_get_root (enclave_agent_service_get_gate (service)), project_settings);
      set_command (self, command);
      g_settings_bind (project_settings, "verification-enabled", self->verify, "active",
                       G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY);
      g_settings_bind (project_settings, "verification-rounds", self->rounds, "value", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (project_settings, "check-edited-files", self->check, "active", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (project_settings, "format-edited-files", self->format, "active", G_SETTINGS_BIND_DEFAULT);
    }
  if (settings != NULL)
    g_settings_bind (settings, "project-map", self->use_map, "active", G_SETTINGS_BIND_DEFAULT);
  show_verification (self);
  show_draft (self, _("One call of the model, from the map and the README; you review it"));
  g_signal_connect_object (enclave_agent_service_get_map (service), "changed", G_CALLBACK (show_map), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "notify::tokens-window", G_CALLBACK (show_map), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_agent_service_get_change_set (service), "notify::n-proposed", G_CALLBACK (changes_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_agent_service_get_gate (service), "trust-changed", G_CALLBACK (look_at_memory), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

void
enclave_project_page_focus_task (EnclaveProjectPage *self, const char *key)
{
  g_return_if_fail (ENCLAVE_IS_PROJECT_PAGE (self) && key != NULL);

  enclave_task_rows_focus (self->task_rows, key);
}
