/* enclave-local-server-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-local-server-row.h"

#include <glib/gi18n-lib.h>

#include "enclave-local-servers-resources.h"
#include "enclave-utf8.h"

/* Of its output, when it has failed. */
#define LOG_LINES 8
/* Steps of the progress without animations. */
#define CALM_STEP 0.05

struct _EnclaveLocalServerRow
{
  AdwPreferencesRow parent_instance;

  EnclaveLocalServers *servers;
  gboolean ollama;
  gboolean can_forget;

  GtkLabel *subtitle;
  GtkWidget *tag;
  GtkWidget *start_button;
  GtkWidget *stop_button;
  GtkWidget *change_button;
  GtkWidget *forget_button;
  GtkWidget *progress_box;
  GtkProgressBar *bar;
  GtkLabel *progress_words;
  GtkLabel *elapsed;
  GtkWidget *failure_box;
  GtkLabel *failure;
  GtkLabel *log;
  GtkWidget *log_frame;
  guint tick;
};

G_DEFINE_FINAL_TYPE (EnclaveLocalServerRow, enclave_local_server_row, ADW_TYPE_PREFERENCES_ROW)

static EnclaveLocalServer *
get_server (EnclaveLocalServerRow *self)
{
  return self->ollama ? enclave_local_servers_get_ollama (self->servers) : enclave_local_servers_get_llama (self->servers);
}

static EnclaveLocalServerState
get_state (EnclaveLocalServerRow *self)
{
  EnclaveLocalServer *server = get_server (self);

  if (server == NULL && !self->ollama && *enclave_local_servers_get_problem (self->servers) != '\0')
    return ENCLAVE_LOCAL_SERVER_FAILED;
  return server != NULL ? enclave_local_server_get_state (server) : ENCLAVE_LOCAL_SERVER_STOPPED;
}

static void
show_tag (EnclaveLocalServerRow *self, EnclaveLocalServerState state)
{
  static const char *const kinds[] = { "success", "warning", "error" };
  const char *word = _("Stopped");
  const char *kind = NULL;

  switch (state)
    {
    case ENCLAVE_LOCAL_SERVER_STARTING:
      word = _("Starting");
      break;
    case ENCLAVE_LOCAL_SERVER_LOADING:
      word = _("Loading");
      break;
    case ENCLAVE_LOCAL_SERVER_READY:
      word = _("Ready");
      kind = "success";
      break;
    case ENCLAVE_LOCAL_SERVER_FAILED:
      word = _("Failed");
      kind = "error";
      break;
    case ENCLAVE_LOCAL_SERVER_STOPPED:
    default:
      break;
    }
  gtk_label_set_label (GTK_LABEL (self->tag), word);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_widget_remove_css_class (self->tag, kinds[i]);
  if (kind != NULL)
    gtk_widget_add_css_class (self->tag, kind);
}

static gboolean
is_calm (void)
{
  gboolean animations = TRUE;

  g_object_get (gtk_settings_get_default (), "gtk-enable-animations", &animations, NULL);
  return !animations;
}

static void
show_progress (EnclaveLocalServerRow *self, EnclaveLocalServerState state)
{
  EnclaveLocalServer *server = get_server (self);
  gboolean loading = state == ENCLAVE_LOCAL_SERVER_STARTING || state == ENCLAVE_LOCAL_SERVER_LOADING;
  double fraction = server != NULL ? enclave_local_server_get_fraction (server) : -1;
  g_autofree char *words = NULL;
  g_autofree char *seconds = NULL;

  gtk_widget_set_visible (self->progress_box, loading);
  if (!loading)
    return;
  if (is_calm () && fraction > 0)
    fraction = (int) (fraction / CALM_STEP) * CALM_STEP;
  if (fraction >= 0)
    {
      gtk_progress_bar_set_fraction (self->bar, fraction);
      words = g_strdup_printf (_("Loading model, %d %%"), (int) (fraction * 100));
    }
  else if (!is_calm ())
    gtk_progress_bar_pulse (self->bar);
  if (words == NULL)
    words = g_strdup (state == ENCLAVE_LOCAL_SERVER_STARTING ? _("Starting") : _("Loading model"));
  gtk_label_set_label (self->progress_words, words);
  seconds = g_strdup_printf (_("%u s"), enclave_local_server_get_elapsed_seconds (server));
  gtk_label_set_label (self->elapsed, seconds);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, words, -1);
}

static void
show_failure (EnclaveLocalServerRow *self, EnclaveLocalServerState state)
{
  EnclaveLocalServer *server = get_server (self);
  gboolean failed = state == ENCLAVE_LOCAL_SERVER_FAILED;
  g_autofree char *log = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *message = NULL;

  gtk_widget_set_visible (self->failure_box, failed);
  if (!failed)
    return;
  message = g_strdup (server != NULL ? enclave_local_server_get_message (server) : enclave_local_servers_get_problem (self->servers));
  if (server != NULL && enclave_local_server_get_ran_out_of_memory (server) && !self->ollama)
    {
      char *both = g_strdup_printf ("%s %s", message, _("A smaller window or a smaller model may fit."));

      g_free (message);
      message = both;
    }
  gtk_label_set_label (self->failure, message);
  log = server != NULL ? enclave_local_server_dup_log (server, LOG_LINES) : g_strdup ("");
  shown = enclave_utf8_make_visible (g_strchomp (log), NULL);
  gtk_label_set_label (self->log, shown);
  gtk_widget_set_visible (self->log_frame, *shown != '\0');
}

