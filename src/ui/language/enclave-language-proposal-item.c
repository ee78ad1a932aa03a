/* enclave-language-proposal-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-proposal-item.h"

#include <string.h>

#define WORD "enclave-word"

struct _EnclaveLanguageProposalItem
{
  GObject parent_instance;

  GPtrArray *proposals; /* that it is one of */
  EnclaveLanguageProposal *proposal;
  EnclaveLanguageText *text;
};

static void proposal_init (GtkSourceCompletionProposalInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveLanguageProposalItem, enclave_language_proposal_item, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, proposal_init))

static void
enclave_language_proposal_item_finalize (GObject *object)
{
  EnclaveLanguageProposalItem *self = ENCLAVE_LANGUAGE_PROPOSAL_ITEM (object);

  g_ptr_array_unref (self->proposals);
  enclave_language_text_unref (self->text);
  G_OBJECT_CLASS (enclave_language_proposal_item_parent_class)->finalize (object);
}

static void
enclave_language_proposal_item_class_init (EnclaveLanguageProposalItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_language_proposal_item_finalize;
}

static void
enclave_language_proposal_item_init (EnclaveLanguageProposalItem *self)
{
}

static char *
get_typed_text (GtkSourceCompletionProposal *proposal)
{
  return g_strdup (ENCLAVE_LANGUAGE_PROPOSAL_ITEM (proposal)->proposal->filter);
}

static void
proposal_init (GtkSourceCompletionProposalInterface *iface)
{
  iface->get_typed_text = get_typed_text;
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  const char *word = g_object_get_data (user_data, WORD);

  return word == NULL || *word == '\0'
         || gtk_source_completion_fuzzy_match (ENCLAVE_LANGUAGE_PROPOSAL_ITEM (item)->proposal->filter, word, NULL);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(EnclaveLanguageProposal *const *) a)->sort, (*(EnclaveLanguageProposal *const *) b)->sort);
}

static void
set_word (GtkFilter *filter, const char *word)
{
  g_object_set_data_full (G_OBJECT (filter), WORD, word != NULL ? g_utf8_casefold (word, -1) : NULL, g_free);
}

static void
fill (GListStore *store, GPtrArray *proposals, EnclaveLanguageText *text)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_sort (proposals, compare);
  for (guint i = 0; i < proposals->len; i++)
    {
      EnclaveLanguageProposalItem *item = g_object_new (ENCLAVE_TYPE_LANGUAGE_PROPOSAL_ITEM, NULL);

      item->proposals = g_ptr_array_ref (proposals);
      item->proposal = g_ptr_array_index (proposals, i);
      item->text = enclave_language_text_ref (text);
      g_ptr_array_add (items, item);
    }
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)), items->pdata, items->len);
}

GListModel *
enclave_language_proposal_model_new (GPtrArray *proposals, EnclaveLanguageText *text, const char *word)
{
  g_autoptr (GPtrArray) owned = proposals;
  GListStore *store = g_list_store_new (ENCLAVE_TYPE_LANGUAGE_PROPOSAL_ITEM);
  GtkCustomFilter *filter = gtk_custom_filter_new (NULL, NULL, NULL);

  fill (store, proposals, text);
  set_word (GTK_FILTER (filter), word);
  /* The filter keeps its own word, and lives as long as its function. */
  gtk_custom_filter_set_filter_func (filter, matches, filter, NULL);
  return G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (store), GTK_FILTER (filter)));
}

void
enclave_language_proposal_model_replace (GListModel *model, GPtrArray *proposals, EnclaveLanguageText *text, const char *word)
{
  g_autoptr (GPtrArray) owned = proposals;

  g_return_if_fail (GTK_IS_FILTER_LIST_MODEL (model) && proposals != NULL && text != NULL);

  set_word (gtk_filter_list_model_get_filter (GTK_FILTER_LIST_MODEL (model)), word);
  fill (G_LIST_STORE (gtk_filter_list_model_get_model (GTK_FILTER_LIST_MODEL (model))), proposals, text);
}

void
enclave_language_proposal_model_filter (GListModel *model, const char *word)
{
  GtkFilter *filter;

  g_return_if_fail (GTK_IS_FILTER_LIST_MODEL (model));

  filter = gtk_filter_list_model_get_filter (GTK_FILTER_LIST_MODEL (model));
  set_word (filter, word);
  gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
}

