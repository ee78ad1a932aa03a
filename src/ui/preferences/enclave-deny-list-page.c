/* enclave-deny-list-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-deny-list-page.h"
#include "enclave-deny-list-rules.h"
#include "enclave-last-toast.h"
#include "enclave-limits.h"
#include "enclave-policy-editor.h"
#include "enclave-policy-preview.h"
#include "enclave-preferences-rows.h"
#include "enclave-utf8.h"

struct _EnclaveDenyListPage
{
  AdwPreferencesPage parent_instance;

  GtkListBox *user_list;
  GtkWidget *pattern_entry;
  GtkWidget *add_button;
  GtkLabel *problem;
  GtkListBox *preview_list;
  GtkWidget *path_entry;
  AdwActionRow *reading_row;
  AdwActionRow *writing_row;
  GtkWidget *reading_tag;
  GtkWidget *writing_tag;

  EnclaveGate *gate; /* (nullable) */
  EnclavePolicyEditor *editor;
  GPtrArray *groups; /* (nullable): of the rules that can't be changed here */
  GtkWidget *exception_row; /* (nullable) */
  GCancellable *preview;    /* (nullable): of what is typed now */
  GCancellable *census;     /* (nullable) */
  guint preview_timer;
  EnclaveLastToast *toast; /* Undo is for the last change, so only its toast stays */
  gboolean disposed;
};

G_DEFINE_FINAL_TYPE (EnclaveDenyListPage, enclave_deny_list_page, ADW_TYPE_PREFERENCES_PAGE)

static void show_rules (EnclaveDenyListPage *self);

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

static void
show_problem (EnclaveDenyListPage *self, const char *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
}

static void
clear_preview (EnclaveDenyListPage *self)
{
  GtkWidget *child;

  g_clear_handle_id (&self->preview_timer, g_source_remove);
  if (self->preview != NULL)
    g_cancellable_cancel (self->preview);
  g_clear_object (&self->preview);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->preview_list))) != NULL)
    gtk_list_box_remove (self->preview_list, child);
  gtk_widget_set_visible (GTK_WIDGET (self->preview_list), FALSE);
}

static GtkWidget *
new_plain_row (const char *title)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  return row;
}

static void
show_preview (EnclaveDenyListPage *self, EnclavePolicyPreview *preview)
{
  g_autofree char *name = g_path_get_basename (enclave_gate_get_root (self->gate));
  g_autofree char *shown_name = enclave_utf8_display_name (name);
  g_autofree char *place = g_strdup_printf (_("in %s"), shown_name);
  g_autofree char *words = NULL;
  guint n_names = g_strv_length (preview->names);
  GtkWidget *head;

  if (preview->n_hidden == 0)
    words = g_strdup (_("This rule would hide no file here"));
  else
    words = g_strdup_printf (ngettext ("This rule would hide %u more file", "This rule would hide %u more files",
                                       preview->n_hidden), preview->n_hidden);
  head = new_plain_row (words);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (head), place);
  adw_action_row_add_prefix (ADW_ACTION_ROW (head), gtk_image_new_from_icon_name ("view-conceal-symbolic"));
  gtk_list_box_append (self->preview_list, head);
  for (guint i = 0; i < n_names; i++)
    {
      GtkWidget *row = new_plain_row (preview->names[i]);

      gtk_widget_add_css_class (row, "monospace");
      gtk_list_box_append (self->preview_list, row);
    }
  if (preview->n_hidden > n_names)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", preview->n_hidden - n_names),
                                               preview->n_hidden - n_names);

      gtk_list_box_append (self->preview_list, new_plain_row (more));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->preview_list), TRUE);
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveDenyListPage) self = user_data;
  g_autoptr (EnclavePolicyPreview) preview = NULL;
  g_autoptr (GError) error = NULL;

  preview = enclave_policy_preview_finish (ENCLAVE_GATE (source), result, &error);
  if (self->disposed || self->preview == NULL
      || g_task_get_cancellable (G_TASK (result)) != self->preview)
    return;
  clear_preview (self);
  if (preview != NULL)
    show_preview (self, preview);
  else
    show_problem (self, error->message);
}

