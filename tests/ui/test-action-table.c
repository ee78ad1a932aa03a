/* test-action-table.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-action-table.h"
#include "enclave-key-map.h"

/* Keys that the toolkit, the desktop or every text needs. */
static const char *const never[] = { "<Control><Shift>d", "<Control><Shift>i", "<Control><Shift>u", "<Control>period",
                                     "<Control>semicolon", "<Alt>Left", "<Alt>Right", "F7", "<Alt>F4" };

/* The focused pane is asked before the window, so a pane's key hides the window's while the pane has the focus. Who does so on purpose
 * stands here: the pane's action, then the window's. */
static const struct
{
  const char *pane;
  const char *window;
} deliberate[] = {
  /* stepping back out of the review is closing it */
  { "review.close", "win.step-back" },
};

static gboolean
overlap (EnclaveActionScope a, EnclaveActionScope b)
{
  EnclaveActionScope wider = MIN (a, b);
  EnclaveActionScope narrower = MAX (a, b);

  if (a == b || wider == ENCLAVE_SCOPE_EVERYWHERE)
    return TRUE;
  /* a bar that finds is in a pane, and its keys are asked first */
  if (wider == ENCLAVE_SCOPE_SEARCH && (narrower == ENCLAVE_SCOPE_EDITOR || narrower == ENCLAVE_SCOPE_TERMINAL))
    return TRUE;
  /* two panes never meet, nor does a terminal meet the keys that a shell needs */
  return wider == ENCLAVE_SCOPE_NOT_TERMINAL && narrower != ENCLAVE_SCOPE_TERMINAL;
}

static gboolean
is_deliberate (const EnclaveActionEntry *a, const EnclaveActionEntry *b, gboolean *met)
{
  for (gsize i = 0; i < G_N_ELEMENTS (deliberate); i++)
    if ((g_str_equal (deliberate[i].pane, a->action) && g_str_equal (deliberate[i].window, b->action))
        || (g_str_equal (deliberate[i].pane, b->action) && g_str_equal (deliberate[i].window, a->action)))
      {
        met[i] = TRUE;
        return TRUE;
      }
  return FALSE;
}

typedef struct
{
  const EnclaveActionEntry *entry;
  guint keyval;
  GdkModifierType modifiers;
} Key;

static GArray *
list_keys (void)
{
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Key));

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) keys = g_strsplit (entries[i].accelerators, " ", -1);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          Key key = { .entry = &entries[i] };

          g_assert_true (gtk_accelerator_parse (keys[k], &key.keyval, &key.modifiers));
          g_assert_cmpuint (key.keyval, !=, 0);
          key.keyval = gdk_keyval_to_lower (key.keyval);
          g_array_append_val (list, key);
        }
    }
  return list;
}

static void
test_keys_are_free (void)
{
  g_autoptr (GArray) keys = list_keys ();

  for (guint i = 0; i < keys->len; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (never); j++)
      {
        const Key *key = &g_array_index (keys, Key, i);
        guint keyval = 0;
        GdkModifierType modifiers = 0;

        g_assert_true (gtk_accelerator_parse (never[j], &keyval, &modifiers));
        if (keyval == key->keyval && modifiers == key->modifiers)
          g_error ("%s is the key of %s", never[j], key->entry->action);
      }
}

static void
test_keys_are_unique (void)
{
  g_autoptr (GArray) keys = list_keys ();
  gboolean met[G_N_ELEMENTS (deliberate)] = { FALSE };

  g_assert_cmpuint (keys->len, >, 100);
  for (guint i = 0; i < keys->len; i++)
    for (guint j = i + 1; j < keys->len; j++)
      {
        const Key *a = &g_array_index (keys, Key, i);
        const Key *b = &g_array_index (keys, Key, j);
        g_autofree char *name = NULL;

        if (a->keyval != b->keyval || a->modifiers != b->modifiers || !overlap (a->entry->scope, b->entry->scope)
            || is_deliberate (a->entry, b->entry, met))
          continue;
        name = gtk_accelerator_name (a->keyval, a->modifiers);
        g_error ("%s is the key of %s and of %s", name, a->entry->action, b->entry->action);
      }
  /* what no longer meets is forgotten here, so that the next collision of the two is seen */
  for (gsize i = 0; i < G_N_ELEMENTS (deliberate); i++)
    if (!met[i])
      g_error ("%s no longer hides %s", deliberate[i].pane, deliberate[i].window);
}

/* What the person is told when a key is taken is what the table is held to. */
static void
test_owners_agree (void)
{
  g_autoptr (EnclaveKeyMap) map = enclave_key_map_new (NULL);
  g_autoptr (GArray) keys = list_keys ();
  gboolean met[G_N_ELEMENTS (deliberate)] = { FALSE };

  for (guint i = 0; i < keys->len; i++)
    {
      const Key *key = &g_array_index (keys, Key, i);
      const EnclaveActionEntry *owner = enclave_key_map_find_owner (map, key->entry, key->keyval, key->modifiers);

      if (owner != NULL && !is_deliberate (key->entry, owner, met))
        g_error ("a key of %s is said to be that of %s", key->entry->action, owner->action);
      g_assert_true (owner == NULL || overlap (owner->scope, key->entry->scope));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (deliberate); i++)
    g_assert_true (met[i]);
}

static void
test_rows_are_whole (void)
{
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;
      g_autoptr (GError) error = NULL;

      g_action_parse_detailed_name (entries[i].action, &name, &target, &error);
      g_assert_no_error (error);
      g_assert_nonnull (strchr (name, '.'));
      g_assert_cmpstr (entries[i].title, !=, "");
      g_assert_cmpstr (enclave_action_scope_title (entries[i].scope), !=, "");
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-table/keys-are-free", test_keys_are_free);
  g_test_add_func ("/action-table/keys-are-unique", test_keys_are_unique);
  g_test_add_func ("/action-table/owners-agree", test_owners_agree);
  g_test_add_func ("/action-table/rows-are-whole", test_rows_are_whole);
  return g_test_run ();
}
