/* enclave-editor-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-editor-pane-private.h"
#include "enclave-editor-resources.h"
#include "enclave-line-diff.h"
#include "enclave-memory-files.h"
#include "enclave-settings.h"
#include "enclave-utf8.h"

enum
{
  PROP_0,
  PROP_N_DOCUMENTS,
  PROP_ACTIVE_FILE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint leaving_signal;

enum
{
  PAGE_ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveEditorPane, enclave_editor_pane, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_BUFFER_OVERLAY,
                                                      _enclave_editor_pane_overlay_init))

static guint
get_n_documents (EnclaveEditorPane *self)
{
  return adw_tab_view_get_n_pages (self->tab_view);
}

EnclaveEditorPage *
_enclave_editor_pane_get_page (EnclaveEditorPane *self, int position)
{
  GtkWidget *child = adw_tab_page_get_child (adw_tab_view_get_nth_page (self->tab_view, position));

  return ENCLAVE_IS_EDITOR_PAGE (child) ? ENCLAVE_EDITOR_PAGE (child) : NULL;
}

static void
update_tab (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  EnclaveDocument *document = enclave_editor_page_get_document (page);
  AdwTabPage *tab_page = adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page));
  const char *name = enclave_document_get_title (document);
  GFile *file = enclave_document_get_file (document);
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;
  g_autofree char *tooltip = NULL;

  /* the dot follows the name, where the eye reads it */
  title = enclave_document_get_modified (document) ? g_strdup_printf ("%s ●", name) : g_strdup (name);
  adw_tab_page_set_title (tab_page, title);
  adw_tab_page_set_loading (tab_page, enclave_document_get_busy (document));

  if (file != NULL && self->project != NULL)
    path = enclave_project_dup_relative (self->project, file);
  if (path == NULL)
    path = file != NULL ? g_file_get_parse_name (file) : g_strdup (name);
  shown = enclave_utf8_display_name (path);
  tooltip = g_markup_escape_text (shown, -1);
  adw_tab_page_set_tooltip (tab_page, tooltip);
}

static void
document_changed_cb (EnclaveEditorPage *page, GParamSpec *pspec, EnclaveDocument *document)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);

  if (pane == NULL)
    return;

  update_tab (ENCLAVE_EDITOR_PANE (pane), page);
  _enclave_editor_pane_update_actions (ENCLAVE_EDITOR_PANE (pane));
}

static void
update_denied (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  EnclaveDocument *document = enclave_editor_page_get_document (page);
  const char *path = enclave_document_get_true_path (document);
  EnclaveDecision decision;

  if (path == NULL && enclave_document_get_file (document) != NULL)
    path = g_file_peek_path (enclave_document_get_file (document));

  if (self->gate == NULL || path == NULL)
    {
      enclave_editor_page_set_denied (page, NULL);
      return;
    }

  decision = enclave_gate_judge_name (self->gate, ENCLAVE_EFFECT_READ, path, FALSE);
  enclave_editor_page_set_denied (page, decision.verdict == ENCLAVE_VERDICT_DENY
                                            ? (decision.rule != NULL ? decision.rule : "")
                                            : NULL);
}

static gboolean
is_memory_file (EnclaveEditorPane *self, GFile *file)
{
  g_autofree char *name = self->project != NULL && file != NULL ? enclave_project_dup_relative (self->project, file) : NULL;

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (enclave_memory_files); i++)
    if (g_str_equal (enclave_memory_files[i], name))
      return TRUE;

  return FALSE;
}

/* What a memory file holds every clone of the project gives to a model: it is looked through when it was opened or saved. */
static void
update_memory (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  EnclaveDocument *document = enclave_editor_page_get_document (page);
  g_autofree char *text = NULL;
  g_auto (GStrv) secrets = NULL;
  g_auto (GStrv) values = NULL;

  if (self->gate == NULL || !enclave_document_get_loaded (document) || !is_memory_file (self, enclave_document_get_file (document)))
    {
      enclave_editor_page_set_secret (page, NULL);
      return;
    }
  text = enclave_document_dup_text (document);
  if (text != NULL && enclave_gate_list_secrets (self->gate, text, &secrets, &values))
    enclave_editor_page_set_secret (page, secrets[0] != NULL ? secrets[0] : values[0]);
  else
    enclave_editor_page_set_secret (page, NULL);
}

