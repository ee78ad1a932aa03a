/* enclave-missed-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-missed-edit.h"
#include "enclave-mention.h"

struct _EnclaveMissedEdit
{
  GObject parent_instance;

  EnclavePatchMiss *miss;
};

G_DEFINE_FINAL_TYPE (EnclaveMissedEdit, enclave_missed_edit, G_TYPE_OBJECT)

static void
enclave_missed_edit_finalize (GObject *object)
{
  enclave_patch_miss_free (ENCLAVE_MISSED_EDIT (object)->miss);

  G_OBJECT_CLASS (enclave_missed_edit_parent_class)->finalize (object);
}

static void
enclave_missed_edit_class_init (EnclaveMissedEditClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_missed_edit_finalize;
}

static void
enclave_missed_edit_init (EnclaveMissedEdit *self)
{
}

EnclaveMissedEdit *
enclave_missed_edit_new (const EnclavePatchMiss *miss)
{
  EnclaveMissedEdit *self;

  g_return_val_if_fail (miss != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MISSED_EDIT, NULL);
  self->miss = enclave_patch_miss_copy (miss);

  return self;
}

const char *
enclave_missed_edit_get_path (EnclaveMissedEdit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  return self->miss->path != NULL ? self->miss->path : "";
}

const char *
enclave_missed_edit_get_reason (EnclaveMissedEdit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  return self->miss->reason;
}

const char *
enclave_missed_edit_get_searched (EnclaveMissedEdit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  return self->miss->searched;
}

const char *
enclave_missed_edit_get_found (EnclaveMissedEdit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  return self->miss->found;
}

char *
enclave_missed_edit_dup_blocks (EnclaveMissedEdit *self)
{
  g_autoptr (GString) landed = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  const GArray *numbers;

  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  numbers = self->miss->landed;
  if (self->miss->n_blocks < 2)
    return NULL;
  g_string_append_printf (text, _("Block %u of %u."), self->miss->block, self->miss->n_blocks);
  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (landed, "%s%u", i > 0 ? ", " : "", g_array_index (numbers, guint, i));
  g_string_append_c (text, ' ');
  if (numbers->len == 0)
    g_string_append (text, _("No block was taken."));
  else
    /* Translators: %s is a list of numbers: "1, 3". */
    g_string_append_printf (text, ngettext ("Block %s was taken.", "Blocks %s were taken.", numbers->len), landed->str);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
append_part (GString *text, const char *title, const char *part)
{
  if (*part != '\0')
    g_string_append_printf (text, "\n%s\n%s%s", title, part, g_str_has_suffix (part, "\n") ? "" : "\n");
}

char *
enclave_missed_edit_dup_text (EnclaveMissedEdit *self)
{
  g_autoptr (GString) text = NULL;
  g_autofree char *blocks = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  blocks = enclave_missed_edit_dup_blocks (self);
  text = g_string_new (enclave_missed_edit_get_path (self));
  g_string_append_printf (text, "\n%s\n", self->miss->reason);
  if (blocks != NULL)
    g_string_append_printf (text, "%s\n", blocks);
  append_part (text, _("Looked for:"), self->miss->searched);
  append_part (text, _("Nearest real lines:"), self->miss->found);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
enclave_missed_edit_dup_request (EnclaveMissedEdit *self)
{
  g_autofree char *mention = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (self), NULL);

  /* With the file as it is now: what did not fit was written from memory. */
  mention = enclave_mention_write (ENCLAVE_MENTION_FILE, enclave_missed_edit_get_path (self));

  return g_strdup_printf ("Your edit of %s was not applied: the old lines that it gives are not in the file, or at several places. "
                          "Look at the file as it is now and send only this edit again.",
                          mention != NULL ? mention : enclave_missed_edit_get_path (self));
}
