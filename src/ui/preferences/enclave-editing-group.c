/* enclave-editing-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-editing-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-preferences-rows.h"

struct _EnclaveEditingGroup
{
  AdwPreferencesGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (EnclaveEditingGroup, enclave_editing_group, ADW_TYPE_PREFERENCES_GROUP)

static void
enclave_editing_group_class_init (EnclaveEditingGroupClass *klass)
{
}

static void
enclave_editing_group_init (EnclaveEditingGroup *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Editing"));
}

/* In the order of the words of the setting. */
static const char *const colours[] = { "automatic", "standard", "high-contrast", "plain" };

static gboolean
word_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *word = g_variant_get_string (variant, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    if (g_str_equal (colours[i], word))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_word (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_string (colours[MIN (g_value_get_uint (value), G_N_ELEMENTS (colours) - 1)]);
}

static void
add_colours (EnclaveEditingGroup *self, GSettings *settings)
{
  const char *const names[] = { _ ("As the desktop"), _ ("Usual"), _ ("High contrast"), _ ("Weight and slant only"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Colours of code"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_settings_bind_with_mapping (settings, "editor-colours", row, "selected", G_SETTINGS_BIND_DEFAULT, word_to_position,
                                position_to_word, NULL, NULL);
}

void
enclave_editing_group_set_up (EnclaveEditingGroup *self, GSettings *settings)
{
  const struct
  {
    const char *key;
    const char *title;
    const char *subtitle;
  } rows[] = {
    { "restore-session", _ ("Open what was open last"), _ ("Tabs and terminals of a folder that is opened again") },
    { "show-ignored-files", _ ("Show ignored files"), _ ("Dim, in the tree: what .gitignore and the like leave out") },
    { "autosave", _ ("Save by itself"), _ ("A file that was changed, once another tab, pane or window gets the focus") },
    { "use-modelines", _ ("Modelines"), _ ("Indentation as a line for Vim, Emacs or Kate in the text asks for") },
    { "use-editorconfig", _ ("EditorConfig"), _ ("Indentation, line ends and margin as the .editorconfig files of a project ask for") },
    { "complete-words", _ ("Complete words"), _ ("Words of the open text, with Ctrl+Space") },
    { "snippets", _ ("Snippets"), _ ("Tab behind a trigger inserts a text with places to fill in; your own are in ~/.config/enclave/snippets") },
    { "show-map", _ ("Map"), _ ("The whole text small, at the side; not for large texts") },
    { "show-spaces", _ ("Spaces"), _ ("Draw blanks, tabs and line ends") },
    { "show-right-margin", _ ("Right margin"), _ ("A line at the column where texts should end") },
    { "vim-keys", _ ("Vim keys"), _ ("Normal mode, commands and registers as in Vim") },
  };

  g_return_if_fail (ENCLAVE_IS_EDITING_GROUP (self) && G_IS_SETTINGS (settings));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    enclave_preferences_rows_add_switch (ADW_PREFERENCES_GROUP (self), settings, rows[i].key, rows[i].title, rows[i].subtitle);
  enclave_preferences_rows_add_number (ADW_PREFERENCES_GROUP (self), settings, "right-margin", _ ("Column of the right margin"), NULL, 1);
  add_colours (self, settings);
}
