/* enclave-patch-error.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-error.h"
#include "enclave-utf8.h"

#define SEARCHED_MAX_LINES 14

typedef struct
{
  char *plain;
  GPtrArray *misses; /* (nullable) (element-type EnclavePatchMiss) */
} EnclavePatchErrorPrivate;

static void
enclave_patch_error_private_init (EnclavePatchErrorPrivate *priv)
{
}

static void
enclave_patch_error_private_copy (const EnclavePatchErrorPrivate *src_priv, EnclavePatchErrorPrivate *dest_priv)
{
  dest_priv->plain = g_strdup (src_priv->plain);
  dest_priv->misses = NULL;
  if (src_priv->misses == NULL)
    return;
  dest_priv->misses = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_patch_miss_free);
  for (guint i = 0; i < src_priv->misses->len; i++)
    g_ptr_array_add (dest_priv->misses, enclave_patch_miss_copy (g_ptr_array_index (src_priv->misses, i)));
}

static void
enclave_patch_error_private_clear (EnclavePatchErrorPrivate *priv)
{
  g_free (priv->plain);
  g_clear_pointer (&priv->misses, g_ptr_array_unref);
}

G_DEFINE_EXTENDED_ERROR (EnclavePatchError, enclave_patch_error)

EnclavePatchMiss *
enclave_patch_miss_copy (const EnclavePatchMiss *miss)
{
  EnclavePatchMiss *copy = g_new0 (EnclavePatchMiss, 1);

  copy->path = g_strdup (miss->path);
  copy->reason = g_strdup (miss->reason);
  copy->searched = g_strdup (miss->searched);
  copy->found = g_strdup (miss->found);
  copy->block = miss->block;
  copy->n_blocks = miss->n_blocks;
  copy->n_lines = miss->n_lines;
  copy->landed = g_array_copy (miss->landed);

  return copy;
}

void
enclave_patch_miss_free (EnclavePatchMiss *miss)
{
  g_free (miss->path);
  g_free (miss->reason);
  g_free (miss->searched);
  g_free (miss->found);
  g_array_unref (miss->landed);
  g_free (miss);
}

EnclavePatchMiss *
enclave_patch_miss_new (const char *reason, const char *searched, const char *found)
{
  EnclavePatchMiss *miss = g_new0 (EnclavePatchMiss, 1);

  miss->reason = g_strdup (reason);
  miss->searched = g_strdup (searched);
  miss->found = g_strdup (found);
  miss->block = miss->n_blocks = 1;
  miss->landed = g_array_new (FALSE, FALSE, sizeof (guint));

  return miss;
}

void
enclave_patch_set_error_words (GError **error, EnclavePatchError code, const EnclaveWords *words)
{
  GError *made;

  if (error == NULL)
    return;
  made = g_error_new_literal (ENCLAVE_PATCH_ERROR, (int) code, words->shown->str);
  enclave_patch_error_get_private (made)->plain = g_strdup (words->plain->str);
  g_propagate_error (error, made);
}

void
enclave_patch_set_error (GError **error, EnclavePatchError code, const char *format, ...)
{
  g_autoptr (EnclaveWords) words = NULL;
  va_list args;

  if (error == NULL)
    return;
  words = enclave_words_new ();
  va_start (args, format);
  enclave_words_add_valist (words, format, args);
  va_end (args);
  enclave_patch_set_error_words (error, code, words);
}

/* @before, @after: (nullable). */
static void
put_round (GError *error, const EnclaveWords *before, const EnclaveWords *after)
{
  char *message = g_strconcat (before != NULL ? before->shown->str : "", error->message, after != NULL ? after->shown->str : "", NULL);

  g_free (error->message);
  error->message = message;
  if (error->domain == ENCLAVE_PATCH_ERROR)
    {
      EnclavePatchErrorPrivate *priv = enclave_patch_error_get_private (error);
      char *plain = g_strconcat (before != NULL ? before->plain->str : "", priv->plain, after != NULL ? after->plain->str : "", NULL);

      g_free (priv->plain);
      priv->plain = plain;
    }
}

/* (transfer full) */
static EnclaveWords *make_words (const char *format, va_list args) G_GNUC_PRINTF (1, 0);

static EnclaveWords *
make_words (const char *format, va_list args)
{
  EnclaveWords *words = enclave_words_new ();

  enclave_words_add_valist (words, format, args);

  return words;
}

void
enclave_patch_prefix_error (GError **error, const char *format, ...)
{
  g_autoptr (EnclaveWords) words = NULL;
  va_list args;

  if (error == NULL || *error == NULL)
    return;
  va_start (args, format);
  words = make_words (format, args);
  va_end (args);
  put_round (*error, words, NULL);
}

void
enclave_patch_extend_error (GError **error, const char *format, ...)
{
  g_autoptr (EnclaveWords) words = NULL;
  va_list args;

  if (error == NULL || *error == NULL)
    return;
  va_start (args, format);
  words = make_words (format, args);
  va_end (args);
  put_round (*error, NULL, words);
}

void
enclave_patch_error_add_miss (GError *error, EnclavePatchMiss *miss)
{
  EnclavePatchErrorPrivate *priv;

  g_return_if_fail (error != NULL && error->domain == ENCLAVE_PATCH_ERROR);

  priv = enclave_patch_error_get_private (error);
  if (priv->misses == NULL)
    priv->misses = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_patch_miss_free);
  g_ptr_array_add (priv->misses, miss);
}

/* The first lines. (transfer full) */
static char *
clip (const char *text)
{
  const char *end = text;

  for (guint i = 0; i < SEARCHED_MAX_LINES && *end != '\0'; i++)
    {
      end = strchrnul (end, '\n');
      end += *end == '\n';
    }
  if (*end == '\0')
    return enclave_utf8_make_valid (text, -1);
  else
    {
      g_autofree char *valid = enclave_utf8_make_valid (text, end - text);

      return g_strconcat (valid, "…\n", NULL);
    }
}

void
enclave_patch_error_locate (GError *error, const char *path, const char *searched, guint block, guint n_blocks)
{
  EnclavePatchErrorPrivate *priv;

  g_return_if_fail (error != NULL && searched != NULL);

  if (!g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH)
      && !g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS))
    return;
  priv = enclave_patch_error_get_private (error);
  if (priv->misses == NULL)
    enclave_patch_error_add_miss (error, enclave_patch_miss_new (error->message, "", ""));
  for (guint i = 0; i < priv->misses->len; i++)
    {
      EnclavePatchMiss *miss = g_ptr_array_index (priv->misses, i);

      if (miss->path == NULL)
        miss->path = g_strdup (path);
      if (*miss->searched == '\0')
        {
          g_free (miss->searched);
          miss->searched = clip (searched);
        }
      miss->block = block;
      miss->n_blocks = n_blocks;
    }
}

const char *
enclave_patch_error_get_plain (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == ENCLAVE_PATCH_ERROR ? enclave_patch_error_get_private (error)->plain : error->message;
}

GPtrArray *
enclave_patch_error_get_misses (const GError *error)
{
  return error != NULL && error->domain == ENCLAVE_PATCH_ERROR ? enclave_patch_error_get_private (error)->misses : NULL;
}