static gboolean
preview_cb (gpointer user_data)
{
  EnclaveDenyListPage *self = user_data;

  self->preview_timer = 0;
  clear_preview (self);
  self->preview = g_cancellable_new ();
  enclave_policy_preview_async (self->gate, gtk_editable_get_text (GTK_EDITABLE (self->pattern_entry)),
                                ENCLAVE_VERDICT_DENY, self->preview, previewed_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
pattern_changed_cb (EnclaveDenyListPage *self)
{
  const char *pattern = gtk_editable_get_text (GTK_EDITABLE (self->pattern_entry));
  g_autoptr (GError) error = NULL;
  gboolean is_empty = *pattern == '\0';
  gboolean good = !is_empty && enclave_policy_editor_check_pattern (pattern, &error);

  clear_preview (self);
  gtk_widget_set_sensitive (self->add_button, good);
  show_problem (self, !good && !is_empty ? error->message : NULL);
  if (good && self->gate != NULL)
    self->preview_timer = g_timeout_add (ENCLAVE_POLICY_PREVIEW_DELAY_MS, preview_cb, self);
}

static void
add_toast (EnclaveDenyListPage *self, const char *title, gboolean can_undo)
{
  if (!self->disposed)
    enclave_last_toast_show (self->toast, title, can_undo ? _("Undo") : NULL);
}

typedef struct
{
  EnclaveDenyListPage *page;
  char *done;      /* (nullable): what the toast says */
  gboolean is_add; /* what was typed is a rule now */
} Edit;

static Edit *
edit_new (EnclaveDenyListPage *self, char *done, gboolean is_add)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->page = g_object_ref (self);
  edit->done = done;
  edit->is_add = is_add;
  return edit;
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Edit *edit = user_data;
  g_autoptr (EnclaveDenyListPage) self = g_steal_pointer (&edit->page);
  g_autofree char *done = g_steal_pointer (&edit->done);
  g_autoptr (GError) error = NULL;
  gboolean is_add = edit->is_add;

  g_free (edit);
  if (!enclave_policy_editor_change_finish (ENCLAVE_POLICY_EDITOR (source), result, &error))
    {
      if (!self->disposed)
        show_problem (self, error->message);
      return;
    }
  /* Other windows follow by their monitors. */
  if (self->gate != NULL)
    enclave_gate_reload_policy (self->gate, NULL);
  if (self->disposed)
    return;
  if (is_add)
    gtk_editable_set_text (GTK_EDITABLE (self->pattern_entry), "");
  show_problem (self, NULL);
  if (self->gate == NULL)
    show_rules (self);
  if (done != NULL)
    add_toast (self, done, TRUE);
}

static void
add_cb (EnclaveDenyListPage *self)
{
  const char *pattern = gtk_editable_get_text (GTK_EDITABLE (self->pattern_entry));

  if (!gtk_widget_get_sensitive (self->add_button))
    return;
  enclave_policy_editor_add_async (self->editor, pattern, NULL, edited_cb,
                                   edit_new (self, g_strdup_printf (_("Added %s"), pattern), TRUE));
}

static void
undo_cb (gpointer user_data)
{
  EnclaveDenyListPage *self = user_data;

  enclave_policy_editor_undo_async (self->editor, NULL, edited_cb, edit_new (self, NULL, FALSE));
}

static void
remove_cb (EnclaveDenyListPage *self, GtkWidget *button)
{
  const char *pattern = g_object_get_data (G_OBJECT (button), "enclave-pattern");
  EnclaveVerdict verdict = (EnclaveVerdict) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "enclave-verdict"));

  enclave_policy_editor_remove_async (self->editor, pattern, verdict, NULL, edited_cb,
                                      edit_new (self, g_strdup_printf (_("Removed %s"), pattern), FALSE));
}

