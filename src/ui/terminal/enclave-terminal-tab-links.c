/* enclave-terminal-tab-links.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "enclave-path-look.h"
#include "enclave-terminal-tab-private.h"

/* pcre2.h: PCRE2_MULTILINE, PCRE2_UTF; VTE wants the first for whatever it matches. */
#define REGEX_MULTILINE 0x00000400u
#define REGEX_UTF 0x00080000u
/* Steps for one line: the window waits for it. */
#define LIMITS "(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=1000)"

/* In the order of the tags in `matches`. */
static const char *const patterns[] = {
  LIMITS "\\bhttps?://[-A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%]*[-A-Za-z0-9_~/#=&%+]",
  /* Python */
  LIMITS "File \"[^\"\\n]{1,1000}\", line [0-9]{1,7}",
  /* path:line, path:line:column; tsc and MSBuild: path(line,column). With a dot or a slash: 12:30 is a time */
  LIMITS "(?<![-A-Za-z0-9_+@~/.])[-A-Za-z0-9_+@~/.]{0,400}[./][-A-Za-z0-9_+@~/.]{0,400}(?::[0-9]{1,7}(?::[0-9]{1,5})?|\\([0-9]{1,7}(?:,[0-9]{1,5})?\\))",
};

enum
{
  MATCH_ADDRESS,
  MATCH_PYTHON,
  MATCH_FILE,
};

/* "a.c:12:3", "a.c(12,3)" and "File "a.c", line 12". */
static char *
split_location (int kind, const char *match, guint *line, guint *column)
{
  const char *path = match;
  gsize length;

  *line = *column = 0;
  if (kind == MATCH_PYTHON)
    {
      const char *end;

      path = match + strlen ("File \"");
      end = strchr (path, '"');
      if (end == NULL)
        return NULL;
      length = (gsize) (end - path);
      *line = (guint) strtoul (end + strlen ("\", line "), NULL, 10);
    }
  else
    {
      char *end;

      length = strcspn (match, ":(");
      if (match[length] == '\0')
        return NULL;
      *line = (guint) strtoul (match + length + 1, &end, 10);
      if (*end == ':' || *end == ',')
        *column = (guint) strtoul (end + 1, NULL, 10);
    }

  return g_strndup (path, length);
}

typedef struct
{
  GWeakRef tab;
  guint number; /* of what is followed */
  guint line;
  guint column;
  gboolean by_key;
} Location;

static void
location_free (Location *location)
{
  g_weak_ref_clear (&location->tab);
  g_free (location);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Location, location_free)

/* Where a program that told of @path may have meant it: from the shell's folder, else from the project's. */
static GStrv
list_places (EnclaveTerminalTab *self, const char *path)
{
  const char *const bases[] = { self->folder, self->project_folder };
  g_autoptr (GStrvBuilder) places = g_strv_builder_new ();
  g_autofree char *at_home = g_str_has_prefix (path, "~/") ? g_build_filename (g_get_home_dir (), path + 2, NULL) : NULL;

  if (at_home != NULL || g_path_is_absolute (path))
    g_strv_builder_add (places, at_home != NULL ? at_home : path);
  else
    for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
      {
        g_autofree char *full = bases[i] != NULL ? g_canonicalize_filename (path, bases[i]) : NULL;

        if (full != NULL)
          g_strv_builder_add (places, full);
      }

  return g_strv_builder_end (places);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Location) location = user_data;
  g_autoptr (EnclaveTerminalTab) self = g_weak_ref_get (&location->tab);
  g_autofree char *file = enclave_path_look_finish (result);

  if (self == NULL || location->number != self->n_followed || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (file != NULL)
    _enclave_terminal_tab_emit_open_location (self, file, location->line, location->column);
  else if (location->by_key)
    gtk_widget_error_bell (GTK_WIDGET (self));
}

/* Returns: whether @match leads somewhere, if what it names is there. */
static gboolean
follow (EnclaveTerminalTab *self, int kind, const char *match, gboolean by_key)
{
  g_autofree char *path = NULL;
  g_auto (GStrv) places = NULL;
  Location *location;
  guint line;
  guint column;

  self->n_followed++;
  if (kind < 0)
    return FALSE;
  if (kind == MATCH_ADDRESS)
    {
      _enclave_terminal_tab_emit_open_address (self, match);
      return TRUE;
    }

  path = split_location (kind, match, &line, &column);
  if (path == NULL)
    return FALSE;
  places = list_places (self, path);
  location = g_new0 (Location, 1);
  g_weak_ref_init (&location->tab, self);
  location->number = self->n_followed;
  location->line = line;
  location->column = column;
  location->by_key = by_key;
  enclave_path_look_async ((const char *const *) places, enclave_path_is_file, 0, looked_cb, location);
  return TRUE;
}

static int
get_kind (EnclaveTerminalTab *self, int tag)
{
  int kind = MATCH_FILE;

  while (kind >= 0 && g_array_index (self->matches, int, kind) != tag)
    kind--;
  return kind;
}

/* The last match in @text. (transfer full) (nullable) */
static char *
dup_last_match (int kind, const char *text, int *at)
{
  g_autoptr (GRegex) regex = g_regex_new (patterns[kind], G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) info = NULL;
  char *last = NULL;

  for (g_regex_match (regex, text, 0, &info); g_match_info_matches (info); g_match_info_next (info, NULL))
    {
      g_free (last);
      last = g_match_info_fetch (info, 0);
      g_match_info_fetch_pos (info, 0, at, NULL);
    }

  return last;
}

gboolean
enclave_terminal_tab_open_link (EnclaveTerminalTab *self)
{
  g_autofree char *selected = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *last = NULL;
  const char *text;
  int last_kind = -1;
  int last_at = -1;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  selected = enclave_terminal_tab_dup_selection (self);
  shown = selected == NULL ? enclave_terminal_tab_dup_text (self) : NULL;
  text = selected != NULL ? selected : shown;
  for (int kind = 0; kind < (int) G_N_ELEMENTS (patterns); kind++)
    {
      int at = -1;
      g_autofree char *match = dup_last_match (kind, text, &at);

      if (match != NULL && at > last_at)
        {
          g_free (last);
          last = g_steal_pointer (&match);
          last_kind = kind;
          last_at = at;
        }
    }

  return last != NULL && follow (self, last_kind, last, TRUE);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, EnclaveTerminalTab *self)
{
  GdkModifierType held = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  g_autofree char *match = NULL;
  int tag = -1;

  if ((held & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  match = vte_terminal_check_match_at (self->terminal, x, y, &tag);
  gtk_gesture_set_state (GTK_GESTURE (gesture), match != NULL && follow (self, get_kind (self, tag), match, FALSE) ? GTK_EVENT_SEQUENCE_CLAIMED
                                                                                                  : GTK_EVENT_SEQUENCE_DENIED);
}

void
_enclave_terminal_tab_connect_links (EnclaveTerminalTab *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->matches = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VteRegex) regex = vte_regex_new_for_match (patterns[i], -1, REGEX_UTF | REGEX_MULTILINE, &error);
      int tag;

      g_assert (regex != NULL);
      tag = vte_terminal_match_add_regex (self->terminal, regex, 0);
      vte_terminal_match_set_cursor_name (self->terminal, tag, "pointer");
      g_array_append_val (self->matches, tag);
    }

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->terminal), GTK_EVENT_CONTROLLER (click));
}

void
enclave_terminal_tab_set_project_folder (EnclaveTerminalTab *self, const char *folder)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  g_free (self->project_folder);
  self->project_folder = g_strdup (folder);
}
