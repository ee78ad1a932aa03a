/* enclave-managed-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-managed-window.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-local-server-row.h"
#include "enclave-machine.h"
#include "enclave-model-file-group.h"
#include "enclave-model-fit.h"
#include "enclave-local-servers-resources.h"
#include "enclave-path-answer.h"
#include "enclave-preferences-rows.h"

#define LEAST_WINDOW 512
#define MOST_WINDOW (1u << 20)
/* Loaded when nothing fits, or the file does not say what its cache takes. */
#define USUAL_WINDOW 4096

struct _EnclaveManagedWindow
{
  AdwWindow parent_instance;

  GtkWidget *program_entry;
  GtkLabel *program_error;
  EnclaveModelFileGroup *file_group;
  GtkWidget *window_group;
  GtkSpinButton *window;
  GtkWidget *fit_row;
  GtkWidget *fit_tag;
  GtkWidget *start_with_enclave;
  GtkListBox *server_rows;
  GtkWidget *server_group;
  GtkWidget *start_button;

  EnclaveLocalServers *servers;
  EnclavePathAnswer *program_answer;
  guint64 ram_bytes;
  guint64 vram_bytes;
};

G_DEFINE_FINAL_TYPE (EnclaveManagedWindow, enclave_managed_window, ADW_TYPE_WINDOW)

/* (transfer full) (nullable): NULL with what is wrong in @message, or nothing while the field is empty or its path is looked at. */
static char *
read_program (EnclaveManagedWindow *self, const char **message)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->program_entry));
  g_autofree char *path = enclave_model_file_group_expand (text);
  EnclavePathVerdict verdict = path != NULL ? enclave_path_answer_ask (self->program_answer, path) : ENCLAVE_PATH_WRONG;

  *message = NULL;
  if (*text == '\0')
    return NULL;
  if (path == NULL)
    *message = _("Write the whole path of the program, such as /usr/local/bin/llama-server.");
  else if (verdict == ENCLAVE_PATH_WRONG)
    *message = _("There is no program of that name.");
  return verdict == ENCLAVE_PATH_RIGHT ? g_steal_pointer (&path) : NULL;
}

static void
show_fit (EnclaveManagedWindow *self)
{
  static const char *const kinds[] = { "success", "warning", "error" };
  const EnclaveGgufHeader *header = enclave_model_file_group_get_header (self->file_group);
  EnclaveModelFile *file = enclave_model_file_group_get_file (self->file_group);
  guint64 needed_bytes;
  g_autofree char *needed = NULL;
  g_autofree char *ram = NULL;
  g_autofree char *text = NULL;
  const char *word = _("Fits");
  const char *kind = "success";

  gtk_widget_set_visible (self->window_group, header != NULL);
  if (header == NULL)
    return;
  needed_bytes = enclave_model_fit_needed_bytes (enclave_model_file_get_size (file), header->kv_bytes_per_token,
                                                 (guint) gtk_spin_button_get_value_as_int (self->window));
  needed = g_format_size (needed_bytes);
  ram = g_format_size (self->ram_bytes);
  switch (enclave_model_fit (needed_bytes, self->ram_bytes, self->vram_bytes))
    {
    case ENCLAVE_MODEL_FITS_CARD:
      text = g_strdup_printf (_("Needs about %s, and the graphics card has that"), needed);
      break;
    case ENCLAVE_MODEL_FITS_MEMORY:
      text = g_strdup_printf (_("Needs about %s of %s of memory"), needed, ram);
      break;
    case ENCLAVE_MODEL_FITS_NOT:
      text = g_strdup_printf (_("Needs about %s, and this machine has %s; a quarter of that is left for the rest"), needed, ram);
      word = _("Does not fit");
      kind = "error";
      break;
    case ENCLAVE_MODEL_FIT_UNKNOWN:
    default:
      text = g_strdup_printf (_("Needs about %s; how much there is is not known"), needed);
      word = _("Unknown");
      kind = NULL;
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->fit_row), text);
  gtk_label_set_label (GTK_LABEL (self->fit_tag), word);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_widget_remove_css_class (self->fit_tag, kinds[i]);
  if (kind != NULL)
    gtk_widget_add_css_class (self->fit_tag, kind);
}

static gboolean
is_loading (EnclaveManagedWindow *self)
{
  EnclaveLocalServer *server = enclave_local_servers_get_llama (self->servers);
  EnclaveLocalServerState state = server != NULL ? enclave_local_server_get_state (server) : ENCLAVE_LOCAL_SERVER_STOPPED;

  return state == ENCLAVE_LOCAL_SERVER_STARTING || state == ENCLAVE_LOCAL_SERVER_LOADING;
}

