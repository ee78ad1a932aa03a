/* enclave-project-survey.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-project-survey-private.h"

#include <string.h>

#include "enclave-limits.h"

#define ASIDE_WEIGHT 0.2f

/* By the ends of names; what is not listed is a family of its own. */
static guint32
find_family (const char *path)
{
  static const char *const families[][12] = {
    { ".c", ".h", ".cc", ".hh", ".cpp", ".hpp", ".cxx", ".hxx", ".m", ".inl", NULL },
    { ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx", ".vue", NULL },
    { ".java", ".kt", ".kts", ".scala", ".groovy", NULL },
    { ".py", ".pyi", ".pyx", NULL },
    { ".sh", ".bash", NULL },
    { ".pl", ".pm", ".t", NULL },
  };
  const char *slash = strrchr (path, '/');
  const char *end = strrchr (slash != NULL ? slash : path, '.');

  if (end == NULL)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_strv_contains (families[i], end))
      return i + 1;

  return enclave_symbol_hash (end, strlen (end));
}

EnclaveSurveyFile *
enclave_survey_file_new (const char *path, const char *rule)
{
  EnclaveSurveyFile *self = g_new0 (EnclaveSurveyFile, 1);

  g_atomic_ref_count_init (&self->references);
  self->path = g_strdup (path);
  self->rule = rule;
  self->family = find_family (path);

  return self;
}

EnclaveSurveyFile *
enclave_survey_file_ref (EnclaveSurveyFile *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enclave_survey_file_unref (EnclaveSurveyFile *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->path);
  if (self->words != NULL)
    g_string_free (self->words, TRUE);
  g_clear_pointer (&self->definitions, g_array_unref);
  g_clear_pointer (&self->mentions, g_array_unref);
  g_free (self);
}

static gint64
to_ns (struct timespec time)
{
  return (gint64) time.tv_sec * 1000000000 + time.tv_nsec;
}

void
enclave_survey_file_set_stamp (EnclaveSurveyFile *self, const struct stat *st)
{
  self->size = (guint64) st->st_size;
  self->inode = st->st_ino;
  self->changed[0] = to_ns (st->st_mtim);
  self->changed[1] = to_ns (st->st_ctim);
}

gboolean
enclave_survey_file_has_stamp (const EnclaveSurveyFile *self, const struct stat *st)
{
  return self->size == (guint64) st->st_size && self->inode == st->st_ino && self->changed[0] == to_ns (st->st_mtim)
         && self->changed[1] == to_ns (st->st_ctim);
}

EnclaveProjectSurvey *
enclave_project_survey_ref (EnclaveProjectSurvey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enclave_project_survey_unref (EnclaveProjectSurvey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_ptr_array_unref (self->files);
  g_array_unref (self->ranked);
  g_free (self->problem);
  g_free (self);
}

const EnclaveSurveyFile *
enclave_project_survey_get_file (const EnclaveProjectSurvey *self, guint index)
{
  return g_ptr_array_index (self->files, index);
}

guint
enclave_survey_file_get_n_definitions (const EnclaveSurveyFile *self)
{
  return self->definitions != NULL ? self->definitions->len : 0;
}

const EnclaveSurveyDefinition *
enclave_survey_file_get_definition (const EnclaveSurveyFile *self, guint index)
{
  return &g_array_index (self->definitions, EnclaveSurveyDefinition, index);
}

const char *
enclave_survey_file_get_name (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition)
{
  return self->words->str + definition->name;
}

const char *
enclave_survey_file_get_text (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition)
{
  return definition->text != 0 ? self->words->str + definition->text : NULL;
}

gboolean
enclave_survey_file_may_be_used (const EnclaveSurveyFile *self, const EnclaveSurveyDefinition *definition,
                                 const EnclaveSurveyFile *user)
{
  return self == user || (self->family == user->family && !definition->is_local);
}

/* What is there for its own sake comes after what it tests or shows. */
static gboolean
is_aside (const char *path)
{
  static const char *const folders[] = { "test", "tests", "testing", "spec", "specs", "__tests__", "examples", "example", "vendor",
                                         "third_party", "node_modules", "subprojects", NULL };
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL && parts[i + 1] != NULL; i++)
    if (g_strv_contains (folders, parts[i]))
      return TRUE;

  return FALSE;
}

/* What the graph takes: one run of names and weights over all files. */
typedef struct
{
  guint32 *names;
  float *weights;
  EnclaveSymbolFile *files;
  EnclaveSurveyPlace *places;
} GraphInput;

static void
fill_graph (EnclaveProjectSurvey *self, GraphInput *input)
{
  guint n = 0;

  input->names = g_new (guint32, self->n_definitions);
  input->weights = g_new (float, self->n_definitions);
  input->places = g_new (EnclaveSurveyPlace, self->n_definitions);
  input->files = g_new0 (EnclaveSymbolFile, self->files->len);
  for (guint i = 0; i < self->files->len; i++)
    {
      const EnclaveSurveyFile *file = g_ptr_array_index (self->files, i);
      EnclaveSymbolFile *node = &input->files[i];
      float share = is_aside (file->path) ? ASIDE_WEIGHT : 1;

      node->family = file->family;
      node->names = input->names + n;
      node->weights = input->weights + n;
      node->n_names = enclave_survey_file_get_n_definitions (file);
      node->mentions = file->mentions != NULL ? (const EnclaveSymbolMention *) (gpointer) file->mentions->data : NULL;
      node->n_mentions = file->mentions != NULL ? file->mentions->len : 0;
      for (guint k = 0; k < node->n_names; k++, n++)
        {
          const EnclaveSurveyDefinition *definition = enclave_survey_file_get_definition (file, k);

          input->names[n] = definition->hash;
          input->weights[n] = definition->weight * (definition->is_local ? -share : share);
          input->places[n] = (EnclaveSurveyPlace) { i, k };
        }
    }
}

static int
compare_scores (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const double *scores = user_data;
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  /* Equal ones in the order of the files: the same project has the same map to the byte. */
  if (scores[left] != scores[right])
    return scores[left] > scores[right] ? -1 : 1;

  return left < right ? -1 : left > right;
}

void
enclave_project_survey_rank (EnclaveProjectSurvey *self)
{
  GraphInput input = { NULL };
  g_autofree double *scores = NULL;
  g_autofree guint32 *order = NULL;

  self->n_definitions = self->n_denied = 0;
  g_array_set_size (self->ranked, 0);
  for (guint i = 0; i < self->files->len; i++)
    {
      const EnclaveSurveyFile *file = g_ptr_array_index (self->files, i);

      self->n_definitions += enclave_survey_file_get_n_definitions (file);
      self->n_denied += file->rule != NULL ? 1 : 0;
    }
  if (self->n_definitions == 0)
    return;

  fill_graph (self, &input);
  scores = enclave_symbol_graph_rank (input.files, self->files->len);
  order = g_new (guint32, self->n_definitions);
  for (guint i = 0; i < self->n_definitions; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) self->n_definitions, sizeof *order, compare_scores, scores);
  for (guint i = 0; i < MIN (self->n_definitions, ENCLAVE_MAP_MAX_RANKED); i++)
    g_array_append_val (self->ranked, input.places[order[i]]);

  g_free (input.names);
  g_free (input.weights);
  g_free (input.places);
  g_free (input.files);
}
