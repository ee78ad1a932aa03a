/* enclave-key-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-key-window.h"
#include "enclave-preferences-resources.h"

struct _EnclaveKeyWindow
{
  AdwWindow parent_instance;

  GtkLabel *key;
  GtkLabel *words;
  GtkWidget *set_button;
  GtkButton *reset_button;

  EnclaveKeyMap *keys;
  const EnclaveActionEntry *entry;
  char *chosen;                     /* (nullable): as of gtk_accelerator_name(), "" for none */
  const EnclaveActionEntry *owner;  /* (nullable): who has it now */
};

G_DEFINE_FINAL_TYPE (EnclaveKeyWindow, enclave_key_window, ADW_TYPE_WINDOW)

static void
show (EnclaveKeyWindow *self, const char *label, const char *words, gboolean can_set)
{
  gtk_label_set_label (self->key, label);
  gtk_label_set_label (self->words, words);
  gtk_widget_set_sensitive (self->set_button, can_set);
  /* Enter takes what was pressed, not the way out of here. */
  if (can_set)
    gtk_widget_grab_focus (self->set_button);
  enclave_accessible_set_label (GTK_WIDGET (self->key), label);
  /* The window has the focus while keys are pressed, so this is what a screen reader has to go by. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
choose_none (EnclaveKeyWindow *self)
{
  g_free (self->chosen);
  self->chosen = g_strdup ("");
  self->owner = NULL;
  show (self, _("No key"), _("It stays in the menus and among all commands."), TRUE);
}

static void
choose (EnclaveKeyWindow *self, guint keyval, GdkModifierType modifiers)
{
  g_autofree char *label = gtk_accelerator_get_label (keyval, modifiers);
  g_autofree char *words = NULL;
  EnclaveKeyVerdict verdict = enclave_key_map_judge (self->entry, keyval, modifiers);
  const EnclaveActionEntry *owner = enclave_key_map_find_owner (self->keys, self->entry, keyval, modifiers);
  gboolean can_set = verdict == ENCLAVE_KEY_FITS && (owner == NULL || enclave_key_map_can_change (owner));

  g_clear_pointer (&self->chosen, g_free);
  self->owner = owner;
  if (can_set)
    self->chosen = gtk_accelerator_name (keyval, modifiers);

  if (verdict == ENCLAVE_KEY_IS_TYPED)
    words = g_strdup (_("A key that writes or moves needs Ctrl, Alt or Super with it."));
  else if (verdict == ENCLAVE_KEY_OF_THE_SHELL)
    words = g_strdup (_("In a terminal this key is the shell’s. Add Shift."));
  else if (verdict == ENCLAVE_KEY_OF_THE_DESKTOP)
    words = g_strdup (_("The desktop or the toolkit needs this key."));
  else if (owner != NULL && can_set)
    words = g_strdup_printf (_("“%s” has this key and loses it."), _(owner->title));
  else if (owner != NULL)
    words = g_strdup_printf (_("“%s” has this key and can’t lose it."), _(owner->title));
  show (self, label, words != NULL ? words : "", can_set);
}

/* Of keys without Ctrl, Alt and the like: what the window itself is used by. */
static gboolean
is_of_window (guint keyval, GdkModifierType modifiers)
{
  GdkModifierType strong = modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK);

  return strong == 0 && (keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab || keyval == GDK_KEY_Return
                         || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_space || keyval == GDK_KEY_Escape);
}

static gboolean
pressed_cb (EnclaveKeyWindow *self, guint keyval, guint keycode, GdkModifierType state, GtkEventControllerKey *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType modifiers = 0;
  guint key = 0;

  if (event == NULL || gdk_key_event_is_modifier (event))
    return GDK_EVENT_PROPAGATE;
  if (!gdk_key_event_get_match (event, &key, &modifiers) || is_of_window (key, modifiers))
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_BackSpace && modifiers == 0)
    choose_none (self);
  else
    choose (self, key, modifiers);

  return GDK_EVENT_STOP;
}

/* @keys without the one that is taken away. (transfer full) */
static char *
dup_without (const char *keys, const char *taken)
{
  g_auto (GStrv) parts = g_strsplit (keys, " ", -1);
  g_autoptr (GString) left = g_string_new (NULL);
  GdkModifierType taken_modifiers;
  guint taken_key;

  gtk_accelerator_parse (taken, &taken_key, &taken_modifiers);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      GdkModifierType modifiers;
      guint key;

      if (gtk_accelerator_parse (parts[i], &key, &modifiers)
          && (gdk_keyval_to_lower (key) != gdk_keyval_to_lower (taken_key) || modifiers != taken_modifiers))
        g_string_append_printf (left, "%s%s", left->len > 0 ? " " : "", parts[i]);
    }

  return g_string_free (g_steal_pointer (&left), FALSE);
}

static void
set_cb (EnclaveKeyWindow *self)
{
  if (self->chosen == NULL)
    return;
  if (self->owner != NULL)
    {
      g_autofree char *left = dup_without (enclave_key_map_get_keys (self->keys, self->owner), self->chosen);

      enclave_key_map_set_keys (self->keys, self->owner, left);
    }
  enclave_key_map_set_keys (self->keys, self->entry, self->chosen);
  gtk_window_close (GTK_WINDOW (self));
}

static void
reset_cb (EnclaveKeyWindow *self)
{
  enclave_key_map_set_keys (self->keys, self->entry, NULL);
  gtk_window_close (GTK_WINDOW (self));
}

static void
enclave_key_window_dispose (GObject *object)
{
  EnclaveKeyWindow *self = ENCLAVE_KEY_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_KEY_WINDOW);
  g_clear_object (&self->keys);
  g_clear_pointer (&self->chosen, g_free);

  G_OBJECT_CLASS (enclave_key_window_parent_class)->dispose (object);
}

static void
enclave_key_window_class_init (EnclaveKeyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_key_window_dispose;

  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/preferences/enclave-key-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveKeyWindow, key);
  gtk_widget_class_bind_template_child (widget_class, EnclaveKeyWindow, words);
  gtk_widget_class_bind_template_child (widget_class, EnclaveKeyWindow, set_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveKeyWindow, reset_button);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_key_window_init (EnclaveKeyWindow *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

GtkWidget *
enclave_key_window_new (EnclaveKeyMap *keys, const EnclaveActionEntry *entry)
{
  EnclaveKeyWindow *self;
  g_autofree char *label = NULL;

  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (keys), NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_KEY_WINDOW, "title", _(entry->title), NULL);
  self->keys = g_object_ref (keys);
  self->entry = entry;
  label = enclave_key_map_dup_label (enclave_key_map_get_keys (keys, entry));
  show (self, label != NULL ? label : _("No key"), "", FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->reset_button), enclave_key_map_is_changed (keys, entry));
  if (enclave_key_map_is_changed (keys, entry))
    {
      g_autofree char *before = enclave_key_map_dup_label (entry->accelerators);
      /* Translators: back to the key that the program came with. */
      g_autofree char *words = before != NULL ? g_strdup_printf (_("Back to %s"), before) : g_strdup (_("Back to no key"));

      gtk_button_set_label (self->reset_button, words);
    }

  return GTK_WIDGET (self);
}
