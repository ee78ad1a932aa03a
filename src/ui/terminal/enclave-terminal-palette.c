/* enclave-terminal-palette.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-palette.h"

#define N_COLOURS 16

typedef struct
{
  const char *text;
  const char *ground;
  const char *selection;
  const char *colours[N_COLOURS];
} Palette;

static const Palette light = {
  "#241f31", "#ffffff", "#bcd5f5",
  { "#241f31", "#b3131f", "#186c38", "#7a5200", "#174f96", "#813d9c", "#0f5c66", "#5e5c64",
    "#5c5c66", "#c01c28", "#1e7a42", "#8a5a00", "#1a5fb4", "#9141ac", "#136f7a", "#3d3846" },
};

static const Palette dark = {
  "#f0f0f0", "#1e1e1e", "#264f83",
  { "#8d8a94", "#ff7b7b", "#73d98b", "#f0c674", "#8ab8f0", "#d7a6e8", "#7fd1d1", "#dcdce0",
    "#a9a6b0", "#ff9d9d", "#97eaaa", "#f8dc9a", "#aecff7", "#e6c4f2", "#a6e4e4", "#ffffff" },
};

void
enclave_terminal_palette_apply (VteTerminal *terminal, gboolean is_dark)
{
  const Palette *palette = is_dark ? &dark : &light;
  GdkRGBA colours[N_COLOURS];
  GdkRGBA text;
  GdkRGBA ground;
  GdkRGBA selection;

  g_return_if_fail (VTE_IS_TERMINAL (terminal));

  gdk_rgba_parse (&text, palette->text);
  gdk_rgba_parse (&ground, palette->ground);
  gdk_rgba_parse (&selection, palette->selection);
  for (guint i = 0; i < N_COLOURS; i++)
    gdk_rgba_parse (&colours[i], palette->colours[i]);

  vte_terminal_set_colors (terminal, &text, &ground, colours, N_COLOURS);
  vte_terminal_set_color_highlight (terminal, &selection);
  vte_terminal_set_color_highlight_foreground (terminal, &text);
}
