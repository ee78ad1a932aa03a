/* enclave-deny-list-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-deny-list-page.h"
#include "enclave-preferences-rows.h"

struct _EnclaveDenyListPage
{
  AdwPreferencesPage parent_instance;

  GtkWidget *path_entry;
  AdwActionRow *reading_row;
  AdwActionRow *writing_row;
  GtkWidget *reading_tag;
  GtkWidget *writing_tag;

  EnclaveGate *gate; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveDenyListPage, enclave_deny_list_page, ADW_TYPE_PREFERENCES_PAGE)

/* In the order of their weight for the reader: what a person wrote comes first. */
static const struct
{
  const char *source;
  const char *title;
  const char *description;
} sources[] = {
  { "user", N_("Your rules"), N_("From the file “policy” in your configuration folder.") },
  { "project", N_("Rules of the project"), N_("From .enclave/policy; a project can only deny more.") },
  { "system", N_("Rules of the administrator"), N_("From /etc/enclave/policy.") },
  { "builtin", N_("Built-in rules"), N_("Part of Enclave; they can’t be taken off by a click.") },
};

static const char *
get_verdict_word (EnclaveVerdict verdict, const char **kind)
{
  switch (verdict)
    {
    case ENCLAVE_VERDICT_ALLOW:
      *kind = "success";
      return _("Allowed");
    case ENCLAVE_VERDICT_ASK:
      *kind = "warning";
      return _("Asks you");
    case ENCLAVE_VERDICT_DENY:
    default:
      *kind = "error";
      return _("Denied");
    }
}

static void
show_verdict (EnclaveDenyListPage *self, AdwActionRow *row, GtkWidget *tag, EnclaveEffects effects, const char *path)
{
  /* A name that ends in a slash can only mean a folder. */
  gboolean is_directory = g_str_has_suffix (path, "/");
  EnclaveDecision decision;
  const char *kind;

  for (guint i = 0; i < 3; i++)
    gtk_widget_remove_css_class (tag, (const char *[]) { "success", "warning", "error" }[i]);
  if (*path == '\0' || self->gate == NULL)
    {
      gtk_widget_set_visible (tag, FALSE);
      adw_action_row_set_subtitle (row, "");
      return;
    }

  decision = enclave_gate_judge_name (self->gate, effects, path, is_directory);
  gtk_label_set_label (GTK_LABEL (tag), get_verdict_word (decision.verdict, &kind));
  gtk_widget_add_css_class (tag, kind);
  gtk_widget_set_visible (tag, TRUE);
  adw_action_row_set_subtitle (row, decision.rule != NULL ? decision.rule : _("no rule matches"));
}

static void
path_changed_cb (EnclaveDenyListPage *self)
{
  g_autofree char *path = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->path_entry))));

  show_verdict (self, self->reading_row, self->reading_tag, ENCLAVE_EFFECT_READ, path);
  show_verdict (self, self->writing_row, self->writing_tag, ENCLAVE_EFFECT_WRITE, path);
}

static gboolean
is_same_rule (const EnclavePolicyRule *a, const EnclavePolicyRule *b)
{
  return a->verdict == b->verdict && g_strcmp0 (a->id, b->id) == 0 && g_strcmp0 (a->source, b->source) == 0;
}

static void
add_rule_row (AdwPreferencesGroup *group, const EnclavePolicyRule *rule, const char *patterns)
{
  GtkWidget *row = adw_action_row_new ();

  /* Rules of a project are text that somebody else wrote. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), patterns);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), rule->id);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (row, "monospace");
  if (rule->verdict == ENCLAVE_VERDICT_ALLOW)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), enclave_preferences_rows_new_tag (_("Exception"), "success"));
  else if (rule->verdict == ENCLAVE_VERDICT_ASK)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), enclave_preferences_rows_new_tag (_("Asks you"), "warning"));
  else
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
          add_rule_row (group, &first, patterns->str);
          n_rows++;
        }
      first = rule;
      g_string_assign (patterns, rule.pattern);
    }
  if (patterns->len > 0)
    {
      add_rule_row (group, &first, patterns->str);
      n_rows++;
    }
  return n_rows;
}

static AdwPreferencesGroup *
new_group (const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  return ADW_PREFERENCES_GROUP (group);
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

static void
list_rules (EnclaveDenyListPage *self, EnclavePolicy *policy)
{
  if (enclave_policy_get_n_notes (policy) > 0)
    {
      AdwPreferencesGroup *group = new_group (_("Lines left out"), _("These lines of policy files do not count."));

      for (guint i = 0; i < enclave_policy_get_n_notes (policy); i++)
        add_note (group, enclave_policy_get_note (policy, i));
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), group);
    }

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      AdwPreferencesGroup *group = new_group (_(sources[i].title), _(sources[i].description));

      if (add_rules (group, policy, sources[i].source) > 0)
        adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), group);
      else
        g_object_ref_sink (group), g_object_unref (group);
    }
}

static void
enclave_deny_list_page_dispose (GObject *object)
{
  EnclaveDenyListPage *self = ENCLAVE_DENY_LIST_PAGE (object);

  g_clear_object (&self->gate);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_DENY_LIST_PAGE);
  G_OBJECT_CLASS (enclave_deny_list_page_parent_class)->dispose (object);
}

static void
enclave_deny_list_page_class_init (EnclaveDenyListPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_deny_list_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-deny-list-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, path_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, reading_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, writing_row);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
}

static void
enclave_deny_list_page_init (EnclaveDenyListPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->reading_tag = enclave_preferences_rows_new_tag ("", NULL);
  self->writing_tag = enclave_preferences_rows_new_tag ("", NULL);
  adw_action_row_add_suffix (self->reading_row, self->reading_tag);
  adw_action_row_add_suffix (self->writing_row, self->writing_tag);
}

void
enclave_deny_list_page_set_up (EnclaveDenyListPage *self, EnclaveGate *gate)
{
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_DENY_LIST_PAGE (self) && self->gate == NULL);
  g_return_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate));

  if (gate != NULL)
    {
      self->gate = g_object_ref (gate);
      policy = g_object_ref (enclave_gate_get_policy (gate));
    }
  else
    {
      policy = enclave_policy_load (NULL, &error);
      gtk_widget_set_sensitive (self->path_entry, FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_entry),
                                     _("Open a project to try a path in it"));
    }
  path_changed_cb (self);

  if (policy != NULL)
    list_rules (self, policy);
  else
    {
      AdwPreferencesGroup *group = new_group (_("The rules can’t be read"), NULL);

      add_note (group, error->message);
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), group);
    }
}
