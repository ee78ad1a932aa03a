/* enclave-terminal-find.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-search-switches.h"
#include "enclave-terminal-find.h"

/* As in the template. */
#define NOTE_CHARS 7
/* A longer selection is text to copy, not words to look for. */
#define MAX_SELECTION_CHARS 200
/* pcre2.h, which VTE's headers do not include: PCRE2_CASELESS, PCRE2_MULTILINE, PCRE2_UTF. */
#define REGEX_CASELESS 0x00000008u
#define REGEX_MULTILINE 0x00000400u
#define REGEX_UTF 0x00080000u
/* Steps for one line: an expression that takes more has run wild, and the window waits for it. */
#define LIMITS "(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=1000)"

struct _EnclaveTerminalFind
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkEditable *entry;
  GtkLabel *note;
  GtkWidget *steps;
  GtkToggleButton *case_button;
  GtkToggleButton *regex_button;

  VteTerminal *terminal; /* not owned */
};

enum
{
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTerminalFind, enclave_terminal_find, GTK_TYPE_WIDGET)

static void
set_note (EnclaveTerminalFind *self, const char *note)
{
  gtk_label_set_label (self->note, note);
  if (*note != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

/* TRUE: there is something to look for. */
static gboolean
update_regex (EnclaveTerminalFind *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  g_autoptr (VteRegex) regex = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *pattern = NULL;
  guint32 flags = REGEX_UTF | REGEX_MULTILINE;

  set_note (self, "");
  if (*text == '\0')
    {
      vte_terminal_search_set_regex (self->terminal, NULL, 0);
      return FALSE;
    }

  if (!gtk_toggle_button_get_active (self->case_button))
    flags |= REGEX_CASELESS;
  if (!gtk_toggle_button_get_active (self->regex_button))
    escaped = g_regex_escape_string (text, -1);
  pattern = g_strconcat (LIMITS, escaped != NULL ? escaped : text, NULL);
  regex = vte_regex_new_for_search (pattern, -1, flags, &error);
  if (regex == NULL)
    {
      vte_terminal_search_set_regex (self->terminal, NULL, 0);
      set_note (self, _("Not an expression"));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->note), error->message);
      return FALSE;
    }

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->note), NULL);
  vte_terminal_search_set_regex (self->terminal, regex, 0);
  vte_terminal_search_set_wrap_around (self->terminal, TRUE);
  return TRUE;
}

gboolean
enclave_terminal_find_move (EnclaveTerminalFind *self, gboolean forward)
{
  gboolean found;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_FIND (self), FALSE);

  if (vte_terminal_search_get_regex (self->terminal) == NULL && !update_regex (self))
    return FALSE;

  found = forward ? vte_terminal_search_find_next (self->terminal) : vte_terminal_search_find_previous (self->terminal);
  set_note (self, found ? "" : _("No matches"));
  return found;
}

static void
changed_cb (EnclaveTerminalFind *self)
{
  vte_terminal_unselect_all (self->terminal);
  if (update_regex (self))
    enclave_terminal_find_move (self, FALSE);
}

static void
previous_cb (EnclaveTerminalFind *self)
{
  enclave_terminal_find_move (self, FALSE);
}

static void
next_cb (EnclaveTerminalFind *self)
{
  enclave_terminal_find_move (self, TRUE);
}

void
enclave_terminal_find_close (EnclaveTerminalFind *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_FIND (self));

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  vte_terminal_search_set_regex (self->terminal, NULL, 0);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
key_pressed_cb (EnclaveTerminalFind *self, guint keyval, guint keycode, GdkModifierType state)
{
  GdkModifierType held = state & gtk_accelerator_get_default_mod_mask ();

  if (keyval == GDK_KEY_Escape)
    enclave_terminal_find_close (self);
  else if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_g || keyval == GDK_KEY_G)
           && gtk_widget_is_ancestor (gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))), GTK_WIDGET (self->entry)))
    {
      if ((keyval == GDK_KEY_g || keyval == GDK_KEY_G) && (held & GDK_CONTROL_MASK) == 0)
        return GDK_EVENT_PROPAGATE;
      enclave_terminal_find_move (self, (held & GDK_SHIFT_MASK) != 0);
    }
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

void
enclave_terminal_find_set_text (EnclaveTerminalFind *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_FIND (self));

  gtk_editable_set_text (self->entry, text);
}

void
enclave_terminal_find_open (EnclaveTerminalFind *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_FIND (self));

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (text != NULL && *text != '\0' && strchr (text, '\n') == NULL && g_utf8_strlen (text, -1) <= MAX_SELECTION_CHARS)
    gtk_editable_set_text (self->entry, text);
  else
    update_regex (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, 0, -1);
}

const char *
enclave_terminal_find_get_note (EnclaveTerminalFind *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_FIND (self), NULL);

  return gtk_label_get_label (self->note);
}

void
enclave_terminal_find_set_narrow (EnclaveTerminalFind *self, gboolean narrow)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_FIND (self));

  /* Enter and Shift+Enter step as well */
  gtk_widget_set_visible (self->steps, !narrow);
  gtk_label_set_width_chars (self->note, narrow ? -1 : NOTE_CHARS);
  gtk_label_set_ellipsize (self->note, narrow ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

void
enclave_terminal_find_set_terminal (EnclaveTerminalFind *self, VteTerminal *terminal)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_FIND (self));
  g_return_if_fail (VTE_IS_TERMINAL (terminal));

  self->terminal = terminal;
}

static void
enclave_terminal_find_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_TERMINAL_FIND);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (enclave_terminal_find_parent_class)->dispose (object);
}

static void
enclave_terminal_find_class_init (EnclaveTerminalFindClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_terminal_find_dispose;

  signals[CLOSED] = g_signal_new ("closed", ENCLAVE_TYPE_TERMINAL_FIND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SEARCH);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/terminal/enclave-terminal-find.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, note);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, steps);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, case_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveTerminalFind, regex_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, enclave_terminal_find_close);
}

static void
enclave_terminal_find_init (EnclaveTerminalFind *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_search_switches_add (GTK_WIDGET (self), "search.match-case", self->case_button);
  enclave_search_switches_add (GTK_WIDGET (self), "search.regex", self->regex_button);
}
