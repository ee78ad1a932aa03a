/* enclave-chat-markdown.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <md4c.h>

#include "enclave-chat-markdown.h"
#include "enclave-chat-text.h"

#define MAX_LIST_INDENT 6
/* Longer addresses stay text: nobody could read what is asked about them. */
#define LINK_MAX_BYTES 1024
/* A table that is wider is shown as lines. */
#define MAX_TABLE_COLUMNS 46

typedef struct
{
  GString *markup;
  gsize width; /* characters a reader sees */
} Cell;

typedef struct
{
  GString *out;
  GString *target; /* @out, or the cell that is being filled */
  guint emphasis;
  guint strong;
  guint struck;
  guint code;
  guint heading; /* level; 0: none */
  guint quote;
  guint list_depth;
  guint numbers[MAX_LIST_INDENT + 1]; /* 0: a list of points */
  gboolean at_item;                   /* the text that follows stands beside its mark */
  gboolean needs_gap;
  gsize link_start;
  GPtrArray *rows; /* (element-type GPtrArray of Cell); NULL outside a table */
  Cell *cell;
} Writer;

static void
cell_free (gpointer data)
{
  Cell *cell = data;

  g_string_free (cell->markup, TRUE);
  g_free (cell);
}

static void
append_escaped (GString *target, const char *text, gsize length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (target, escaped);
}

static void
append_styled (Writer *self, const char *text, gsize length)
{
  GString *target = self->target;
  gboolean styled = self->emphasis > 0 || self->strong > 0 || self->struck > 0 || self->code > 0 || self->heading > 0;

  if (length == 0)
    return;
  if (self->cell != NULL)
    self->cell->width += (gsize) g_utf8_strlen (text, (gssize) length);

  if (styled)
    {
      g_string_append (target, "<span");
      if (self->emphasis > 0)
        g_string_append (target, " style=\"italic\"");
      if (self->strong > 0 || self->heading > 0)
        g_string_append (target, " weight=\"bold\"");
      if (self->heading == 1 || self->heading == 2)
        g_string_append (target, self->heading == 1 ? " size=\"120%\"" : " size=\"110%\"");
      if (self->struck > 0)
        g_string_append (target, " strikethrough=\"true\"");
      if (self->code > 0)
        g_string_append (target, " font_family=\"monospace\" background=\"#808080\" background_alpha=\"14%\"");
      g_string_append_c (target, '>');
    }
  append_escaped (target, text, length);
  if (styled)
    g_string_append (target, "</span>");
}

static void
append_indent (Writer *self)
{
  for (guint i = 0; i < self->quote; i++)
    g_string_append (self->out, "│ ");
  for (guint i = 1; i < self->list_depth && i < MAX_LIST_INDENT; i++)
    g_string_append (self->out, "    ");
}

/* Begins a line of its own for a block. */
static void
begin_line (Writer *self, gboolean with_gap)
{
  if (self->at_item)
    {
      self->at_item = FALSE;
      return;
    }
  if (self->out->len > 0)
    g_string_append (self->out, with_gap ? "\n\n" : "\n");
  append_indent (self);
}

static void
begin_item (Writer *self, const MD_BLOCK_LI_DETAIL *detail)
{
  guint depth = MIN (self->list_depth, MAX_LIST_INDENT);

  begin_line (self, self->needs_gap);
  self->needs_gap = FALSE;
  if (detail->is_task)
    g_string_append (self->out, detail->task_mark == ' ' ? "☐ " : "☑ ");
  else if (self->numbers[depth] > 0)
    g_string_append_printf (self->out, "%u. ", self->numbers[depth]++);
  else
    g_string_append (self->out, "• ");
  self->at_item = TRUE;
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Writer *self = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      self->quote = MIN (self->quote + 1, MAX_LIST_INDENT);
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      self->needs_gap = self->list_depth == 0 && self->out->len > 0;
      self->at_item = FALSE;
      self->list_depth++;
      if (self->list_depth <= MAX_LIST_INDENT)
        self->numbers[self->list_depth] = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *) detail)->start : 0;
      break;
    case MD_BLOCK_LI:
      begin_item (self, detail);
      break;
    case MD_BLOCK_HR:
      begin_line (self, FALSE);
      g_string_append (self->out, "────────");
      break;
    case MD_BLOCK_H:
      begin_line (self, TRUE);
      self->heading = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_CODE:
      begin_line (self, TRUE);
      self->code++;
      break;
    case MD_BLOCK_P:
      begin_line (self, self->list_depth == 0);
      break;
    case MD_BLOCK_TABLE:
      self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
      break;
    case MD_BLOCK_TR:
      if (self->rows != NULL)
        g_ptr_array_add (self->rows, g_ptr_array_new_with_free_func (cell_free));
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      if (self->rows != NULL && self->rows->len > 0)
        {
          self->cell = g_new0 (Cell, 1);
          self->cell->markup = g_string_new (NULL);
          self->target = self->cell->markup;
          g_ptr_array_add (g_ptr_array_index (self->rows, self->rows->len - 1), self->cell);
        }
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    default:
      break;
    }

  return 0;
}

