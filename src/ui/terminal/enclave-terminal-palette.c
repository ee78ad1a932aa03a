/* enclave-terminal-palette.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-palette.h"

#define N_COLOURS 16

typedef const char *Palette[N_COLOURS];

static const Palette light = {
  "#241f31", "#b3131f", "#186c38", "#7a5200", "#174f96", "#813d9c", "#0f5c66", "#5e5c64",
  "#5c5c66", "#c01c28", "#1e7a42", "#8a5a00", "#1a5fb4", "#9141ac", "#136f7a", "#3d3846",
};

static const Palette dark = {
  "#8d8a94", "#ff7b7b", "#73d98b", "#f0c674", "#8ab8f0", "#d7a6e8", "#7fd1d1", "#dcdce0",
  "#a9a6b0", "#ff9d9d", "#97eaaa", "#f8dc9a", "#aecff7", "#e6c4f2", "#a6e4e4", "#ffffff",
};

/* In the order of `grounds`. */
static const EnclaveTerminalScheme schemes[] = {
  { "light", N_ ("Light"), "enclave-terminal-light" },
  { "dark", N_ ("Dark"), "enclave-terminal-dark" },
  { "black", N_ ("White on black"), "enclave-terminal-black" },
  { "paper", N_ ("Paper"), "enclave-terminal-paper" },
  { "night", N_ ("Night blue"), "enclave-terminal-night" },
};

static const struct
{
  const Palette *palette;
  const char *ground;
  const char *text;
  const char *selection;
} grounds[] = {
  { &light, "#ffffff", "#241f31", "#bcd5f5" },
  { &dark, "#1e1e1e", "#f0f0f0", "#264f83" },
  { &dark, "#000000", "#ffffff", "#264f83" },
  { &light, "#faf4e8", "#241f31", "#d9d0b4" },
  { &dark, "#14213d", "#f0f0f0", "#3a5a94" },
};

const EnclaveTerminalScheme *
enclave_terminal_palette_list (guint *n_schemes)
{
  g_return_val_if_fail (n_schemes != NULL, NULL);

  G_STATIC_ASSERT (G_N_ELEMENTS (schemes) == G_N_ELEMENTS (grounds));
  *n_schemes = G_N_ELEMENTS (schemes);
  return schemes;
}

static gsize
find_scheme (const char *id, gboolean is_dark, gboolean *named)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i].id, id))
      {
        *named = TRUE;
        return i;
      }
  *named = FALSE;
  return is_dark ? 1 : 0;
}

const char *
enclave_terminal_palette_apply (VteTerminal *terminal, const char *scheme, gboolean is_dark)
{
  gboolean named;
  gsize at = find_scheme (scheme, is_dark, &named);
  GdkRGBA colours[N_COLOURS];
  GdkRGBA text;
  GdkRGBA ground;
  GdkRGBA selection;

  g_return_val_if_fail (VTE_IS_TERMINAL (terminal), NULL);

  gdk_rgba_parse (&text, grounds[at].text);
  gdk_rgba_parse (&ground, grounds[at].ground);
  gdk_rgba_parse (&selection, grounds[at].selection);
  for (guint i = 0; i < N_COLOURS; i++)
    gdk_rgba_parse (&colours[i], (*grounds[at].palette)[i]);

  vte_terminal_set_colors (terminal, &text, &ground, colours, N_COLOURS);
  vte_terminal_set_color_highlight (terminal, &selection);
  vte_terminal_set_color_highlight_foreground (terminal, &text);
  return named ? schemes[at].css_class : NULL;
}
