/* enclave-deny-list-rules.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-deny-list-rules.h"
#include "enclave-preferences-rows.h"

#define RULE_DATA "enclave-rule"
#define COUNT_DATA "enclave-count"

static const struct
{
  const char *source;
  const char *title;
  const char *description;
} sources[] = {
  { "project", N_("Rules of the project"), N_("From .enclave/policy; a project can only deny more.") },
  { "system", N_("Rules of the administrator"), N_("From /etc/enclave/policy.") },
  { "builtin", N_("Built-in rules"), N_("Part of Enclave. An exception for one file is made from its refusal.") },
};

static gboolean
is_same_rule (const EnclavePolicyRule *a, const EnclavePolicyRule *b)
{
  return a->verdict == b->verdict && g_strcmp0 (a->id, b->id) == 0 && g_strcmp0 (a->source, b->source) == 0;
}

GtkWidget *
enclave_deny_list_rules_new_row (const EnclavePolicyRule *rule, const char *patterns)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *count = gtk_label_new (NULL);

  /* Rules of a project are text that somebody else wrote. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), patterns);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), rule->id);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "monospace");
  gtk_widget_add_css_class (count, "enclave-quiet");
  gtk_widget_add_css_class (count, "caption");
  gtk_widget_set_visible (count, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), count);
  if (rule->verdict == ENCLAVE_VERDICT_ALLOW)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), enclave_preferences_rows_new_tag (_("Exception"), "success"));
  else if (rule->verdict == ENCLAVE_VERDICT_ASK)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), enclave_preferences_rows_new_tag (_("Asks you"), "warning"));
  g_object_set_data_full (G_OBJECT (row), RULE_DATA, g_strdup (rule->id), g_free);
  if (rule->verdict == ENCLAVE_VERDICT_DENY)
    g_object_set_data (G_OBJECT (row), COUNT_DATA, count);

  return row;
}

static void
add_rule_row (AdwPreferencesGroup *group, EnclavePolicy *policy, const EnclavePolicyRule *rule, const char *patterns)
{
  GtkWidget *row = enclave_deny_list_rules_new_row (rule, patterns);

  if (rule->verdict == ENCLAVE_VERDICT_DENY && enclave_policy_is_locked (policy, rule->id))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("changes-prevent-symbolic"));
  adw_preferences_group_add (group, row);
}

/* Rules of one id that stand together are one row. Returns: the number of rows. */
static guint
add_rules (AdwPreferencesGroup *group, EnclavePolicy *policy, const char *source)
{
  g_autoptr (GString) patterns = g_string_new (NULL);
  EnclavePolicyRule first = { 0 };
  guint n_rows = 0;

  for (guint i = 0; i < enclave_policy_get_n_rules (policy); i++)
    {
      EnclavePolicyRule rule;

      enclave_policy_get_rule (policy, i, &rule);
      if (g_strcmp0 (rule.source, source) != 0)
        continue;
      if (patterns->len > 0 && is_same_rule (&first, &rule))
        {
          g_string_append_printf (patterns, ", %s", rule.pattern);
          continue;
        }
      if (patterns->len > 0)
        {
          add_rule_row (group, policy, &first, patterns->str);
          n_rows++;
        }
      first = rule;
      g_string_assign (patterns, rule.pattern);
    }
  if (patterns->len > 0)
    {
      add_rule_row (group, policy, &first, patterns->str);
      n_rows++;
    }
  return n_rows;
}

static GtkWidget *
new_group (const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  return group;
}

static void
add_note (AdwPreferencesGroup *group, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  adw_preferences_group_add (group, row);
}

GPtrArray *
enclave_deny_list_rules_add (AdwPreferencesPage *page, EnclavePolicy *policy)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_object_unref);

  if (enclave_policy_get_n_notes (policy) > 0)
    {
      GtkWidget *group = new_group (_("Lines left out"), _("These lines of policy files do not count."));

      for (guint i = 0; i < enclave_policy_get_n_notes (policy); i++)
        add_note (ADW_PREFERENCES_GROUP (group), enclave_policy_get_note (policy, i));
      g_ptr_array_add (groups, g_object_ref_sink (group));
      adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
    }

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (GtkWidget) group = g_object_ref_sink (new_group (_(sources[i].title), _(sources[i].description)));

      if (add_rules (ADW_PREFERENCES_GROUP (group), policy, sources[i].source) == 0)
        continue;
      adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
      g_ptr_array_add (groups, g_steal_pointer (&group));
    }

  return groups;
}

void
enclave_deny_list_rules_show_counts (GtkWidget *widget, GHashTable *counts)
{
  const char *id = g_object_get_data (G_OBJECT (widget), RULE_DATA);
  GtkWidget *label = g_object_get_data (G_OBJECT (widget), COUNT_DATA);

  if (id != NULL && label != NULL)
    {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, id));
      g_autofree char *words = n == 0 ? g_strdup (_("no file here"))
                                      : g_strdup_printf (ngettext ("hides %u file", "hides %u files", n), n);

      gtk_label_set_label (GTK_LABEL (label), words);
      gtk_widget_set_visible (label, TRUE);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    enclave_deny_list_rules_show_counts (child, counts);
}

GtkWidget *
enclave_deny_list_rules_find (GtkWidget *widget, const char *id)
{
  if (g_strcmp0 (g_object_get_data (G_OBJECT (widget), RULE_DATA), id) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = enclave_deny_list_rules_find (child, id);

      if (found != NULL)
        return found;
    }
  return NULL;
}