static void
show_subtitle (EnclaveLocalServerRow *self)
{
  EnclaveLocalServer *server = get_server (self);
  g_autofree char *path = self->ollama ? NULL : enclave_local_servers_dup_model_path (self->servers);
  g_autofree char *base = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *name = base != NULL ? enclave_utf8_display_name (base) : NULL;
  g_autofree char *text = NULL;

  if (name == NULL && server != NULL && !self->ollama)
    name = g_strdup (enclave_local_server_get_name (server));
  if (self->ollama)
    text = g_strdup (_("inference process: no network · cloud models off"));
  else
    /* Translators: a file's name */
    text = g_strdup_printf (_("%s · inference process: no network"), name != NULL ? name : "");
  gtk_label_set_label (self->subtitle, text);
}

static gboolean
tick_cb (gpointer user_data)
{
  EnclaveLocalServerRow *self = user_data;

  show_progress (self, get_state (self));
  return G_SOURCE_CONTINUE;
}

static void
update (EnclaveLocalServerRow *self)
{
  EnclaveLocalServerState state = get_state (self);
  gboolean loading = state == ENCLAVE_LOCAL_SERVER_STARTING || state == ENCLAVE_LOCAL_SERVER_LOADING;
  gboolean runs = loading || state == ENCLAVE_LOCAL_SERVER_READY;

  show_tag (self, state);
  show_subtitle (self);
  show_progress (self, state);
  show_failure (self, state);
  gtk_button_set_label (GTK_BUTTON (self->start_button), state == ENCLAVE_LOCAL_SERVER_FAILED ? _("Restart") : _("Start"));
  gtk_button_set_label (GTK_BUTTON (self->stop_button), loading ? _("Cancel") : _("Stop"));
  gtk_widget_set_visible (self->start_button, !runs);
  gtk_widget_set_visible (self->stop_button, runs);
  gtk_widget_set_visible (self->change_button, self->can_forget && !self->ollama && !loading);
  gtk_widget_set_visible (self->forget_button, self->can_forget && !self->ollama && !runs);
  if (loading && self->tick == 0)
    self->tick = g_timeout_add (500, tick_cb, self);
  else if (!loading)
    g_clear_handle_id (&self->tick, g_source_remove);
}

static void
start_cb (EnclaveLocalServerRow *self)
{
  if (self->ollama)
    enclave_local_servers_start_ollama (self->servers);
  else
    enclave_local_servers_restart_llama (self->servers);
}

static void
stop_cb (EnclaveLocalServerRow *self)
{
  EnclaveLocalServer *server = get_server (self);

  if (server != NULL)
    enclave_local_server_stop (server);
}

static void
forget_cb (EnclaveLocalServerRow *self)
{
  enclave_local_servers_forget_llama (self->servers);
}

static void
enclave_local_server_row_dispose (GObject *object)
{
  EnclaveLocalServerRow *self = ENCLAVE_LOCAL_SERVER_ROW (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (enclave_local_server_row_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveLocalServerRow, name)

static void
enclave_local_server_row_class_init (EnclaveLocalServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_local_server_row_dispose;

  enclave_local_servers_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/local-servers/enclave-local-server-row.ui");
  BIND_CHILD (subtitle);
  BIND_CHILD (tag);
  BIND_CHILD (start_button);
  BIND_CHILD (stop_button);
  BIND_CHILD (change_button);
  BIND_CHILD (forget_button);
  BIND_CHILD (progress_box);
  BIND_CHILD (bar);
  BIND_CHILD (progress_words);
  BIND_CHILD (elapsed);
  BIND_CHILD (failure_box);
  BIND_CHILD (failure);
  BIND_CHILD (log);
  BIND_CHILD (log_frame);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_cb);
}

static void
enclave_local_server_row_init (EnclaveLocalServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_local_server_row_new (EnclaveLocalServers *servers, gboolean ollama, gboolean can_forget)
{
  EnclaveLocalServerRow *self;

  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (servers), NULL);

  self = g_object_new (ENCLAVE_TYPE_LOCAL_SERVER_ROW, NULL);
  self->servers = g_object_ref (servers);
  self->ollama = ollama;
  self->can_forget = can_forget;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), ollama ? _("Ollama, started by Enclave") : _("Managed by Enclave"));
  g_signal_connect_object (servers, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

gboolean
enclave_local_server_row_is_needed (EnclaveLocalServers *servers, gboolean ollama)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LOCAL_SERVERS (servers), FALSE);

  if (ollama)
    return enclave_local_servers_get_ollama (servers) != NULL;
  path = enclave_local_servers_dup_model_path (servers);
  return path != NULL || enclave_local_servers_get_llama (servers) != NULL;
}
