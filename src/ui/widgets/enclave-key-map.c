/* enclave-key-map.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-key-map.h"

#define SETTING "keys"
#define PROVIDER "enclave-key-map-provider"
#define MAX_KEYS 4
#define MAX_BYTES 256

typedef struct
{
  guint keyval;
  GdkModifierType modifiers;
} Key;

typedef struct
{
  char *text;   /* (nullable): NULL: as in the table */
  Key keys[MAX_KEYS];
  guint n_keys;
  Key before[MAX_KEYS];
  guint n_before;
} Row;

struct _EnclaveKeyMap
{
  GObject parent_instance;

  GSettings *settings; /* (nullable) */
  const EnclaveActionEntry *entries;
  guint n_entries;
  Row *rows; /* one an entry */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveKeyMap, enclave_key_map, G_TYPE_OBJECT)

/* FALSE: one of them is none. @n: (out). */
static gboolean
parse (const char *text, Key *keys, guint *n)
{
  g_auto (GStrv) parts = NULL;

  *n = 0;
  if (strlen (text) > MAX_BYTES)
    return FALSE;
  parts = g_strsplit (text, " ", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0')
        continue;
      if (*n == MAX_KEYS || !gtk_accelerator_parse (parts[i], &keys[*n].keyval, &keys[*n].modifiers) || keys[*n].keyval == 0)
        return FALSE;
      ++*n;
    }

  return TRUE;
}

gboolean
enclave_key_map_can_change (const EnclaveActionEntry *entry)
{
  Key keys[MAX_KEYS];
  guint n;

  g_return_val_if_fail (entry != NULL, FALSE);

  if (!entry->handled_by_pane)
    return TRUE;
  if (!parse (entry->accelerators, keys, &n))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (enclave_key_map_judge (entry, keys[i].keyval, keys[i].modifiers) == ENCLAVE_KEY_IS_TYPED)
      return FALSE;

  /* These keys are those of the text as long as there is no suggestion. */
  return entry->scope == ENCLAVE_SCOPE_EDITOR && !g_str_has_prefix (entry->action, "editor.take-");
}

/* @text: (nullable). */
static void
take (EnclaveKeyMap *self, guint index, const char *text)
{
  Row *row = &self->rows[index];
  const EnclaveActionEntry *entry = &self->entries[index];
  gboolean fits = text != NULL && enclave_key_map_can_change (entry) && parse (text, row->keys, &row->n_keys);

  for (guint i = 0; fits && i < row->n_keys; i++)
    fits = enclave_key_map_judge (entry, row->keys[i].keyval, row->keys[i].modifiers) != ENCLAVE_KEY_IS_TYPED;
  g_clear_pointer (&row->text, g_free);
  if (fits)
    row->text = g_strdup (text);
  else
    parse (entry->accelerators, row->keys, &row->n_keys);
}

static void
load (EnclaveKeyMap *self)
{
  g_autoptr (GVariant) changes = self->settings != NULL ? g_settings_get_value (self->settings, SETTING) : NULL;

  for (guint i = 0; i < self->n_entries; i++)
    {
      const char *text = NULL;

      if (changes != NULL)
        g_variant_lookup (changes, self->entries[i].action, "&s", &text);
      take (self, i, text);
    }
}