static void
add_user_row (EnclaveDenyListPage *self, const EnclavePolicyRule *rule, int position)
{
  GtkWidget *row = enclave_deny_list_rules_new_row (rule, rule->pattern);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (_("Remove the rule %s"), rule->pattern);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "enclave-pattern", g_strdup (rule->pattern), g_free);
  g_object_set_data (G_OBJECT (button), "enclave-verdict", GUINT_TO_POINTER (rule->verdict));
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  gtk_list_box_insert (self->user_list, row, position);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveDenyListPage) self = user_data;
  g_autoptr (EnclavePolicyPreview) preview = enclave_policy_preview_finish (ENCLAVE_GATE (source), result, NULL);

  if (!self->disposed && preview != NULL && g_task_get_cancellable (G_TASK (result)) == self->census)
    enclave_deny_list_rules_show_counts (GTK_WIDGET (self), preview->counts);
}

static void
count_files (EnclaveDenyListPage *self)
{
  if (self->census != NULL)
    g_cancellable_cancel (self->census);
  g_clear_object (&self->census);
  /* A project is looked through only for somebody who looks at the page. */
  if (self->gate == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->census = g_cancellable_new ();
  enclave_policy_preview_async (self->gate, NULL, ENCLAVE_VERDICT_DENY, self->census, counted_cb, g_object_ref (self));
}

static void
show_rules (EnclaveDenyListPage *self)
{
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autoptr (GError) error = NULL;
  const char *problem = NULL;
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->user_list));
  int position = 0;

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (child != self->pattern_entry && child != self->exception_row)
        gtk_list_box_remove (self->user_list, child);
      child = next;
    }
  for (guint i = 0; self->groups != NULL && i < self->groups->len; i++)
    adw_preferences_page_remove (ADW_PREFERENCES_PAGE (self), g_ptr_array_index (self->groups, i));
  g_clear_pointer (&self->groups, g_ptr_array_unref);

  if (self->gate != NULL)
    {
      policy = g_object_ref (enclave_gate_get_policy (self->gate));
      problem = enclave_gate_get_policy_problem (self->gate);
    }
  else
    policy = enclave_policy_load (NULL, &error);
  if (error != NULL)
    problem = error->message;
  if (problem != NULL)
    show_problem (self, problem);

  for (guint i = 0; policy != NULL && i < enclave_policy_get_n_rules (policy); i++)
    {
      EnclavePolicyRule rule;

      enclave_policy_get_rule (policy, i, &rule);
      if (g_str_equal (rule.source, "user"))
        add_user_row (self, &rule, position++);
    }
  if (policy != NULL)
    self->groups = enclave_deny_list_rules_add (ADW_PREFERENCES_PAGE (self), policy);
  path_changed_cb (self);
  count_files (self);
}

static void
enclave_deny_list_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_deny_list_page_parent_class)->map (widget);
  count_files (ENCLAVE_DENY_LIST_PAGE (widget));
}

static void
drop_exception (EnclaveDenyListPage *self)
{
  if (self->exception_row != NULL)
    gtk_list_box_remove (self->user_list, self->exception_row);
  self->exception_row = NULL;
}

static void
except_cb (EnclaveDenyListPage *self, GtkWidget *button)
{
  const char *path = g_object_get_data (G_OBJECT (button), "enclave-path");
  g_autofree char *shown = enclave_utf8_display_name (path);

  enclave_policy_editor_except_async (self->editor, path, NULL, edited_cb,
                                      edit_new (self, g_strdup_printf (_("The agent may now read %s"), shown), FALSE));
  drop_exception (self);
}

static void
enclave_deny_list_page_dispose (GObject *object)
{
  EnclaveDenyListPage *self = ENCLAVE_DENY_LIST_PAGE (object);

  if (!self->disposed)
    clear_preview (self);
  self->disposed = TRUE;
  if (self->census != NULL)
    g_cancellable_cancel (self->census);
  g_clear_object (&self->census);
  g_clear_pointer (&self->toast, enclave_last_toast_free);
  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_data (self->gate, self);
  g_clear_object (&self->gate);
  g_clear_object (&self->editor);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_DENY_LIST_PAGE);
  G_OBJECT_CLASS (enclave_deny_list_page_parent_class)->dispose (object);
}

