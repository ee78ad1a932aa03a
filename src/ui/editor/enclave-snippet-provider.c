/* enclave-snippet-provider.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-snippet-provider.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ENCLAVE_TYPE_SNIPPET_PROPOSAL (enclave_snippet_proposal_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSnippetProposal, enclave_snippet_proposal, ENCLAVE, SNIPPET_PROPOSAL, GObject)

struct _EnclaveSnippetProposal
{
  GObject parent_instance;

  EnclaveSnippet *snippet;
};

static void
proposal_init (GtkSourceCompletionProposalInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveSnippetProposal, enclave_snippet_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, proposal_init))

static void
enclave_snippet_proposal_finalize (GObject *object)
{
  enclave_snippet_unref (ENCLAVE_SNIPPET_PROPOSAL (object)->snippet);
  G_OBJECT_CLASS (enclave_snippet_proposal_parent_class)->finalize (object);
}

static void
enclave_snippet_proposal_class_init (EnclaveSnippetProposalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_snippet_proposal_finalize;
}

static void
enclave_snippet_proposal_init (EnclaveSnippetProposal *self)
{
}

struct _EnclaveSnippetProvider
{
  GObject parent_instance;

  EnclaveSnippetInput *input;                 /* (nullable) (weak) */
  GtkSourceCompletionContext *asked_context; /* (nullable) (weak): the one that the person asked for */
  gboolean asked;
};

static void provider_init (GtkSourceCompletionProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveSnippetProvider, enclave_snippet_provider, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_init))

static void
enclave_snippet_provider_dispose (GObject *object)
{
  EnclaveSnippetProvider *self = ENCLAVE_SNIPPET_PROVIDER (object);

  g_clear_weak_pointer (&self->input);
  g_clear_weak_pointer (&self->asked_context);
  G_OBJECT_CLASS (enclave_snippet_provider_parent_class)->dispose (object);
}

static void
enclave_snippet_provider_class_init (EnclaveSnippetProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_snippet_provider_dispose;
}

static void
enclave_snippet_provider_init (EnclaveSnippetProvider *self)
{
}

/* The completion that came with the typing goes on when a person asks for one, and says no word about it. */
static void
show_cb (EnclaveSnippetProvider *self)
{
  self->asked = TRUE;
}

static void
shown_cb (EnclaveSnippetProvider *self)
{
  self->asked = FALSE;
}

EnclaveSnippetProvider *
enclave_snippet_provider_new (EnclaveSnippetInput *input, GtkSourceView *view)
{
  EnclaveSnippetProvider *self = g_object_new (ENCLAVE_TYPE_SNIPPET_PROVIDER, NULL);

  g_set_weak_pointer (&self->input, input);
  g_signal_connect_object (view, "show-completion", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "show-completion", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  return self;
}

static char *
get_title (GtkSourceCompletionProvider *provider)
{
  return g_strdup (_ ("Snippets"));
}

static int
get_priority (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context)
{
  /* between a language server and mere words */
  return 50;
}

static gboolean
matches (const EnclaveSnippet *snippet, const char *word)
{
  g_autofree char *name = g_utf8_casefold (snippet->name, -1);
  g_autofree char *folded = g_utf8_casefold (word, -1);

  return strstr (snippet->trigger, word) != NULL || strstr (name, folded) != NULL;
}

/* The popup of each word that is typed would stand in the way of what a model suggests. */
static gboolean
is_asked_for (EnclaveSnippetProvider *self, GtkSourceCompletionContext *context)
{
  if (self->asked
      || gtk_source_completion_context_get_activation (context) == GTK_SOURCE_COMPLETION_ACTIVATION_USER_REQUESTED)
    g_set_weak_pointer (&self->asked_context, context);
  return context == self->asked_context;
}

static void
fill (EnclaveSnippetProvider *self, GListStore *store, GtkSourceCompletionContext *context)
{
  g_autofree char *word = gtk_source_completion_context_get_word (context);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) snippets = self->input != NULL ? enclave_snippet_input_list (self->input) : NULL;

  for (guint pass = 0; snippets != NULL && pass < 2; pass++)
    for (guint i = 0; i < snippets->len; i++)
      {
        EnclaveSnippet *snippet = g_ptr_array_index (snippets, i);
        gboolean begins = word == NULL || g_str_has_prefix (snippet->trigger, word);
        EnclaveSnippetProposal *proposal;

        /* what begins like the word comes first */
        if (begins != (pass == 0) || (!begins && !matches (snippet, word)))
          continue;
        proposal = g_object_new (ENCLAVE_TYPE_SNIPPET_PROPOSAL, NULL);
        proposal->snippet = enclave_snippet_ref (snippet);
        g_ptr_array_add (found, proposal);
      }
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)), found->pdata, found->len);
}

static GListModel *
populate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GError **error)
{
  EnclaveSnippetProvider *self = ENCLAVE_SNIPPET_PROVIDER (provider);
  GListStore *store = g_list_store_new (ENCLAVE_TYPE_SNIPPET_PROPOSAL);

  if (is_asked_for (self, context))
    fill (self, store, context);
  return G_LIST_MODEL (store);
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model)
{
  EnclaveSnippetProvider *self = ENCLAVE_SNIPPET_PROVIDER (provider);

  if (is_asked_for (self, context))
    fill (self, G_LIST_STORE (model), context);
}

static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
         GtkSourceCompletionCell *cell)
{
  const EnclaveSnippet *snippet = ENCLAVE_SNIPPET_PROPOSAL (proposal)->snippet;
  g_autofree char *spaced = NULL;

  switch (gtk_source_completion_cell_get_column (cell))
    {
    case GTK_SOURCE_COMPLETION_COLUMN_ICON:
      gtk_source_completion_cell_set_icon_name (cell, "completion-snippet-symbolic");
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT:
      gtk_source_completion_cell_set_text (cell, snippet->trigger);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_AFTER:
      spaced = g_strconcat ("  ", snippet->name, NULL);
      gtk_source_completion_cell_set_text (cell, spaced);
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_DETAILS:
      gtk_source_completion_cell_set_text (cell, *snippet->description != '\0' ? snippet->description : _ ("Snippet"));
      break;
    case GTK_SOURCE_COMPLETION_COLUMN_BEFORE:
    case GTK_SOURCE_COMPLETION_COLUMN_COMMENT:
    default:
      gtk_source_completion_cell_set_text (cell, NULL);
    }
}

static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal)
{
  EnclaveSnippetProvider *self = ENCLAVE_SNIPPET_PROVIDER (provider);
  GtkTextIter start;
  GtkTextIter end;

  if (self->input != NULL && gtk_source_completion_context_get_bounds (context, &start, &end))
    enclave_snippet_input_insert (self->input, ENCLAVE_SNIPPET_PROPOSAL (proposal)->snippet, &start, &end);
}

static void
provider_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->get_title = get_title;
  iface->get_priority = get_priority;
  iface->populate = populate;
  iface->refilter = refilter;
  iface->display = display;
  iface->activate = activate;
}
