/* enclave-commit-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-commit-check.h"
#include "enclave-commit-page.h"
#include "enclave-git-resources.h"
#include "enclave-still-caret.h"
#include "enclave-style-sheet.h"
#include "enclave-text-history.h"
#include "enclave-utf8.h"

/* More is none that a person chooses from; the terminal is there. */
#define MAX_ROWS 500
#define PATH "enclave-path"
#define CHECK "enclave-check"

struct _EnclaveCommitPage
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkListBox *list;
  GtkWidget *nothing;
  GtkCheckButton *staged; /* shown while a file is staged in part: then it is what the person means */
  GtkTextView *message;
  GtkLabel *placeholder;
  GtkLabel *said;
  GtkButton *draft;
  GtkButton *commit;

  EnclaveGitStatus *status;
  EnclaveGate *gate;
  char *warning;        /* (nullable): what the person was told and may leave as it is */
  GHashTable *left_out; /* (element-type utf8): paths that the person has unchecked */
  GCancellable *cancellable;
  gboolean committing;
  gboolean told; /* @said is how the last commit ended, or what speaks against this one */
};

enum
{
  SHOW_DIFF,
  ASK_MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveCommitPage, enclave_commit_page, GTK_TYPE_WIDGET)

static char *
dup_message (EnclaveCommitPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->message);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
}

static gboolean
is_staged (const EnclaveGitChange *change)
{
  return change->staged != ' ' && change->staged != '?' && change->staged != '!' && change->staged != 'U';
}

static gboolean
takes_staged (EnclaveCommitPage *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->staged)) && gtk_check_button_get_active (self->staged);
}

static gboolean
is_chosen (EnclaveCommitPage *self, const EnclaveGitChange *change)
{
  return takes_staged (self) ? is_staged (change) : !g_hash_table_contains (self->left_out, change->path);
}

/* (transfer full) (element-type utf8) */
static GPtrArray *
list_chosen (EnclaveCommitPage *self)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *changes = enclave_git_status_get_changes (self->status);

  for (guint i = 0; i < MIN (changes->len, MAX_ROWS); i++)
    {
      const EnclaveGitChange *change = g_ptr_array_index (changes, i);

      if (is_chosen (self, change))
        g_ptr_array_add (paths, g_strdup (change->path));
    }

  return paths;
}

static void
update (EnclaveCommitPage *self)
{
  g_autofree char *message = dup_message (self);
  g_autoptr (GPtrArray) chosen = list_chosen (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->commit), *message != '\0' && chosen->len > 0 && !self->committing);
  gtk_widget_set_sensitive (GTK_WIDGET (self->draft), chosen->len > 0);
}

static void
show_state (EnclaveCommitPage *self)
{
  guint n = enclave_git_status_get_changes (self->status)->len;

  /* not where git could not say so */
  gtk_widget_set_visible (self->nothing, !enclave_git_status_get_lacks_new_files (self->status));
  if (self->told || self->committing)
    return;
  gtk_label_set_text (self->said, enclave_git_status_get_lacks_new_files (self->status) ? _("New files are missing here: git could not list them")
                                  : n > MAX_ROWS                                        ? _("More files are changed than are listed here")
                                                                                        : "");
}

/* How the last commit ended, or what speaks against this one, is read until another message is begun. */
static void
message_changed_cb (EnclaveCommitPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->message)) == 0);
  if (self->warning == NULL)
    {
      self->told = FALSE;
      show_state (self);
    }
  update (self);
}

static void
toggled_cb (EnclaveCommitPage *self, GtkCheckButton *check)
{
  const char *path = g_object_get_data (G_OBJECT (check), PATH);

  if (gtk_check_button_get_active (check))
    g_hash_table_remove (self->left_out, path);
  else
    g_hash_table_add (self->left_out, g_strdup (path));
  update (self);
}

static const char *
get_words (const EnclaveGitChange *change)
{
  EnclaveGitKind kind = enclave_git_change_get_kind (change);

  if (kind != ENCLAVE_GIT_IN_CONFLICT && is_staged (change) && change->unstaged != ' ')
    /* Translators: of a file of which some changes are staged and others are not */
    return C_("git", "staged in part");
  switch (kind)
    {
    case ENCLAVE_GIT_NEW:
      return C_("git", "new");
    case ENCLAVE_GIT_DELETED:
      return C_("git", "deleted");
    case ENCLAVE_GIT_RENAMED:
      return C_("git", "renamed");
    case ENCLAVE_GIT_IN_CONFLICT:
      return C_("git", "in conflict");
    case ENCLAVE_GIT_UNCHANGED:
    case ENCLAVE_GIT_CHANGED:
    default:
      return C_("git", "changed");
    }
}

