/* enclave-chat-turn-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-turn-row.h"

struct _EnclaveChatTurnRow
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkLabel *line;
  GtkWidget *again;
  GtkLabel *title;
  GtkProgressBar *bar;
  GtkLabel *read;
  GtkLabel *left;

  EnclaveAgentService *service;
  gulong notify_handler;
  guint tick;
  gint64 reading_since;
  guint first_processed;
};

G_DEFINE_FINAL_TYPE (EnclaveChatTurnRow, enclave_chat_turn_row, GTK_TYPE_WIDGET)

static void
show_reading (EnclaveChatTurnRow *self, guint total, guint cached, guint processed)
{
  g_autofree char *title = g_strdup_printf (ngettext ("Reading %'u token", "Reading %'u tokens", total), total);
  g_autofree char *read = NULL;
  g_autofree char *left = NULL;
  double fraction = CLAMP ((double) processed / total, 0, 1);
  gboolean animated = TRUE;
  gint64 now = g_get_monotonic_time ();

  if (self->reading_since == 0)
    {
      self->reading_since = now;
      self->first_processed = processed;
    }
  if (enclave_agent_service_get_progress_estimated (self->service))
    read = g_strdup_printf (_("about %'u read"), processed);
  else if (cached > 0)
    read = g_strdup_printf (_("%'u read, %'u of them cached"), processed, cached);
  else
    read = g_strdup_printf (_("%'u read"), processed);

  if (processed > self->first_processed && processed < total && now > self->reading_since)
    {
      double rate = (double) (processed - self->first_processed) / (double) (now - self->reading_since);
      guint seconds = (guint) ((total - processed) / rate / G_USEC_PER_SEC) + 1;

      left = g_strdup_printf (_("about %u s"), seconds);
    }

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animated, NULL);
  if (!animated)
    fraction = (int) (fraction * 20) / 20.0;
  gtk_label_set_label (self->title, title);
  gtk_progress_bar_set_fraction (self->bar, fraction);
  gtk_label_set_label (self->read, read);
  gtk_label_set_label (self->left, left != NULL ? left : "");
  gtk_stack_set_visible_child_name (self->stack, "reading");
}

static char *
describe_wait (EnclaveChatTurnRow *self, guint wait)
{
  guint percent;

  switch ((EnclaveTurnWait) wait)
    {
    case ENCLAVE_TURN_WAIT_OTHER_REQUEST:
      return g_strdup (_("Waiting for another request"));
    case ENCLAVE_TURN_WAIT_LOADING:
      g_object_get (self->service, "wait-percent", &percent, NULL);
      return percent > 0 ? g_strdup_printf (_("Loading model, %u\302\240%%"), percent) : g_strdup (_("Loading model"));
    case ENCLAVE_TURN_WAIT_SILENT:
      return g_strdup (_("Waiting for the server, which says nothing"));
    case ENCLAVE_TURN_WAIT_NONE:
    default:
      return NULL;
    }
}

static char *
describe_writing (double speed)
{
  return speed >= 1 ? g_strdup_printf (_("Writing · %.0f tokens/s"), speed) : g_strdup (_("Writing"));
}

/* What the reply took. "" when the server has told nothing. */
static char *
describe_end (EnclaveChatTurnRow *self, double speed)
{
  guint read;
  guint cached;
  g_autofree char *counts = NULL;

  g_object_get (self->service, "tokens-read", &read, "tokens-cached", &cached, NULL);
  if (read == 0)
    return g_strdup ("");
  if (cached > 0)
    counts = g_strdup_printf (ngettext ("%'u token read, %'u of them cached", "%'u tokens read, %'u of them cached", read),
                              read, cached);
  else
    counts = g_strdup_printf (ngettext ("%'u token read", "%'u tokens read", read), read);

  return speed >= 1 ? g_strdup_printf (_("%.0f tokens/s · %s"), speed, counts) : g_steal_pointer (&counts);
}

static void
update (EnclaveChatTurnRow *self)
{
  guint total;
  guint cached;
  guint processed;
  guint wait;
  double speed;
  EnclaveTurnState state = enclave_agent_service_get_state (self->service);
  g_autofree char *line = NULL;

  g_object_get (self->service, "progress-total", &total, "progress-cached", &cached, "progress-processed", &processed,
                "tokens-per-second", &speed, "wait", &wait, NULL);

  if (state == ENCLAVE_TURN_READING && total > 0 && wait == ENCLAVE_TURN_WAIT_NONE)
    {
      show_reading (self, total, cached, processed);
      return;
    }
  if (state != ENCLAVE_TURN_READING)
    self->reading_since = 0;

  switch (state)
    {
    case ENCLAVE_TURN_PREPARING:
      line = g_strdup (_("Preparing"));
      break;
    case ENCLAVE_TURN_READING:
      line = describe_wait (self, wait);
      if (line == NULL)
        line = g_strdup (_("Reading the prompt"));
      break;
    case ENCLAVE_TURN_STREAMING:
      line = describe_wait (self, wait);
      if (line == NULL)
        line = describe_writing (speed);
      break;
    case ENCLAVE_TURN_DECIDING:
      line = describe_writing (speed);
      break;
    case ENCLAVE_TURN_DONE:
      line = describe_end (self, speed);
      break;
    case ENCLAVE_TURN_RUNNING_TOOL:
    case ENCLAVE_TURN_WAITING:
    case ENCLAVE_TURN_IDLE:
    case ENCLAVE_TURN_FAILED:
    case ENCLAVE_TURN_STOPPED:
    default:
      line = g_strdup ("");
      break;
    }
  gtk_label_set_label (self->line, line);
  gtk_widget_set_visible (GTK_WIDGET (self->line), *line != '\0');
  gtk_widget_set_visible (self->again, state == ENCLAVE_TURN_DONE);
  gtk_stack_set_visible_child_name (self->stack, "line");
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  EnclaveChatTurnRow *self = ENCLAVE_CHAT_TURN_ROW (widget);

  self->tick = 0;
  if (self->service != NULL)
    update (self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnclaveChatTurnRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
forget_service (EnclaveChatTurnRow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->service != NULL)
    g_clear_signal_handler (&self->notify_handler, self->service);
  g_clear_object (&self->service);
}

static void
enclave_chat_turn_row_dispose (GObject *object)
{
  forget_service (ENCLAVE_CHAT_TURN_ROW (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_TURN_ROW);

  G_OBJECT_CLASS (enclave_chat_turn_row_parent_class)->dispose (object);
}

static void
enclave_chat_turn_row_class_init (EnclaveChatTurnRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_turn_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-turn-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, line);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, again);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, read);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTurnRow, left);
}

static void
enclave_chat_turn_row_init (EnclaveChatTurnRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_turn_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_TURN_ROW, NULL);
}

void
enclave_chat_turn_row_set_service (EnclaveChatTurnRow *self, EnclaveAgentService *service)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_TURN_ROW (self));
  g_return_if_fail (service == NULL || ENCLAVE_IS_AGENT_SERVICE (service));

  forget_service (self);
  if (service == NULL)
    return;

  self->service = g_object_ref (service);
  self->notify_handler = g_signal_connect_swapped (service, "notify", G_CALLBACK (changed_cb), self);
  self->reading_since = 0;
  update (self);
}