static void
file_changed_cb (EnclaveEditorPage *page)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);

  if (pane == NULL)
    return;

  update_denied (ENCLAVE_EDITOR_PANE (pane), page);
  update_memory (ENCLAVE_EDITOR_PANE (pane), page);
  _enclave_editor_pane_update_review (ENCLAVE_EDITOR_PANE (pane), page);
  if (ENCLAVE_EDITOR_PANE (pane)->active == page)
    g_object_notify_by_pspec (G_OBJECT (pane), properties[PROP_ACTIVE_FILE]);
}

static void
compare_cb (EnclaveEditorPage *page)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);

  if (pane != NULL)
    _enclave_editor_pane_show_comparison (ENCLAVE_EDITOR_PANE (pane), page);
}

static void
close_requested_cb (EnclaveEditorPage *page)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (page), ENCLAVE_TYPE_EDITOR_PANE);

  if (pane != NULL)
    adw_tab_view_close_page (ENCLAVE_EDITOR_PANE (pane)->tab_view,
                             adw_tab_view_get_page (ENCLAVE_EDITOR_PANE (pane)->tab_view, GTK_WIDGET (page)));
}

EnclaveEditorPage *
_enclave_editor_pane_append (EnclaveEditorPane *self, EnclaveDocument *document)
{
  EnclaveEditorPane *holder = self->origin != NULL ? self->origin : self;
  GtkWidget *page;

  /* A text without a file is found again by its project alone. One that comes from a window with a project stays that project's. */
  if (self->project != NULL || !enclave_document_get_loaded (document))
    enclave_document_set_project (document, self->project != NULL ? enclave_project_get_path (self->project) : NULL);
  page = enclave_editor_page_new (document, self->style, self->settings);
  _enclave_editor_pane_note_home (self, page);
  adw_tab_view_append (self->tab_view, page);

  g_signal_connect_object (document, "notify::title", G_CALLBACK (document_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::modified", G_CALLBACK (document_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::busy", G_CALLBACK (document_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::busy", G_CALLBACK (file_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::file", G_CALLBACK (file_changed_cb), page, G_CONNECT_SWAPPED);
  g_signal_connect (page, "compare", G_CALLBACK (compare_cb), NULL);
  g_signal_connect (page, "close-requested", G_CALLBACK (close_requested_cb), NULL);

  if (holder->holding != NULL)
    {
      g_ptr_array_add (holder->holding, g_object_ref (page));
      enclave_editor_page_hold_saves (ENCLAVE_EDITOR_PAGE (page), holder->hold_reason);
    }
  update_tab (self, ENCLAVE_EDITOR_PAGE (page));
  update_denied (self, ENCLAVE_EDITOR_PAGE (page));
  _enclave_editor_pane_connect_completion (self, ENCLAVE_EDITOR_PAGE (page));
  _enclave_editor_pane_connect_snippets (self, ENCLAVE_EDITOR_PAGE (page));
  g_signal_emit (self->origin != NULL ? self->origin : self, signals[PAGE_ADDED], 0, page);

  return ENCLAVE_EDITOR_PAGE (page);
}

EnclaveEditorPage *
_enclave_editor_pane_add (EnclaveEditorPane *self, EnclaveDocument *document)
{
  EnclaveEditorPage *page = _enclave_editor_pane_append (self, document);

  adw_tab_view_set_selected_page (self->tab_view, adw_tab_view_get_page (self->tab_view, GTK_WIDGET (page)));

  return page;
}

void
_enclave_editor_pane_open_untitled (EnclaveEditorPane *self)
{
  g_autofree char *title = g_strdup_printf (_("Untitled %u"), ++self->n_untitled);
  g_autoptr (EnclaveDocument) document = enclave_document_new (NULL, title);

  enclave_editor_page_focus (_enclave_editor_pane_add (self, document));
}

void
enclave_editor_pane_show_diff (EnclaveEditorPane *self, const char *title, const char *diff)
{
  g_autoptr (EnclaveDocument) comparison = NULL;
  EnclaveEditorPage *comparison_page;
  GtkSourceBuffer *buffer;

  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (title != NULL && diff != NULL);

  comparison = enclave_document_new (NULL, title);
  enclave_document_show_text (comparison, diff);
  buffer = enclave_document_get_buffer (comparison);
  gtk_source_buffer_set_language (buffer, gtk_source_language_manager_get_language (
                                              gtk_source_language_manager_get_default (), "diff"));

  comparison_page = _enclave_editor_pane_add (self, comparison);
  enclave_editor_page_set_editable (comparison_page, FALSE);
  enclave_editor_page_go_to (comparison_page, 1, 1);
}

void
_enclave_editor_pane_show_diff (EnclaveEditorPane *self, const char *title, const char *name, const char *before,
                                const char *after)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff (before, after, 3);
  g_autofree char *diff = enclave_line_diff_to_unified (hunks, name);

  enclave_editor_pane_show_diff (self, title, diff);
}

void
_enclave_editor_pane_show_comparison (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  EnclaveDocument *document = enclave_editor_page_get_document (page);
  const char *disk_text = enclave_document_get_disk_text (document);
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;

  if (disk_text == NULL)
    return;

  text = enclave_document_dup_text (document);
  /* Translators: title of a tab that compares the unsaved text with the file; %s is the file's name. */
  title = g_strdup_printf (_("%s: disk and unsaved"), enclave_document_get_title (document));
  _enclave_editor_pane_show_diff (self, title, enclave_document_get_title (document), disk_text, text);
}

static gboolean
close_page_cb (AdwTabView *view, AdwTabPage *tab_page, EnclaveEditorPane *self)
{
  return _enclave_editor_pane_close_page (self, tab_page);
}

static void
selected_page_cb (EnclaveEditorPane *self)
{
  AdwTabPage *tab_page = adw_tab_view_get_selected_page (self->tab_view);
  GtkWidget *child = tab_page != NULL ? adw_tab_page_get_child (tab_page) : NULL;
  EnclaveEditorPage *page = child != NULL && ENCLAVE_IS_EDITOR_PAGE (child) ? ENCLAVE_EDITOR_PAGE (child) : NULL;

  if (self->active == page)
    {
      _enclave_editor_pane_update_actions (self);
      return;
    }

  self->active = page;
  enclave_editor_status_set_page (self->status, page);
  _enclave_editor_pane_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_FILE]);
}