static void
update (EnclaveManagedWindow *self)
{
  const char *message;
  g_autofree char *program = NULL;

  if (self->servers == NULL)
    return;
  program = read_program (self, &message);
  enclave_preferences_rows_set_error (self->program_entry, self->program_error, message);
  show_fit (self);
  gtk_widget_set_sensitive (self->start_button, program != NULL && enclave_model_file_group_get_file (self->file_group) != NULL
                                                  && !is_loading (self));
  gtk_widget_set_visible (self->server_group, enclave_local_servers_get_llama (self->servers) != NULL);
}

static void
answered_cb (gpointer user_data)
{
  update (user_data);
}

static void
program_changed_cb (EnclaveManagedWindow *self)
{
  enclave_path_answer_forget (self->program_answer);
  update (self);
}

/* What the file was trained for and what fits decide the window, until the person does. */
static void
file_changed_cb (EnclaveManagedWindow *self)
{
  const EnclaveGgufHeader *header = enclave_model_file_group_get_header (self->file_group);

  if (header != NULL && self->servers != NULL)
    {
      EnclaveModelFile *file = enclave_model_file_group_get_file (self->file_group);
      g_autofree char *remembered = enclave_local_servers_dup_model_path (self->servers);
      guint most = header->context_length > 0 ? MAX (header->context_length, LEAST_WINDOW) : MOST_WINDOW;
      guint window = enclave_model_fit_window (enclave_model_file_get_size (file), header->kv_bytes_per_token,
                                               header->context_length, self->ram_bytes, self->vram_bytes);

      if (g_strcmp0 (remembered, enclave_model_file_get_path (file)) == 0 && enclave_local_servers_get_window (self->servers) > 0)
        window = enclave_local_servers_get_window (self->servers);
      gtk_spin_button_set_range (self->window, LEAST_WINDOW, most);
      gtk_spin_button_set_value (self->window, window > 0 ? window : MIN (USUAL_WINDOW, most));
    }
  update (self);
}

static void
choose_program_cb (EnclaveManagedWindow *self)
{
  enclave_model_file_group_choose (self->program_entry, _("Choose llama-server"), NULL);
}

static void
start_cb (EnclaveManagedWindow *self)
{
  const char *message;
  g_autofree char *program = read_program (self, &message);
  EnclaveModelFile *file = enclave_model_file_group_get_file (self->file_group);

  if (program == NULL || file == NULL || is_loading (self))
    return;
  gtk_spin_button_update (self->window);
  enclave_local_servers_start_llama (self->servers, program, file, (guint) gtk_spin_button_get_value_as_int (self->window));
  update (self);
}

static void
enclave_managed_window_dispose (GObject *object)
{
  EnclaveManagedWindow *self = ENCLAVE_MANAGED_WINDOW (object);

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_clear_object (&self->servers);
  g_clear_pointer (&self->program_answer, enclave_path_answer_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_MANAGED_WINDOW);
  G_OBJECT_CLASS (enclave_managed_window_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveManagedWindow, name)

static void
enclave_managed_window_class_init (EnclaveManagedWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_managed_window_dispose;

  enclave_local_servers_get_resource ();
  g_type_ensure (ENCLAVE_TYPE_MODEL_FILE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/local-servers/enclave-managed-window.ui");
  BIND_CHILD (program_entry);
  BIND_CHILD (program_error);
  BIND_CHILD (file_group);
  BIND_CHILD (window_group);
  BIND_CHILD (window);
  BIND_CHILD (fit_row);
  BIND_CHILD (fit_tag);
  BIND_CHILD (start_with_enclave);
  BIND_CHILD (server_rows);
  BIND_CHILD (server_group);
  BIND_CHILD (start_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, program_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, file_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_program_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_managed_window_init (EnclaveManagedWindow *self)
{
  self->program_answer = enclave_path_answer_new (enclave_path_is_program, answered_cb, self);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->ram_bytes = enclave_machine_get_default ()->ram_bytes;
  self->vram_bytes = enclave_machine_get_default ()->vram_bytes;
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_managed_window_new (GSettings *settings, EnclaveLocalServers *servers)
{
  EnclaveManagedWindow *self;
  g_autofree char *program = NULL;
  g_autofree char *model = NULL;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (servers), NULL);

  self = g_object_new (ENCLAVE_TYPE_MANAGED_WINDOW, NULL);
  self->servers = g_object_ref (servers);
  program = enclave_local_servers_dup_program (servers);
  model = enclave_local_servers_dup_model_path (servers);
  gtk_list_box_append (self->server_rows, enclave_local_server_row_new (servers, FALSE, FALSE));
  g_signal_connect_swapped (servers, "changed", G_CALLBACK (update), self);
  g_settings_bind (settings, "managed-start", self->start_with_enclave, "active", G_SETTINGS_BIND_DEFAULT);
  if (program != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->program_entry), program);
  if (model != NULL)
    enclave_model_file_group_set_path (self->file_group, model);
  /* The program is known: what is left to say is the file. */
  if (program != NULL)
    enclave_model_file_group_focus (self->file_group);
  update (self);
  return GTK_WIDGET (self);
}