static GtkWidget *
new_row (EnclaveCommitPage *self, const EnclaveGitChange *change)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *name;
  GtkWidget *words = gtk_label_new (get_words (change));
  g_autofree char *shown = enclave_utf8_display_name (change->path);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", shown, get_words (change));

  name = gtk_label_new (shown);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_START);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (words, "enclave-quiet");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), is_chosen (self, change));
  gtk_widget_set_sensitive (check, !takes_staged (self));
  g_object_set_data_full (G_OBJECT (check), PATH, g_strdup (change->path), g_free);
  g_object_set_data_full (G_OBJECT (row), PATH, g_strdup (change->path), g_free);
  enclave_accessible_set_label (check, shown);
  enclave_accessible_set_label (row, spoken);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, _("Show what is changed"));

  return row;
}

static void
show_changes (EnclaveCommitPage *self)
{
  GPtrArray *changes = enclave_git_status_get_changes (self->status);
  GtkListBoxRow *row;

  /* what stands in an empty list is a child of it too */
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < MIN (changes->len, MAX_ROWS); i++)
    gtk_list_box_append (self->list, new_row (self, g_ptr_array_index (changes, i)));
  show_state (self);
  update (self);
}

static void
changes_cb (EnclaveCommitPage *self)
{
  GPtrArray *changes = enclave_git_status_get_changes (self->status);
  gboolean in_part = FALSE;

  for (guint i = 0; i < changes->len && !in_part; i++)
    {
      const EnclaveGitChange *change = g_ptr_array_index (changes, i);

      in_part = is_staged (change) && change->unstaged != ' ';
    }
  if (in_part && !gtk_widget_get_visible (GTK_WIDGET (self->staged)))
    gtk_check_button_set_active (self->staged, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->staged), in_part);
  show_changes (self);
}

static void
staged_cb (EnclaveCommitPage *self)
{
  if (self->status != NULL)
    show_changes (self);
}

/* git's own words for it are long, and speak to somebody at a prompt. */
static const char *
explain (const GError *error)
{
  if (strstr (error->message, "user.name") != NULL && strstr (error->message, "user.email") != NULL)
    return _("git does not know who you are yet. Tell it once, in the terminal, and commit again:\n"
             "git config --global user.name \"Your Name\"\n"
             "git config --global user.email \"you@example.org\"");

  return error->message;
}

static void
row_activated_cb (EnclaveCommitPage *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[SHOW_DIFF], 0, g_object_get_data (G_OBJECT (row), PATH));
}

static void
draft_cb (EnclaveCommitPage *self)
{
  g_autoptr (GPtrArray) chosen = list_chosen (self);
  g_autoptr (GString) text = g_string_new ("@diff ");

  /* For the model, so not translated. */
  g_string_append (text, "Write a commit message for these changes: one line in the imperative of at most 72 characters, a blank line, "
                         "then why, if the diff shows it. Answer with the message alone, in a code block. Run nothing. Files:");
  for (guint i = 0; i < MIN (chosen->len, 50); i++)
    {
      g_autofree char *shown = enclave_utf8_display_name (g_ptr_array_index (chosen, i));

      g_string_append_printf (text, "\n%s", shown);
    }
  g_signal_emit (self, signals[ASK_MESSAGE], 0, text->str);
}

void
enclave_commit_page_propose (EnclaveCommitPage *self, const char *message)
{
  GtkTextBuffer *buffer;

  g_return_if_fail (ENCLAVE_IS_COMMIT_PAGE (self) && message != NULL);

  buffer = gtk_text_view_get_buffer (self->message);
  if (gtk_text_buffer_get_char_count (buffer) > 0 || self->committing || !g_utf8_validate (message, -1, NULL))
    return;
  gtk_text_buffer_set_text (buffer, message, -1);
  gtk_label_set_text (self->said, _("The model’s draft; read it before you commit"));
  self->told = TRUE;
}

static void
committed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveCommitPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_git_status_write_finish (ENCLAVE_GIT_STATUS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->committing = FALSE;
  g_clear_pointer (&self->warning, g_free);
  if (done)
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->message), "", 0);
  gtk_label_set_text (self->said, done ? _("Committed") : explain (error));
  self->told = TRUE;
  update (self);
}

