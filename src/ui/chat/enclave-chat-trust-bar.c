/* enclave-chat-trust-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-exact-text.h"
#include "enclave-chat-trust-bar.h"
#include "enclave-line-diff.h"

#define CONTEXT_LINES 3

struct _EnclaveChatTrustBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *label;
  GtkRevealer *detail;
  EnclaveChatExactText *exact;
  GtkLabel *hidden;
  GtkWidget *read_on;
  GtkLabel *error;
  GtkButton *show;
  GtkWidget *not_now;
  GtkWidget *trust;

  EnclaveGate *gate;
  GCancellable *cancellable;
  EnclaveInstructions *shown; /* NULL: hidden */
  char *put_off;              /* digest of what the person does not want to decide now */
  gboolean opens;             /* the person wants to see it as it is now */
};

enum
{
  PROP_0,
  PROP_TEXT,
  N_PROPS
};

enum
{
  USED_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatTrustBar, enclave_chat_trust_bar, GTK_TYPE_WIDGET)

static void
update (EnclaveChatTrustBar *self)
{
  gboolean is_open = gtk_revealer_get_reveal_child (self->detail);
  gboolean seen = enclave_chat_exact_text_get_seen_whole (self->exact);
  const char *why = seen ? _("Use exactly this text from the next message on")
                         : _("Show it first: you trust exactly this text");

  gtk_button_set_label (self->show, is_open ? _("Hide") : _("Show"));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->show), GTK_ACCESSIBLE_STATE_EXPANDED, is_open, -1);
  gtk_widget_set_visible (self->read_on, gtk_revealer_get_child_revealed (self->detail) && !seen);
  gtk_widget_set_sensitive (self->trust, seen);
  gtk_widget_set_tooltip_text (self->trust, why);
}

static void
update_cb (EnclaveChatTrustBar *self)
{
  update (self);
}

/* What is out of sight is still there for assistive technologies, and no longer so. */
static void
revealed_cb (EnclaveChatTrustBar *self)
{
  if (self->shown == NULL && !gtk_revealer_get_child_revealed (self->revealer))
    gtk_label_set_text (self->label, "");
}

static void
detail_cb (EnclaveChatTrustBar *self)
{
  if (gtk_revealer_get_child_revealed (self->detail))
    enclave_chat_exact_text_check (self->exact);
  update (self);
}

static void
set_error (EnclaveChatTrustBar *self, const char *message)
{
  gtk_label_set_text (self->error, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), message != NULL);
}

static void
show_text (EnclaveChatTrustBar *self)
{
  const EnclaveInstructions *shown = self->shown;
  g_autofree char *size = g_format_size (shown->n_bytes);
  g_autofree char *words = NULL;
  g_autofree char *diff = NULL;
  guint n_hidden;

  if (shown->state == ENCLAVE_INSTRUCTIONS_CHANGED)
    {
      g_autoptr (GPtrArray) hunks = enclave_line_diff (shown->trusted_text, shown->text, CONTEXT_LINES);

      diff = enclave_line_diff_to_unified (hunks, shown->name);
      /* Translators: the name of a file and its size. */
      words = g_strdup_printf (_("%s (%s) has changed since you trusted it. It is not used until you trust it again."),
                               shown->name, size);
    }
  else
    {
      /* Translators: the name of a file and its size. */
      words = g_strdup_printf (_("This folder brings instructions for the agent: %s (%s). They are not used until you "
                                 "trust them."),
                               shown->name, size);
    }

  gtk_label_set_text (self->label, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  n_hidden = enclave_chat_exact_text_set (self->exact, diff != NULL ? diff : shown->text,
                                          diff != NULL ? ENCLAVE_CHAT_EXACT_CHANGE : ENCLAVE_CHAT_EXACT_PROSE,
                                          _("Instructions for the agent"));
  gtk_widget_set_visible (GTK_WIDGET (self->hidden), n_hidden > 0);
  if (n_hidden > 0)
    {
      g_autofree char *marked = g_strdup_printf (ngettext ("Look closely: %u hidden character, marked above",
                                                           "Look closely: %u hidden characters, marked above", n_hidden),
                                                 n_hidden);

      gtk_label_set_text (self->hidden, marked);
    }
  gtk_revealer_set_reveal_child (self->detail, FALSE);
  set_error (self, NULL);
  update (self);
}

static void
hide (EnclaveChatTrustBar *self)
{
  g_clear_pointer (&self->shown, enclave_instructions_free);
  self->opens = FALSE;
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
open_detail (EnclaveChatTrustBar *self)
{
  if (self->opens)
    gtk_revealer_set_reveal_child (self->detail, TRUE);
  self->opens = FALSE;
  update (self);
}

/* @instructions: (transfer full) (nullable). */
static void
take (EnclaveChatTrustBar *self, EnclaveInstructions *instructions)
{
  g_autoptr (EnclaveInstructions) now = instructions;
  gboolean is_used = now != NULL && now->state == ENCLAVE_INSTRUCTIONS_TRUSTED;

  g_signal_emit (self, signals[USED_CHANGED], 0, is_used ? now->name : NULL, is_used ? (guint) now->n_bytes : 0);
  if (now == NULL || is_used || g_strcmp0 (now->digest, self->put_off) == 0)
    {
      hide (self);
      return;
    }
  /* What the person looks at stays as it is. */
  if (self->shown != NULL && self->shown->state == now->state && strcmp (self->shown->digest, now->digest) == 0
      && strcmp (self->shown->name, now->name) == 0)
    {
      open_detail (self);
      return;
    }

  g_clear_pointer (&self->shown, enclave_instructions_free);
  self->shown = g_steal_pointer (&now);
  show_text (self);
  open_detail (self);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatTrustBar) self = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveInstructions *instructions = enclave_gate_look_at_instructions_finish (ENCLAVE_GATE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->gate != ENCLAVE_GATE (source))
    g_clear_pointer (&instructions, enclave_instructions_free);
  else
    take (self, instructions);
}

void
enclave_chat_trust_bar_refresh (EnclaveChatTrustBar *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_TRUST_BAR (self));

  if (self->gate == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  enclave_gate_look_at_instructions_async (self->gate, self->cancellable, looked_cb, g_object_ref (self));
}

static void
not_now_cb (EnclaveChatTrustBar *self)
{
  if (self->shown == NULL)
    return;

  g_free (self->put_off);
  self->put_off = g_strdup (self->shown->digest);
  hide (self);
}

static void
show_cb (EnclaveChatTrustBar *self)
{
  self->opens = !gtk_revealer_get_reveal_child (self->detail);
  if (self->opens)
    {
      enclave_chat_trust_bar_refresh (self);
      return;
    }
  gtk_revealer_set_reveal_child (self->detail, FALSE);
  update (self);
}

static void
trusted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatTrustBar) self = user_data;
  g_autoptr (GError) error = NULL;

  /* "trust-changed" has it looked at again. */
  if (!enclave_gate_trust_instructions_finish (ENCLAVE_GATE (source), result, &error) && error != NULL
      && self->gate == ENCLAVE_GATE (source))
    set_error (self, error->message);
}