static void
append_padded (GString *out, Cell *cell, gsize width)
{
  g_string_append (out, cell->markup->str);
  for (gsize i = cell->width; i < width; i++)
    g_string_append_c (out, ' ');
}

/* Columns in a fixed-width font where there is room, else a line a cell under its heading. */
static void
write_table (Writer *self)
{
  GPtrArray *head = self->rows->len > 0 ? g_ptr_array_index (self->rows, 0) : NULL;
  g_autofree gsize *widths = NULL;
  gsize total = 0;

  if (head == NULL || head->len == 0)
    return;

  widths = g_new0 (gsize, head->len);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GPtrArray *row = g_ptr_array_index (self->rows, i);

      for (guint k = 0; k < row->len && k < head->len; k++)
        widths[k] = MAX (widths[k], ((Cell *) g_ptr_array_index (row, k))->width);
    }
  for (guint k = 0; k < head->len; k++)
    total += widths[k] + 2;

  begin_line (self, TRUE);
  if (total <= MAX_TABLE_COLUMNS)
    g_string_append (self->out, "<span font_family=\"monospace\">");
  for (guint i = total <= MAX_TABLE_COLUMNS ? 0 : 1; i < self->rows->len; i++)
    {
      GPtrArray *row = g_ptr_array_index (self->rows, i);

      if (i > (total <= MAX_TABLE_COLUMNS ? 0 : 1))
        g_string_append_c (self->out, '\n');
      for (guint k = 0; k < row->len && k < head->len; k++)
        {
          if (total <= MAX_TABLE_COLUMNS)
            {
              append_padded (self->out, g_ptr_array_index (row, k), k + 1 < head->len ? widths[k] + 2 : 0);
              continue;
            }
          g_string_append (self->out, k > 0 ? "\n    " : "• ");
          g_string_append (self->out, ((Cell *) g_ptr_array_index (head, k))->markup->str);
          g_string_append (self->out, ": ");
          g_string_append (self->out, ((Cell *) g_ptr_array_index (row, k))->markup->str);
        }
    }
  if (total <= MAX_TABLE_COLUMNS)
    g_string_append (self->out, "</span>");
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Writer *self = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      self->quote -= self->quote > 0 ? 1 : 0;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      self->list_depth--;
      break;
    case MD_BLOCK_LI:
      self->at_item = FALSE;
      break;
    case MD_BLOCK_H:
      self->heading = 0;
      break;
    case MD_BLOCK_CODE:
      self->code--;
      break;
    case MD_BLOCK_TABLE:
      write_table (self);
      g_clear_pointer (&self->rows, g_ptr_array_unref);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      self->cell = NULL;
      self->target = self->out;
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML:
    case MD_BLOCK_P:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }

  return 0;
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Writer *self = user_data;

  switch (type)
    {
    case MD_SPAN_EM:
    case MD_SPAN_U:
      self->emphasis++;
      break;
    case MD_SPAN_STRONG:
      self->strong++;
      break;
    case MD_SPAN_DEL:
      self->struck++;
      break;
    case MD_SPAN_CODE:
      self->code++;
      break;
    case MD_SPAN_IMG:
      g_string_append (self->target, _("Picture:"));
      g_string_append_c (self->target, ' ');
      self->link_start = self->target->len;
      break;
    case MD_SPAN_A:
      self->link_start = self->target->len;
      break;
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
    default:
      break;
    }

  return 0;
}

/* What a browser could show; anything else (`file:`, `javascript:`, a path, what only looks like an address) is text. */
static gboolean
leads_to_the_web (const MD_ATTRIBUTE *address)
{
  if (address->size <= strlen ("https://") || address->size > LINK_MAX_BYTES
      || (g_ascii_strncasecmp (address->text, "https://", strlen ("https://")) != 0
          && g_ascii_strncasecmp (address->text, "http://", strlen ("http://")) != 0))
    return FALSE;
  for (MD_SIZE i = 0; i < address->size; i++)
    /* Angle brackets stand for a hidden character by now. */
    if (!g_ascii_isgraph (address->text[i]) || strchr ("<>\"", address->text[i]) != NULL)
      return FALSE;

  return TRUE;
}