static void
commit (EnclaveCommitPage *self)
{
  g_autofree char *message = dup_message (self);
  g_autoptr (GPtrArray) chosen = list_chosen (self);

  g_ptr_array_add (chosen, NULL);
  enclave_git_status_commit_async (self->status, takes_staged (self) ? NULL : (const char *const *) chosen->pdata, message, self->cancellable, committed_cb,
                                   g_object_ref (self));
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveCommitPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = enclave_commit_check_finish (ENCLAVE_GATE (source), result, &error);

  if (error != NULL)
    return;
  /* Who was told this and commits all the same has decided. */
  if (warning == NULL || g_strcmp0 (warning, self->warning) == 0)
    {
      commit (self);
      return;
    }
  g_free (self->warning);
  self->warning = g_steal_pointer (&warning);
  self->committing = FALSE;
  gtk_label_set_text (self->said, self->warning);
  self->told = TRUE;
  update (self);
}

static void
commit_cb (EnclaveCommitPage *self)
{
  g_autoptr (GPtrArray) chosen = list_chosen (self);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->commit)))
    return;
  self->committing = TRUE;
  self->told = FALSE;
  gtk_label_set_text (self->said, _("Committing"));
  update (self);
  g_ptr_array_add (chosen, NULL);
  enclave_commit_check_async (self->gate, (const char *const *) chosen->pdata, self->cancellable, checked_cb, g_object_ref (self));
}

static gboolean
commit_key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  commit_cb (ENCLAVE_COMMIT_PAGE (widget));

  return TRUE;
}

static gboolean
enclave_commit_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENCLAVE_COMMIT_PAGE (widget)->message));
}

static void
enclave_commit_page_dispose (GObject *object)
{
  EnclaveCommitPage *self = ENCLAVE_COMMIT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_COMMIT_PAGE);
  g_clear_object (&self->status);
  g_clear_object (&self->gate);

  G_OBJECT_CLASS (enclave_commit_page_parent_class)->dispose (object);
}

static void
enclave_commit_page_finalize (GObject *object)
{
  g_clear_object (&ENCLAVE_COMMIT_PAGE (object)->cancellable);
  g_hash_table_unref (ENCLAVE_COMMIT_PAGE (object)->left_out);
  g_free (ENCLAVE_COMMIT_PAGE (object)->warning);

  G_OBJECT_CLASS (enclave_commit_page_parent_class)->finalize (object);
}

static void
enclave_commit_page_class_init (EnclaveCommitPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_commit_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_commit_page_finalize;
  widget_class->grab_focus = enclave_commit_page_grab_focus;

  signals[SHOW_DIFF] = g_signal_new ("show-diff", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                     G_TYPE_STRING);
  signals[ASK_MESSAGE] = g_signal_new ("ask-message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_STRING);

  enclave_git_get_resource ();
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/git/enclave-commit-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, staged);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, message);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, placeholder);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, said);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, draft);
  gtk_widget_class_bind_template_child (widget_class, EnclaveCommitPage, commit);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, draft_cb);
  gtk_widget_class_bind_template_callback (widget_class, staged_cb);
  gtk_widget_class_bind_template_callback (widget_class, commit_cb);
}

static void
enclave_commit_page_init (EnclaveCommitPage *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  enclave_style_sheet_add ("/dev/enclave/Enclave/git/enclave-git.css");
  /* before the text takes it as a line end */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_CONTROL_MASK),
                                                          gtk_callback_action_new (commit_key_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  self->left_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_text_history_mend (gtk_text_view_get_buffer (self->message));
  enclave_still_caret_watch (self->message);
  g_signal_connect_object (gtk_text_view_get_buffer (self->message), "changed", G_CALLBACK (message_changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enclave_commit_page_new (EnclaveGitStatus *status, EnclaveGate *gate)
{
  EnclaveCommitPage *self;

  g_return_val_if_fail (ENCLAVE_IS_GIT_STATUS (status), NULL);
  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_COMMIT_PAGE, NULL);
  self->status = g_object_ref (status);
  self->gate = g_object_ref (gate);
  g_signal_connect_object (status, "changed", G_CALLBACK (changes_cb), self, G_CONNECT_SWAPPED);
  changes_cb (self);
  enclave_accessible_mend (GTK_WIDGET (self));
  enclave_git_status_refresh (status);

  return GTK_WIDGET (self);
}