static void
n_pages_cb (EnclaveEditorPane *self)
{
  guint n = get_n_documents (self);

  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "documents" : "empty");
  /* after the last tab the keys stay those of the editor */
  if (n == 0 && root != NULL && had_focus && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->empty_page);
  gtk_widget_set_visible (GTK_WIDGET (self->tab_bar), n > 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DOCUMENTS]);
}

static void
enclave_editor_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (object);

  switch (prop_id)
    {
    case PROP_N_DOCUMENTS:
      g_value_set_uint (value, get_n_documents (self));
      break;
    case PROP_ACTIVE_FILE:
      g_value_set_object (value, self->active != NULL ? enclave_document_get_file (
                                                            enclave_editor_page_get_document (self->active))
                                                      : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_editor_pane_dispose (GObject *object)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (object);

  self->active = NULL;
  enclave_editor_pane_hold_saves (self, NULL);
  _enclave_editor_pane_leave_relatives (self);
  enclave_editor_pane_set_change_set (self, NULL);
  if (self->status != NULL)
    enclave_editor_status_set_page (self->status, NULL);
  if (self->tab_view != NULL)
    g_signal_handlers_disconnect_by_data (self->tab_view, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_EDITOR_PANE);
  g_clear_object (&self->status);
  g_clear_object (&self->actions);
  g_clear_object (&self->project);
  g_clear_object (&self->gate);
  g_clear_object (&self->servers);
  g_clear_object (&self->completion_server);
  g_clear_object (&self->engine);
  g_clear_object (&self->snippets);

  G_OBJECT_CLASS (enclave_editor_pane_parent_class)->dispose (object);
}

static void
enclave_editor_pane_finalize (GObject *object)
{
  EnclaveEditorPane *self = ENCLAVE_EDITOR_PANE (object);

  g_clear_object (&self->style);
  g_clear_object (&self->settings);
  g_queue_clear_full (&self->closed, (GDestroyNotify) _enclave_closed_tab_free);

  G_OBJECT_CLASS (enclave_editor_pane_parent_class)->finalize (object);
}

static void
enclave_editor_pane_class_init (EnclaveEditorPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = enclave_editor_pane_get_property;
  object_class->dispose = enclave_editor_pane_dispose;
  object_class->finalize = enclave_editor_pane_finalize;

  properties[PROP_N_DOCUMENTS] = g_param_spec_uint ("n-documents", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ACTIVE_FILE] = g_param_spec_object ("active-file", NULL, NULL, G_TYPE_FILE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  leaving_signal = g_signal_new ("leaving", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                 G_TYPE_FILE, G_TYPE_UINT, G_TYPE_UINT);
  g_signal_new ("snippet-problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PAGE_ADDED] = g_signal_new ("page-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                      ENCLAVE_TYPE_EDITOR_PAGE);

  /* the linker leaves a resource out that nobody names */
  enclave_editor_get_resource ();
  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/editor/enclave-editor-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPane, tab_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPane, tab_view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPane, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveEditorPane, empty_page);
  gtk_widget_class_bind_template_callback (widget_class, close_page_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_page_cb);
  gtk_widget_class_bind_template_callback (widget_class, n_pages_cb);
}

static void
enclave_editor_pane_init (EnclaveEditorPane *self)
{
  g_autoptr (GError) error = NULL;

  g_queue_init (&self->closed);
  self->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);
  if (self->settings == NULL)
    g_debug ("Editor without settings: %s", error->message);
  self->style = enclave_text_style_new (self->settings);
  self->status = g_object_ref_sink (ENCLAVE_EDITOR_STATUS (enclave_editor_status_new ()));
  self->actions = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  /* these would take the start and the end of the text away; and a tab moves where the focus is, not in every
   * pane of the window */
  adw_tab_view_remove_shortcuts (self->tab_view, ADW_TAB_VIEW_SHORTCUT_CONTROL_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_END
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_HOME
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_END
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_UP
                                                     | ADW_TAB_VIEW_SHORTCUT_CONTROL_SHIFT_PAGE_DOWN);
  enclave_accessible_watch_tabs (self->tab_bar);
  _enclave_editor_pane_add_moves (self);

  _enclave_editor_pane_install_actions (self);
  n_pages_cb (self);
  _enclave_editor_pane_update_actions (self);
}