static void
changed_cb (EnclaveKeyMap *self)
{
  load (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
enclave_key_map_finalize (GObject *object)
{
  EnclaveKeyMap *self = ENCLAVE_KEY_MAP (object);

  for (guint i = 0; i < self->n_entries; i++)
    g_free (self->rows[i].text);
  g_free (self->rows);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_key_map_parent_class)->finalize (object);
}

static void
enclave_key_map_class_init (EnclaveKeyMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_key_map_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_key_map_init (EnclaveKeyMap *self)
{
  self->entries = enclave_action_table (&self->n_entries);
  self->rows = g_new0 (Row, self->n_entries);
  for (guint i = 0; i < self->n_entries; i++)
    parse (self->entries[i].accelerators, self->rows[i].before, &self->rows[i].n_before);
}

EnclaveKeyMap *
enclave_key_map_new (GSettings *settings)
{
  EnclaveKeyMap *self = g_object_new (ENCLAVE_TYPE_KEY_MAP, NULL);

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      g_signal_connect_object (settings, "changed::" SETTING, G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    }
  load (self);

  return self;
}

void
enclave_key_map_provide (GtkWidget *root, EnclaveKeyMapFunc func)
{
  g_return_if_fail (GTK_IS_ROOT (root));

  g_object_set_data (G_OBJECT (root), PROVIDER, (gpointer) func);
}

EnclaveKeyMap *
enclave_key_map_find (GtkWidget *widget)
{
  GtkRoot *root;
  EnclaveKeyMapFunc func;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);

  root = gtk_widget_get_root (widget);
  func = root != NULL ? (EnclaveKeyMapFunc) g_object_get_data (G_OBJECT (root), PROVIDER) : NULL;

  return func != NULL ? func (GTK_WIDGET (root)) : NULL;
}

static const Row *
get_row (EnclaveKeyMap *self, const EnclaveActionEntry *entry)
{
  return &self->rows[entry - self->entries];
}

const char *
enclave_key_map_get_keys (EnclaveKeyMap *self, const EnclaveActionEntry *entry)
{
  const Row *row;

  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  row = get_row (self, entry);

  return row->text != NULL ? row->text : entry->accelerators;
}

gboolean
enclave_key_map_is_changed (EnclaveKeyMap *self, const EnclaveActionEntry *entry)
{
  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);

  return get_row (self, entry)->text != NULL;
}

static gboolean
match (const Key *keys, guint n, GdkEvent *event)
{
  for (guint i = 0; i < n; i++)
    if (gdk_key_event_matches (event, keys[i].keyval, keys[i].modifiers) == GDK_KEY_MATCH_EXACT)
      return TRUE;

  return FALSE;
}

gboolean
enclave_key_map_matches (EnclaveKeyMap *self, const EnclaveActionEntry *entry, GdkEvent *event)
{
  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), FALSE);
  g_return_val_if_fail (entry != NULL && event != NULL, FALSE);

  return match (get_row (self, entry)->keys, get_row (self, entry)->n_keys, event);
}

gboolean
enclave_key_map_matched_before (EnclaveKeyMap *self, const EnclaveActionEntry *entry, GdkEvent *event)
{
  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), FALSE);
  g_return_val_if_fail (entry != NULL && event != NULL, FALSE);

  return match (get_row (self, entry)->before, get_row (self, entry)->n_before, event);
}

void
enclave_key_map_set_keys (EnclaveKeyMap *self, const EnclaveActionEntry *entry, const char *keys)
{
  GVariantBuilder builder;

  g_return_if_fail (ENCLAVE_IS_KEY_MAP (self));
  g_return_if_fail (entry != NULL);

  if (self->settings == NULL || !enclave_key_map_can_change (entry))
    return;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint i = 0; i < self->n_entries; i++)
    {
      const EnclaveActionEntry *other = &self->entries[i];
      const char *text = other == entry ? keys : self->rows[i].text;

      if (text != NULL && strcmp (text, other->accelerators) != 0)
        g_variant_builder_add (&builder, "{ss}", other->action, text);
    }
  g_settings_set_value (self->settings, SETTING, g_variant_builder_end (&builder));
}

void
enclave_key_map_reset (EnclaveKeyMap *self)
{
  g_return_if_fail (ENCLAVE_IS_KEY_MAP (self));

  if (self->settings != NULL)
    g_settings_reset (self->settings, SETTING);
}

gboolean
enclave_key_map_has_changes (EnclaveKeyMap *self)
{
  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), FALSE);

  for (guint i = 0; i < self->n_entries; i++)
    if (self->rows[i].text != NULL)
      return TRUE;

  return FALSE;
}

char *
enclave_key_map_dup_label (const char *keys)
{
  Key parsed[MAX_KEYS];
  g_autofree char *text = NULL;
  guint n;

  g_return_val_if_fail (keys != NULL, NULL);

  if (!parse (keys, parsed, &n))
    return NULL;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = gtk_accelerator_get_label (parsed[i].keyval, parsed[i].modifiers);
      g_autofree char *before = g_steal_pointer (&text);

      /* Translators: two keys that do the same. */
      text = before == NULL ? g_steal_pointer (&label) : g_strdup_printf (_("%s or %s"), before, label);
    }

  return g_steal_pointer (&text);
}

