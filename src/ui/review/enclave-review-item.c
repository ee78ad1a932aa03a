/* enclave-review-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-line-diff.h"
#include "enclave-review-item.h"
#include "enclave-utf8.h"

struct _EnclaveReviewItem
{
  GObject parent_instance;

  EnclaveChange *change;
  int hunk; /* -1: the head of the file */
  guint first_line;
  guint n_lines;
  EnclaveHunkText *text; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveReviewItem, enclave_review_item, G_TYPE_OBJECT)

static void
enclave_review_item_finalize (GObject *object)
{
  EnclaveReviewItem *self = ENCLAVE_REVIEW_ITEM (object);

  g_clear_object (&self->change);
  g_clear_object (&self->text);

  G_OBJECT_CLASS (enclave_review_item_parent_class)->finalize (object);
}

static void
enclave_review_item_class_init (EnclaveReviewItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_review_item_finalize;
}

static void
enclave_review_item_init (EnclaveReviewItem *self)
{
}

static void
add_item (GPtrArray *items, EnclaveChange *change, int hunk, guint first_line, guint n_lines)
{
  EnclaveReviewItem *self = g_object_new (ENCLAVE_TYPE_REVIEW_ITEM, NULL);

  self->change = g_object_ref (change);
  self->hunk = hunk;
  self->first_line = first_line;
  self->n_lines = n_lines;
  g_ptr_array_add (items, self);
}

GPtrArray *
enclave_review_item_list (EnclaveChange *change)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *hunks;

  g_return_val_if_fail (ENCLAVE_IS_CHANGE (change), NULL);

  add_item (items, change, -1, 0, 0);
  /* its hunks are still being found */
  if (!enclave_change_get_ready (change))
    return g_steal_pointer (&items);

  hunks = enclave_change_get_hunks (change);
  for (guint i = 0; i < hunks->len; i++)
    {
      EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      for (guint line = 0; line == 0 || line < hunk->n_lines; line += ENCLAVE_REVIEW_PART_LINES)
        add_item (items, change, (int) i, line, MIN (hunk->n_lines - line, ENCLAVE_REVIEW_PART_LINES));
    }

  return g_steal_pointer (&items);
}

EnclaveChange *
enclave_review_item_get_change (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  return self->change;
}

gboolean
enclave_review_item_is_file (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), FALSE);

  return self->hunk < 0;
}

gboolean
enclave_review_item_is_first_part (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), FALSE);

  return self->first_line == 0;
}

guint
enclave_review_item_get_hunk (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);
  g_return_val_if_fail (self->hunk >= 0, 0);

  return (guint) self->hunk;
}

guint
enclave_review_item_get_first_line (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);

  return self->first_line;
}

guint
enclave_review_item_get_n_lines (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);

  return self->n_lines;
}

EnclaveHunkDecision
enclave_review_item_get_decision (EnclaveReviewItem *self)
{
  GPtrArray *hunks;
  EnclaveHunkDecision decision;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), ENCLAVE_HUNK_UNDECIDED);

  hunks = enclave_change_get_hunks (self->change);
  if (self->hunk >= 0)
    return (guint) self->hunk < hunks->len ? enclave_change_get_decision (self->change, (guint) self->hunk)
                                           : ENCLAVE_HUNK_UNDECIDED;
  if (hunks->len == 0)
    return ENCLAVE_HUNK_UNDECIDED;

  decision = enclave_change_get_decision (self->change, 0);
  for (guint i = 1; i < hunks->len; i++)
    if (enclave_change_get_decision (self->change, i) != decision)
      return ENCLAVE_HUNK_UNDECIDED;

  return decision;
}

void
enclave_review_item_decide (EnclaveReviewItem *self, EnclaveHunkDecision decision)
{
  guint n_hunks;

  g_return_if_fail (ENCLAVE_IS_REVIEW_ITEM (self));

  n_hunks = enclave_change_get_hunks (self->change)->len;
  if (enclave_change_get_status (self->change) != ENCLAVE_CHANGE_PROPOSED)
    return;

  if (self->hunk >= 0)
    {
      if ((guint) self->hunk < n_hunks)
        enclave_change_set_decision (self->change, (guint) self->hunk, decision);
      return;
    }

  for (guint i = 0; i < n_hunks; i++)
    enclave_change_set_decision (self->change, i, decision);
}