/* The address itself is what can be pressed, never the words that somebody put before it. */
static void
append_address (Writer *self, const MD_ATTRIBUTE *address, gboolean is_link)
{
  g_autofree char *escaped = NULL;
  g_autofree char *shown = NULL;
  gsize start = MIN (self->link_start, self->target->len);

  if (address->text == NULL || address->size == 0)
    return;
  escaped = g_markup_escape_text (address->text, (gssize) address->size);
  shown = is_link && leads_to_the_web (address) ? g_strdup_printf ("<a href=\"%s\">%s</a>", escaped, escaped)
                                                : g_strdup (escaped);
  /* An address that is its own text is said once. */
  if (strcmp (self->target->str + start, escaped) == 0)
    {
      g_string_truncate (self->target, start);
      g_string_append (self->target, shown);
      return;
    }

  g_string_append (self->target, " (");
  g_string_append (self->target, shown);
  g_string_append_c (self->target, ')');
  if (self->cell != NULL)
    self->cell->width += (gsize) g_utf8_strlen (address->text, address->size) + 3;
}

static int
leave_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Writer *self = user_data;

  switch (type)
    {
    case MD_SPAN_EM:
    case MD_SPAN_U:
      self->emphasis--;
      break;
    case MD_SPAN_STRONG:
      self->strong--;
      break;
    case MD_SPAN_DEL:
      self->struck--;
      break;
    case MD_SPAN_CODE:
      self->code--;
      break;
    case MD_SPAN_IMG:
      append_address (self, &((MD_SPAN_IMG_DETAIL *) detail)->src, FALSE);
      break;
    case MD_SPAN_A:
      append_address (self, &((MD_SPAN_A_DETAIL *) detail)->href, TRUE);
      break;
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
    default:
      break;
    }

  return 0;
}

static void
append_entity (Writer *self, const char *text, gsize length)
{
  static const struct
  {
    const char *name;
    const char *text;
  } entities[] = {
    { "&lt;", "<" },   { "&gt;", ">" },      { "&amp;", "&" },    { "&quot;", "\"" }, { "&apos;", "'" },
    { "&nbsp;", " " }, { "&hellip;", "…" }, { "&ndash;", "–" }, { "&mdash;", "—" }, { "&rarr;", "→" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length && strncmp (entities[i].name, text, length) == 0)
      {
        append_styled (self, entities[i].text, strlen (entities[i].text));
        return;
      }

  append_styled (self, text, length);
}

static int
add_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  Writer *self = user_data;

  /* A tight item has no paragraph that would take the place beside the mark. */
  self->at_item = FALSE;
  switch (type)
    {
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      if (self->cell != NULL)
        append_styled (self, " ", 1);
      else if (type == MD_TEXT_BR)
        {
          g_string_append_c (self->out, '\n');
          append_indent (self);
        }
      else
        g_string_append_c (self->out, ' ');
      break;
    case MD_TEXT_ENTITY:
      append_entity (self, text, size);
      break;
    case MD_TEXT_NULLCHAR:
      append_styled (self, "\xef\xbf\xbd", 3);
      break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
    default:
      append_styled (self, text, size);
      break;
    }

  return 0;
}

char *
enclave_chat_markdown_to_markup (const char *text)
{
  static const MD_PARSER parser = {
    .abi_version = 0,
    .flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS
             | MD_FLAG_NOINDENTEDCODEBLOCKS,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = add_text,
  };
  g_autofree char *calm = NULL;
  Writer writer = { 0 };
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  calm = enclave_chat_text_calm (text);
  writer.out = writer.target = g_string_new (NULL);
  if (md_parse (calm, (MD_SIZE) strlen (calm), &parser, &writer) != 0)
    {
      g_string_truncate (writer.out, 0);
      append_escaped (writer.out, calm, strlen (calm));
    }
  g_clear_pointer (&writer.rows, g_ptr_array_unref);

  length = writer.out->len;
  while (length > 0 && g_ascii_isspace (writer.out->str[length - 1]))
    length--;
  g_string_truncate (writer.out, length);

  return g_string_free (writer.out, FALSE);
}