/* Whether a key press can mean both: a pane's own key is asked first, and hides that of the window. */
static gboolean
meet (EnclaveActionScope a, EnclaveActionScope b)
{
  EnclaveActionScope wider = MIN (a, b);
  EnclaveActionScope narrower = MAX (a, b);

  return a == b || wider == ENCLAVE_SCOPE_EVERYWHERE
         || (wider == ENCLAVE_SCOPE_NOT_TERMINAL && narrower != ENCLAVE_SCOPE_TERMINAL)
         || (wider == ENCLAVE_SCOPE_SEARCH && (narrower == ENCLAVE_SCOPE_EDITOR || narrower == ENCLAVE_SCOPE_TERMINAL));
}

static gboolean
moves_or_writes (guint keyval)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_Tab,       GDK_KEY_ISO_Left_Tab, GDK_KEY_BackSpace,
                                GDK_KEY_Delete, GDK_KEY_Escape,   GDK_KEY_Left,      GDK_KEY_Right,        GDK_KEY_Up,
                                GDK_KEY_Down,   GDK_KEY_Home,     GDK_KEY_End,       GDK_KEY_Page_Up,      GDK_KEY_Page_Down,
                                GDK_KEY_Insert, GDK_KEY_Menu,     GDK_KEY_Multi_key };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i] == keyval)
      return TRUE;

  return gdk_keyval_to_unicode (keyval) != 0;
}

EnclaveKeyVerdict
enclave_key_map_judge (const EnclaveActionEntry *entry, guint keyval, GdkModifierType modifiers)
{
  static const struct
  {
    guint keyval;
    GdkModifierType modifiers;
  } of_desktop[] = {
    { GDK_KEY_i, GDK_CONTROL_MASK | GDK_SHIFT_MASK },    { GDK_KEY_d, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { GDK_KEY_u, GDK_CONTROL_MASK | GDK_SHIFT_MASK },    { GDK_KEY_period, GDK_CONTROL_MASK },
    { GDK_KEY_semicolon, GDK_CONTROL_MASK },             { GDK_KEY_F4, GDK_ALT_MASK },
    { GDK_KEY_Tab, GDK_ALT_MASK },                       { GDK_KEY_space, GDK_ALT_MASK },
  };
  GdkModifierType strong = modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK);

  g_return_val_if_fail (entry != NULL, ENCLAVE_KEY_IS_TYPED);

  if (strong == 0 && moves_or_writes (keyval))
    return ENCLAVE_KEY_IS_TYPED;
  for (guint i = 0; i < G_N_ELEMENTS (of_desktop); i++)
    if (of_desktop[i].keyval == gdk_keyval_to_lower (keyval) && of_desktop[i].modifiers == modifiers)
      return ENCLAVE_KEY_OF_THE_DESKTOP;
  if ((entry->scope == ENCLAVE_SCOPE_EVERYWHERE || entry->scope == ENCLAVE_SCOPE_TERMINAL)
      && (strong == GDK_CONTROL_MASK || strong == GDK_ALT_MASK) && (modifiers & GDK_SHIFT_MASK) == 0
      && g_unichar_isalpha (gdk_keyval_to_unicode (keyval)))
    return ENCLAVE_KEY_OF_THE_SHELL;

  return ENCLAVE_KEY_FITS;
}

const EnclaveActionEntry *
enclave_key_map_find_owner (EnclaveKeyMap *self, const EnclaveActionEntry *entry, guint keyval, GdkModifierType modifiers)
{
  g_return_val_if_fail (ENCLAVE_IS_KEY_MAP (self), NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  for (guint i = 0; i < self->n_entries; i++)
    for (guint k = 0; &self->entries[i] != entry && meet (self->entries[i].scope, entry->scope) && k < self->rows[i].n_keys; k++)
      if (gdk_keyval_to_lower (self->rows[i].keys[k].keyval) == gdk_keyval_to_lower (keyval)
          && self->rows[i].keys[k].modifiers == modifiers)
        return &self->entries[i];

  return NULL;
}