static void
enclave_deny_list_page_class_init (EnclaveDenyListPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_deny_list_page_dispose;
  widget_class->map = enclave_deny_list_page_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-deny-list-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, user_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, pattern_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, problem);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, preview_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, path_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, reading_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveDenyListPage, writing_row);
  gtk_widget_class_bind_template_callback (widget_class, path_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, pattern_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
enclave_deny_list_page_init (EnclaveDenyListPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->toast = enclave_last_toast_new (GTK_WIDGET (self), undo_cb, self);
  self->editor = enclave_policy_editor_new (NULL);
  self->reading_tag = enclave_preferences_rows_new_tag ("", NULL);
  self->writing_tag = enclave_preferences_rows_new_tag ("", NULL);
  adw_action_row_add_suffix (self->reading_row, self->reading_tag);
  adw_action_row_add_suffix (self->writing_row, self->writing_tag);
}

void
enclave_deny_list_page_set_up (EnclaveDenyListPage *self, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_DENY_LIST_PAGE (self) && self->gate == NULL);
  g_return_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate));

  if (gate != NULL)
    {
      self->gate = g_object_ref (gate);
      g_signal_connect_object (gate, "policy-changed", G_CALLBACK (show_rules), self, G_CONNECT_SWAPPED);
    }
  else
    {
      gtk_widget_set_sensitive (self->path_entry, FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->path_entry),
                                     _("Open a project to try a path in it"));
    }
  show_rules (self);
}

gboolean
enclave_deny_list_page_show_rule (EnclaveDenyListPage *self, const char *id)
{
  GtkWidget *row;

  g_return_val_if_fail (ENCLAVE_IS_DENY_LIST_PAGE (self) && id != NULL, FALSE);

  row = enclave_deny_list_rules_find (GTK_WIDGET (self), id);
  /* The focus scrolls the row into sight. */
  return row != NULL && gtk_widget_grab_focus (row);
}

static const char *
why_not_possible (EnclaveDenyListPage *self, const char *path, const EnclaveDecision *decision)
{
  const char *root = enclave_gate_get_root (self->gate);
  gsize length = strlen (root);

  if (!g_str_has_prefix (path, root) || (path[length] != '/' && !g_str_has_suffix (root, "/")))
    return _("It lies outside the project; no exception lifts that.");
  if (decision->verdict != ENCLAVE_VERDICT_DENY)
    return _("No rule denies this name now; the file may have another one that a rule denies.");
  if (enclave_policy_is_locked (enclave_gate_get_policy (self->gate), decision->rule))
    return _("This rule is locked; no exception of yours lifts it.");
  if (g_strcmp0 (decision->source, "project") == 0)
    return _("It is a rule of the project; take it out of .enclave/policy.");
  return NULL;
}

void
enclave_deny_list_page_prepare_exception (EnclaveDenyListPage *self, const char *path)
{
  g_autofree char *whole = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *name = NULL;
  EnclaveDecision decision;
  GtkWidget *button;
  const char *reason;

  g_return_if_fail (ENCLAVE_IS_DENY_LIST_PAGE (self) && path != NULL);

  if (self->gate == NULL)
    return;
  drop_exception (self);
  whole = enclave_gate_dup_true_path (self->gate, path);
  shown = enclave_utf8_display_name (whole);
  decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, whole, FALSE);
  reason = why_not_possible (self, whole, &decision);

  title = g_strdup_printf (_("Let the agent read %s?"), shown);
  subtitle = reason != NULL ? g_strdup (reason)
                            : g_strdup_printf (_("An exception from %s, for exactly this file. It may be written, too."),
                                               decision.rule);
  self->exception_row = new_plain_row (title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->exception_row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->exception_row), 0);
  button = gtk_button_new_with_label (_("Add exception"));
  name = g_strdup_printf (_("Add an exception for %s"), shown);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, reason == NULL);
  g_object_set_data_full (G_OBJECT (button), "enclave-path", g_steal_pointer (&whole), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (except_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->exception_row), button);
  gtk_list_box_append (self->user_list, self->exception_row);
  gtk_widget_grab_focus (self->exception_row);
}