char *
enclave_review_item_dup_place (EnclaveReviewItem *self)
{
  GPtrArray *hunks;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  hunks = enclave_change_get_hunks (self->change);
  path = enclave_utf8_display_name (enclave_change_get_path (self->change));
  if (self->hunk < 0 || (guint) self->hunk >= hunks->len)
    return g_steal_pointer (&path);

  return g_strdup_printf (_("%s, line %u"), path,
                          ((EnclaveDiffHunk *) g_ptr_array_index (hunks, self->hunk))->new_start);
}

static EnclaveDiffHunk *
get_hunk (EnclaveReviewItem *self)
{
  GPtrArray *hunks = enclave_change_get_hunks (self->change);

  return self->hunk >= 0 && (guint) self->hunk < hunks->len ? g_ptr_array_index (hunks, self->hunk) : NULL;
}

gboolean
enclave_review_item_is_last_part (EnclaveReviewItem *self)
{
  EnclaveDiffHunk *hunk;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), TRUE);

  hunk = get_hunk (self);
  return hunk == NULL || self->first_line + self->n_lines >= hunk->n_lines;
}

EnclaveHunkText *
enclave_review_item_get_text (EnclaveReviewItem *self)
{
  EnclaveDiffHunk *hunk;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  hunk = get_hunk (self);
  if (self->text == NULL && hunk != NULL)
    self->text = enclave_hunk_text_new (hunk, self->first_line, self->n_lines);

  return self->text;
}

static const char *
find_line (const char *text, guint number)
{
  for (guint i = 1; i < number && *text != '\0'; i++)
    {
      text = strchrnul (text, '\n');
      if (*text == '\n')
        text++;
    }

  return text;
}

/* As diff -p: the last line before the first change that begins with a letter at its very start; of a call or a definition
 * the name alone. */
char *
enclave_review_item_dup_context (EnclaveReviewItem *self)
{
  const EnclaveDiffHunk *hunk;
  const char *text;
  const char *line;
  guint number;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  hunk = get_hunk (self);
  text = enclave_proposal_get_new_text (enclave_change_get_proposal (self->change));
  if (hunk == NULL || text == NULL)
    return g_strdup ("");

  number = hunk->new_start;
  for (guint i = 0; i < hunk->n_lines; i++, number++)
    if (hunk->lines[i].kind != ENCLAVE_DIFF_CONTEXT)
      break;
  line = find_line (text, number);
  while (line > text)
    {
      const char *end = line - 1;
      const char *paren;
      g_autofree char *found = NULL;

      for (line = end; line > text && line[-1] != '\n'; line--)
        ;
      if (!g_ascii_isalpha (*line) && *line != '_' && *line != '$')
        continue;
      if (end > line && end[-1] == ':' && memchr (line, ' ', (gsize) (end - line)) == NULL)
        continue;

      found = g_strndup (line, MIN ((gsize) (end - line), 200));
      paren = strchr (found, '(');
      if (paren != NULL)
        {
          const char *name_end = paren;
          const char *name;

          while (name_end > found && name_end[-1] == ' ')
            name_end--;
          for (name = name_end; name > found && (g_ascii_isalnum (name[-1]) || name[-1] == '_'); name--)
            ;
          if (name < name_end)
            return g_strndup (name, (gsize) (name_end - name));
        }
      g_strchomp (found);
      return enclave_utf8_display_name (found);
    }

  return g_strdup ("");
}

static GPtrArray *
list_origins (EnclaveReviewItem *self)
{
  return enclave_change_list_origins (self->change, self->hunk >= 0 ? (guint) self->hunk : ENCLAVE_CHANGE_ALL_HUNKS);
}