void
enclave_language_proposal_item_display (EnclaveLanguageProposalItem *self, GtkSourceCompletionCell *cell, const char *word)
{
  const EnclaveLanguageProposal *proposal = self->proposal;
  g_autoptr (PangoAttrList) attributes = NULL;

  switch (gtk_source_completion_cell_get_column (cell))
    {
    case GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT:
      if (word != NULL && *word != '\0')
        attributes = gtk_source_completion_fuzzy_highlight (proposal->label, word);
      gtk_source_completion_cell_set_text_with_attributes (cell, proposal->label, attributes);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_COMMENT:
      gtk_source_completion_cell_set_text (cell, proposal->detail);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_DETAILS:
      /* GtkSourceView 5.6 shows an empty one with a width of nothing, of which GDK complains. */
      gtk_source_completion_cell_set_text (cell, proposal->documentation != NULL ? proposal->documentation
                                                 : proposal->detail != NULL       ? proposal->detail
                                                                                  : proposal->label);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_ICON:
    case GTK_SOURCE_COMPLETION_COLUMN_BEFORE:
    case GTK_SOURCE_COMPLETION_COLUMN_AFTER:
    default:
      gtk_source_completion_cell_set_widget (cell, NULL);
    }
}

/* Where the server's range began, when the text before it is still as it was told. */
static void
find_start (EnclaveLanguageProposalItem *self, GtkTextBuffer *buffer, GtkTextIter *start, const GtkTextIter *end)
{
  GtkTextIter iter;

  if (!self->proposal->has_range)
    return;
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, (int) enclave_language_text_get_offset (self->text, self->proposal->range.start));
  if (gtk_text_iter_compare (&iter, end) <= 0 && gtk_text_iter_get_line (&iter) == gtk_text_iter_get_line (end))
    *start = iter;
}

/* Lines that a proposal needs elsewhere: an import. Only above the caret, where the text is still as it was told; from below upwards, so
 * that each place stays what it was. */
static void
make_other_edits (EnclaveLanguageProposalItem *self, GtkTextBuffer *buffer, int line)
{
  GPtrArray *edits = self->proposal->other_edits;

  for (guint i = edits != NULL ? edits->len : 0; i > 0; i--)
    {
      const EnclaveLanguageTextEdit *edit = g_ptr_array_index (edits, i - 1);
      GtkTextIter start;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) enclave_language_text_get_offset (self->text, edit->range.start));
      gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) enclave_language_text_get_offset (self->text, edit->range.end));
      if (gtk_text_iter_get_line (&end) > line || !enclave_language_text_has (self->text, edit->range.start)
          || (i < edits->len
              && enclave_language_position_compare (&edit->range.end,
                                                    &((EnclaveLanguageTextEdit *) g_ptr_array_index (edits, i))->range.start)
                   > 0))
        return;
      gtk_text_buffer_delete (buffer, &start, &end);
      gtk_text_buffer_insert (buffer, &start, edit->new_text, -1);
    }
}

gboolean
enclave_language_proposal_item_insert (EnclaveLanguageProposalItem *self, GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end)
{
  const EnclaveLanguageProposal *proposal = self->proposal;
  const char *parenthesis = proposal->is_snippet ? strchr (proposal->text, '(') : NULL;
  g_autofree char *text = NULL;
  int above = gtk_text_iter_get_line (start) - 1;
  gboolean opens;

  find_start (self, buffer, start, end);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, start, end);
  opens = gtk_text_iter_get_char (start) == '(';
  if (parenthesis != NULL)
    /* What the arguments are the signature tells; names of parameters in the text would only have to be deleted. */
    text = g_strdup_printf ("%.*s%s", (int) (parenthesis - proposal->text), proposal->text, opens ? "" : "()");
  else
    text = proposal->is_snippet ? enclave_language_snippet_to_text (proposal->text) : g_strdup (proposal->text);
  gtk_text_buffer_insert (buffer, start, text, -1);
  if (parenthesis != NULL && !opens)
    {
      gtk_text_iter_backward_char (start);
      gtk_text_buffer_place_cursor (buffer, start);
    }
  make_other_edits (self, buffer, above);
  gtk_text_buffer_end_user_action (buffer);
  return parenthesis != NULL && !opens;
}
