/* enclave-line-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-line-bar.h"
#include "enclave-immediate.h"

struct _EnclaveLineBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkEditable *entry;
  GtkLabel *hint;
};

enum
{
  CHOSEN,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveLineBar, enclave_line_bar, GTK_TYPE_WIDGET)

static gboolean
parse_number (const char **cursor, guint *number)
{
  guint64 value;
  char *end;

  if (!g_ascii_isdigit (**cursor))
    return FALSE;

  value = g_ascii_strtoull (*cursor, &end, 10);
  *cursor = end;
  *number = (guint) MIN (value, (guint64) G_MAXINT);

  return TRUE;
}

gboolean
enclave_line_bar_parse (const char *text, guint *line, guint *column)
{
  const char *cursor = text;

  g_return_val_if_fail (text != NULL && line != NULL && column != NULL, FALSE);

  *line = 0;
  *column = 0;

  while (g_ascii_isspace (*cursor))
    cursor++;
  if (!parse_number (&cursor, line))
    return FALSE;
  if (*cursor == ':' || *cursor == ',')
    {
      cursor++;
      if (*cursor != '\0' && !parse_number (&cursor, column))
        return FALSE;
    }
  while (g_ascii_isspace (*cursor))
    cursor++;

  return *cursor == '\0' && *line > 0;
}

static void
activate_cb (EnclaveLineBar *self)
{
  guint line;
  guint column;

  if (!enclave_line_bar_parse (gtk_editable_get_text (self->entry), &line, &column))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      return;
    }

  enclave_line_bar_close (self);
  g_signal_emit (self, signals[CHOSEN], 0, line, column);
}

static void
changed_cb (EnclaveLineBar *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

static gboolean
key_pressed_cb (EnclaveLineBar *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  enclave_line_bar_close (self);
  g_signal_emit (self, signals[CLOSED], 0);

  return GDK_EVENT_STOP;
}

static void
enclave_line_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_LINE_BAR);

  G_OBJECT_CLASS (enclave_line_bar_parent_class)->dispose (object);
}

static void
enclave_line_bar_class_init (EnclaveLineBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_line_bar_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/editor/enclave-line-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveLineBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveLineBar, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveLineBar, hint);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
enclave_line_bar_init (EnclaveLineBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_immediate_set_up (GTK_WIDGET (self->revealer));
}

void
enclave_line_bar_open (EnclaveLineBar *self, guint n_lines)
{
  g_autofree char *hint = NULL;

  g_return_if_fail (ENCLAVE_IS_LINE_BAR (self));

  hint = g_strdup_printf (_("1 to %u, or LINE:COLUMN"), n_lines);
  gtk_label_set_label (self->hint, hint);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_editable_select_region (self->entry, 0, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

gboolean
enclave_line_bar_close (EnclaveLineBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LINE_BAR (self), FALSE);

  if (!gtk_revealer_get_reveal_child (self->revealer))
    return FALSE;

  gtk_revealer_set_reveal_child (self->revealer, FALSE);

  return TRUE;
}