static char *
dup_tool (const EnclaveChangeOrigin *origin)
{
  if (strcmp (origin->tool, "review") == 0)
    return g_strdup (_("edited by you"));
  if (strcmp (origin->tool, "search") == 0)
    return g_strdup (_("replaced by you"));
  if (strcmp (origin->tool, "reply") == 0)
    return origin->turn > 0 ? g_strdup_printf (_("reply, turn %u"), origin->turn) : g_strdup (_("reply"));
  /* Translators: %s is the name of a tool, such as edit_file. */
  return origin->turn > 0 ? g_strdup_printf (_("%s, turn %u"), origin->tool, origin->turn) : g_strdup (origin->tool);
}

char *
enclave_review_item_dup_origin (EnclaveReviewItem *self)
{
  g_autoptr (GPtrArray) origins = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *model = NULL;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  origins = list_origins (self);
  for (guint i = 0; i < origins->len; i++)
    {
      const EnclaveChangeOrigin *origin = g_ptr_array_index (origins, i);
      g_autofree char *tool = dup_tool (origin);

      /* the same tool in the same turn is said once */
      if (strstr (text->str, tool) == NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", tool);
      if (origin->model != NULL && *origin->model != '\0' && (model == NULL || strcmp (model, origin->model) != 0))
        {
          model = origin->model;
          g_string_append_printf (text, " · %s", model);
        }
    }

  return enclave_utf8_display_name (text->str);
}

const char *
enclave_review_item_get_flag (EnclaveReviewItem *self)
{
  g_autoptr (GPtrArray) origins = NULL;
  EnclaveMatchQuality quality = ENCLAVE_MATCH_EXACT;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  origins = list_origins (self);
  for (guint i = 0; i < origins->len; i++)
    quality = MAX (quality, ((EnclaveChangeOrigin *) g_ptr_array_index (origins, i))->quality);

  switch (quality)
    {
    case ENCLAVE_MATCH_EXACT:
      return NULL;
    case ENCLAVE_MATCH_LINE_ENDS:
      return _("Matched apart from line ends");
    case ENCLAVE_MATCH_INDENTATION:
      return _("Matched apart from indentation");
    case ENCLAVE_MATCH_BLANK_LINES:
      return _("Matched apart from blank lines");
    case ENCLAVE_MATCH_ELISION:
      return _("Lines left out by a mark were kept");
    default:
      return _("Not matched to the letter");
    }
}

static char *
dup_lines (EnclaveReviewItem *self)
{
  const EnclaveDiffHunk *hunk = get_hunk (self);
  const char *text = enclave_proposal_get_new_text (enclave_change_get_proposal (self->change));
  const char *start;
  const char *end;

  if (hunk == NULL || text == NULL)
    return g_strdup ("");

  start = find_line (text, hunk->new_start);
  end = find_line (start, hunk->new_count + 1);

  return g_strndup (start, (gsize) (end - start));
}

static char *
replace_all (const char *text, const char *from, const char *to)
{
  g_autoptr (GString) string = g_string_new (text);

  g_string_replace (string, from, to, 0);
  return g_strdup (string->str);
}

char *
enclave_review_item_dup_new_lines (EnclaveReviewItem *self)
{
  g_autofree char *lines = NULL;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  lines = dup_lines (self);
  return replace_all (lines, "\r\n", "\n");
}

void
enclave_review_item_take_edit (EnclaveReviewItem *self, EnclaveChangeSet *change_set, const char *text)
{
  g_autofree char *lines = NULL;
  g_autofree char *ended = NULL;

  g_return_if_fail (ENCLAVE_IS_REVIEW_ITEM (self));
  g_return_if_fail (text != NULL);

  if (get_hunk (self) == NULL)
    return;

  lines = dup_lines (self);
  ended = strstr (lines, "\r\n") != NULL ? replace_all (text, "\n", "\r\n") : g_strdup (text);
  enclave_change_set_edit_hunk (change_set, self->change, (guint) self->hunk, ended);
}