static void
trust_cb (EnclaveChatTrustBar *self)
{
  if (self->shown != NULL && enclave_chat_exact_text_get_seen_whole (self->exact))
    enclave_gate_trust_instructions_async (self->gate, self->shown, NULL, trusted_cb, g_object_ref (self));
}

static void
trust_changed_cb (EnclaveChatTrustBar *self)
{
  enclave_chat_trust_bar_refresh (self);
}

void
enclave_chat_trust_bar_set_gate (EnclaveChatTrustBar *self, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_TRUST_BAR (self));
  g_return_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate));

  if (self->gate == gate)
    return;
  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_data (self->gate, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->put_off, g_free);
  g_set_object (&self->gate, gate);
  take (self, NULL);
  if (gate == NULL)
    return;

  g_signal_connect_swapped (gate, "trust-changed", G_CALLBACK (trust_changed_cb), self);
  enclave_chat_trust_bar_refresh (self);
}

const char *
enclave_chat_trust_bar_get_text (EnclaveChatTrustBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_TRUST_BAR (self), NULL);

  return self->shown != NULL ? gtk_label_get_text (self->label) : NULL;
}

static void
enclave_chat_trust_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_TEXT)
    g_value_set_string (value, enclave_chat_trust_bar_get_text (ENCLAVE_CHAT_TRUST_BAR (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
enclave_chat_trust_bar_dispose (GObject *object)
{
  EnclaveChatTrustBar *self = ENCLAVE_CHAT_TRUST_BAR (object);

  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_data (self->gate, self);
  g_clear_object (&self->gate);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_TRUST_BAR);

  G_OBJECT_CLASS (enclave_chat_trust_bar_parent_class)->dispose (object);
}

static void
enclave_chat_trust_bar_finalize (GObject *object)
{
  EnclaveChatTrustBar *self = ENCLAVE_CHAT_TRUST_BAR (object);

  g_clear_pointer (&self->shown, enclave_instructions_free);
  g_clear_pointer (&self->put_off, g_free);

  G_OBJECT_CLASS (enclave_chat_trust_bar_parent_class)->finalize (object);
}

static void
enclave_chat_trust_bar_class_init (EnclaveChatTrustBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_trust_bar_dispose;
  object_class->finalize = enclave_chat_trust_bar_finalize;
  object_class->get_property = enclave_chat_trust_bar_get_property;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[USED_CHANGED] = g_signal_new ("used-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);

  g_type_ensure (ENCLAVE_TYPE_CHAT_EXACT_TEXT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-trust-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, detail);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, exact);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, hidden);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, read_on);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, error);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, show);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, not_now);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatTrustBar, trust);
  gtk_widget_class_bind_template_callback (widget_class, update_cb);
  gtk_widget_class_bind_template_callback (widget_class, revealed_cb);
  gtk_widget_class_bind_template_callback (widget_class, detail_cb);
  gtk_widget_class_bind_template_callback (widget_class, not_now_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, trust_cb);
}

static void
enclave_chat_trust_bar_init (EnclaveChatTrustBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

GtkWidget *
enclave_chat_trust_bar_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_TRUST_BAR, NULL);
}
