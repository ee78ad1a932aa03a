/* enclave-plan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-plan.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-utf8.h"

static void
step_free (gpointer data)
{
  EnclavePlanStep *step = data;

  g_free (step->text);
  g_free (step);
}

/* "- [x] text", "2. [ ] text". @box: (out): the mark. @length: (out): bytes before the text of the step. */
static EnclavePlanVerdict
read_mark (const char *line, char *box, gsize *length)
{
  const char *p = line + strspn (line, " \t");

  if (*p == '\0')
    return ENCLAVE_PLAN_UNDECIDED;
  if (*p == '-' || *p == '*' || *p == '+')
    {
      p++;
    }
  else
    {
      gsize digits = strspn (p, "0123456789");

      if (digits == 0 || digits > 3)
        return ENCLAVE_PLAN_NO;
      p += digits;
      if (*p == '\0')
        return ENCLAVE_PLAN_UNDECIDED;
      if (*p != '.' && *p != ')')
        return ENCLAVE_PLAN_NO;
      p++;
    }
  if (*p == '\0')
    return ENCLAVE_PLAN_UNDECIDED;
  if (*p != ' ')
    return ENCLAVE_PLAN_NO;
  p += strspn (p, " ");
  for (const char *expected = "[?] "; *expected != '\0'; expected++, p++)
    {
      if (*p == '\0')
        return ENCLAVE_PLAN_UNDECIDED;
      if (*expected == '?' ? strchr (" xX", *p) == NULL : *p != *expected)
        return ENCLAVE_PLAN_NO;
      if (*expected == '?')
        *box = *p;
    }
  *length = (gsize) (p - line);

  return ENCLAVE_PLAN_YES;
}

EnclavePlanVerdict
enclave_plan_begins (const char *text)
{
  gsize length;
  char box;

  g_return_val_if_fail (text != NULL, ENCLAVE_PLAN_NO);

  return read_mark (text, &box, &length);
}

static void
append_words (EnclavePlanStep *step, const char *line, gsize length)
{
  g_autofree char *words = g_strndup (line, enclave_utf8_prefix_length (line, length, ENCLAVE_PLAN_STEP_MAX_BYTES));
  g_autofree char *joined = NULL;

  g_strstrip (words);
  joined = *step->text != '\0' ? g_strconcat (step->text, " ", words, NULL) : g_strdup (words);
  g_free (step->text);
  step->text = strlen (joined) <= ENCLAVE_PLAN_STEP_MAX_BYTES && length <= ENCLAVE_PLAN_STEP_MAX_BYTES
                 ? g_steal_pointer (&joined)
                 : g_strdup_printf ("%.*s…", (int) enclave_utf8_prefix_length (joined, strlen (joined),
                                                                              ENCLAVE_PLAN_STEP_MAX_BYTES - strlen ("…")),
                                    joined);
}

GPtrArray *
enclave_plan_find (const char *text, guint *n_more)
{
  g_autoptr (GPtrArray) steps = NULL;
  gboolean goes_on = FALSE; /* a line that follows belongs to the last step */
  gboolean after_blank = FALSE;
  gboolean in_code = FALSE;
  guint n_left_out = 0;

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n");
      g_autofree char *start = g_strndup (line, MIN (length, 64));
      const char *words = start + strspn (start, " \t\r");
      gsize at = 0;
      char box = ' ';

      if (g_str_has_prefix (words, "```") || g_str_has_prefix (words, "~~~"))
        {
          in_code = !in_code;
          goes_on = FALSE;
        }
      else if (in_code)
        {
        }
      else if (*words == '\0')
        {
          after_blank = TRUE;
        }
      else if (read_mark (start, &box, &at) == ENCLAVE_PLAN_YES)
        {
          EnclavePlanStep *step = g_new0 (EnclavePlanStep, 1);

          if (!goes_on)
            {
              g_clear_pointer (&steps, g_ptr_array_unref);
              steps = g_ptr_array_new_with_free_func (step_free);
              n_left_out = 0;
            }
          step->text = g_strdup ("");
          step->done = box != ' ';
          append_words (step, line + at, length - at);
          if (steps->len < ENCLAVE_PLAN_MAX_STEPS)
            g_ptr_array_add (steps, step);
          else
            n_left_out++, step_free (step);
          goes_on = TRUE;
          after_blank = FALSE;
        }
      else if (goes_on && (!after_blank || words - start >= 2))
        {
          if (n_left_out == 0)
            append_words (g_ptr_array_index (steps, steps->len - 1), line, length);
          after_blank = FALSE;
        }
      else
        {
          goes_on = FALSE;
        }
      line += length + (line[length] == '\n' ? 1 : 0);
    }
  if (n_more != NULL)
    *n_more = n_left_out;

  return g_steal_pointer (&steps);
}

void
enclave_plan_append (GPtrArray *steps, GString *text, guint max_steps, gsize max_bytes)
{
  g_return_if_fail (steps != NULL && text != NULL);

  for (guint i = 0; i < steps->len && i < max_steps; i++)
    {
      const EnclavePlanStep *step = g_ptr_array_index (steps, i);
      gsize length = strlen (step->text);
      gsize kept = enclave_utf8_prefix_length (step->text, length, max_bytes);

      g_string_append_printf (text, "- [%c] %.*s%s\n", step->done ? 'x' : ' ', (int) kept, step->text, kept < length ? "…" : "");
    }
}

guint
enclave_plan_count_done (GPtrArray *steps)
{
  guint n = 0;

  g_return_val_if_fail (steps != NULL, 0);

  for (guint i = 0; i < steps->len; i++)
    n += ((EnclavePlanStep *) g_ptr_array_index (steps, i))->done ? 1 : 0;

  return n;
}
