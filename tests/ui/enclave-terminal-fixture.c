/* enclave-terminal-fixture.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-fixture.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-info-row.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

/* More than there are kinds of notes. */
#define NOTES 12

EnclaveTerminalPane *
enclave_test_terminal_present (const char *folder, int width, int height, GtkWidget **window)
{
  EnclaveTerminalPane *pane = ENCLAVE_TERMINAL_PANE (enclave_terminal_pane_new ());

  *window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (*window), width, height);
  adw_window_set_content (ADW_WINDOW (*window), GTK_WIDGET (pane));
  enclave_terminal_pane_set_folder (pane, folder);
  gtk_window_present (GTK_WINDOW (*window));
  enclave_test_spin (100);
  return pane;
}

void
enclave_test_terminal_close (GtkWidget *window, EnclaveTerminalPane *pane)
{
  gpointer watched = pane;

  g_object_add_weak_pointer (G_OBJECT (pane), &watched);
  gtk_window_destroy (GTK_WINDOW (window));
  for (guint i = 0; watched != NULL && i < 40; i++)
    enclave_test_spin (50);
  g_assert_null (watched);
}

EnclaveTerminalSplit *
enclave_test_terminal_get_split (EnclaveTerminalPane *pane)
{
  AdwTabView *view = ADW_TAB_VIEW (enclave_test_find_type (GTK_WIDGET (pane), ADW_TYPE_TAB_VIEW));
  AdwTabPage *page = adw_tab_view_get_selected_page (view);

  g_assert_nonnull (page);
  return ENCLAVE_TERMINAL_SPLIT (adw_tab_page_get_child (page));
}

EnclaveTerminalTab *
enclave_test_terminal_get_active (EnclaveTerminalPane *pane)
{
  return enclave_terminal_split_get_active (enclave_test_terminal_get_split (pane));
}

void
enclave_test_terminal_type (EnclaveTerminalTab *tab, const char *text)
{
  GType vte = g_type_from_name ("VteTerminal");

  g_signal_emit_by_name (enclave_test_find_type (GTK_WIDGET (tab), vte), "commit", text, (guint) strlen (text));
}

gboolean
enclave_test_terminal_wait_text (EnclaveTerminalTab *tab, const char *text)
{
  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *shown = enclave_terminal_tab_dup_text (tab);

      if (strstr (shown, text) != NULL)
        return TRUE;
      enclave_test_spin (25);
    }
  return FALSE;
}

void
enclave_test_terminal_wait_ready (EnclaveTerminalTab *tab)
{
  enclave_test_terminal_type (tab, "PS1=; echo rea''dy\n");
  g_assert_true (enclave_test_terminal_wait_text (tab, "ready"));
}

void
enclave_test_terminal_keep_busy (EnclaveTerminalTab *tab)
{
  enclave_test_terminal_wait_ready (tab);
  enclave_test_terminal_type (tab, "sleep 297\n");
  for (guint i = 0; !enclave_terminal_tab_get_busy (tab) && i < 400; i++)
    enclave_test_spin (25);
  g_assert_true (enclave_terminal_tab_get_busy (tab));
}

static EnclaveInfoRow *
get_row (EnclaveTerminalTab *tab)
{
  return ENCLAVE_INFO_ROW (enclave_test_find_type (GTK_WIDGET (tab), ENCLAVE_TYPE_INFO_ROW));
}

const char *
enclave_test_terminal_get_note (EnclaveTerminalTab *tab)
{
  for (guint key = 0; key < NOTES; key++)
    if (enclave_info_row_is_presented (get_row (tab), key))
      return enclave_info_row_get_text (get_row (tab), key);
  return NULL;
}

gboolean
enclave_test_terminal_has_note (EnclaveTerminalTab *tab, const char *part)
{
  for (guint key = 0; key < NOTES; key++)
    if (enclave_info_row_is_presented (get_row (tab), key) && strstr (enclave_info_row_get_text (get_row (tab), key), part) != NULL)
      return TRUE;
  return FALSE;
}

void
enclave_test_terminal_answer (EnclaveTerminalTab *tab, const char *id)
{
  for (guint key = 0; key < NOTES; key++)
    if (enclave_info_row_is_presented (get_row (tab), key))
      {
        enclave_info_row_respond (get_row (tab), key, id);
        enclave_test_spin (100);
        return;
      }
  g_assert_not_reached ();
}