GtkWidget *
enclave_editor_pane_new (void)
{
  return g_object_new (ENCLAVE_TYPE_EDITOR_PANE, NULL);
}

void
_enclave_editor_pane_leave (EnclaveEditorPane *self)
{
  GFile *file = NULL;
  guint line = 0;
  guint column = 0;

  if (enclave_editor_pane_get_place (self, &file, &line, &column))
    g_signal_emit (self, leaving_signal, 0, file, line, column);
}

static void
policy_changed_cb (EnclaveEditorPane *self)
{
  for (guint i = 0; i < get_n_documents (self); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);

      if (page == NULL)
        continue;
      update_denied (self, page);
      update_tab (self, page);
    }
}

void
enclave_editor_pane_set_project (EnclaveEditorPane *self, EnclaveProject *project, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (project == NULL || ENCLAVE_IS_PROJECT (project));
  g_return_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate));

  g_set_object (&self->project, project);
  if (self->gate != NULL)
    g_signal_handlers_disconnect_by_func (self->gate, policy_changed_cb, self);
  g_set_object (&self->gate, gate);
  if (gate != NULL)
    g_signal_connect_object (gate, "policy-changed", G_CALLBACK (policy_changed_cb), self, G_CONNECT_SWAPPED);
  policy_changed_cb (self);
  g_clear_object (&self->engine);
  _enclave_editor_pane_update_completion (self);
}

GPtrArray *
enclave_editor_pane_list_pages (EnclaveEditorPane *self)
{
  g_autoptr (GPtrArray) panes = NULL;
  GPtrArray *pages;

  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  panes = _enclave_editor_pane_list_relatives (self);
  pages = g_ptr_array_new ();
  for (guint p = 0; p < panes->len; p++)
    {
      EnclaveEditorPane *pane = g_ptr_array_index (panes, p);

      for (guint i = 0; pane->tab_view != NULL && i < get_n_documents (pane); i++)
        if (_enclave_editor_pane_get_page (pane, (int) i) != NULL)
          g_ptr_array_add (pages, _enclave_editor_pane_get_page (pane, (int) i));
    }

  return pages;
}

EnclaveEditorPage *
enclave_editor_pane_get_active_page (EnclaveEditorPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  for (guint i = 0; self->beside != NULL && i < self->beside->len; i++)
    {
      EnclaveEditorPane *pane = g_ptr_array_index (self->beside, i);
      GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (pane));

      if (GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)))
        return pane->active;
    }
  return self->active;
}

GtkWidget *
enclave_editor_pane_get_status (EnclaveEditorPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_EDITOR_PANE (self), NULL);

  return GTK_WIDGET (self->status);
}
