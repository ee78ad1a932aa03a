/* enclave-policy-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-policy-text-private.h"

#include "enclave-gate-error.h"
#include "enclave-pins.h"
#include "enclave-policy-private.h"
#include "enclave-utf8.h"

typedef enum
{
  SECTION_DENY,
  SECTION_ASK,
  SECTION_OTHER,
} Section;

gboolean
enclave_policy_text_check (const char *text, GError **error)
{
  g_autoptr(EnclavePolicy) policy = enclave_policy_new ();

  return enclave_policy_add_text (policy, ENCLAVE_POLICY_SOURCE_USER, text, strlen (text), _("of yours"), error);
}

/* As the parser reads it: without a line end and without blanks that do not count. (transfer full) */
static char *
dup_rule (const char *line)
{
  gsize length = strlen (line);

  while (length > 0 && strchr ("\r\t ", line[length - 1]) != NULL
         && !(length > 1 && line[length - 1] == ' ' && line[length - 2] == '\\'))
    length--;

  return g_strndup (line, length);
}

static gboolean
is_header (const char *rule, Section *section)
{
  if (g_str_equal (rule, "[deny]"))
    *section = SECTION_DENY;
  else if (g_str_equal (rule, "[ask]"))
    *section = SECTION_ASK;
  else if (g_str_equal (rule, "[lock]") || enclave_pins_is_section (rule))
    *section = SECTION_OTHER;
  else
    return FALSE;

  return TRUE;
}

char *
enclave_policy_text_add (const char *text, const char *line)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GString) result = g_string_new (NULL);
  Section section = SECTION_DENY;
  guint n = g_strv_length (lines);
  gint after = -1; /* the new line stands behind this one */

  if (n > 0 && *lines[n - 1] == '\0')
    n--;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *rule = dup_rule (lines[i]);

      is_header (rule, &section);
      if (*rule != '\0' && section == SECTION_DENY)
        after = (gint) i;
    }

  for (gint i = -1; i < (gint) n; i++)
    {
      if (i >= 0)
        g_string_append_printf (result, "%s\n", lines[i]);
      if (i == after)
        g_string_append_printf (result, "%s\n", line);
    }

  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
enclave_policy_text_remove (const char *text, const char *line, EnclaveVerdict verdict)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GString) result = g_string_new (NULL);
  Section section = SECTION_DENY;
  Section wanted = verdict == ENCLAVE_VERDICT_ASK ? SECTION_ASK : SECTION_DENY;
  gboolean found = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *rule = dup_rule (lines[i]);

      if (!is_header (rule, &section) && section == wanted && g_str_equal (rule, line))
        {
          found = TRUE;
          continue;
        }
      g_string_append (result, lines[i]);
      if (lines[i + 1] != NULL)
        g_string_append_c (result, '\n');
    }

  return found ? g_string_free (g_steal_pointer (&result), FALSE) : NULL;
}

static gboolean
has_control_character (const char *text)
{
  for (const guchar *c = (const guchar *) text; *c != '\0'; c++)
    if (*c < 0x20 || *c == 0x7f)
      return TRUE;

  return FALSE;
}

char *
enclave_policy_text_dup_rule_line (const char *pattern, GError **error)
{
  g_autofree char *line = NULL;
  const char *reason = NULL;
  const char *start = pattern;
  Section section;

  while (*start == ' ' || *start == '\t')
    start++;
  line = dup_rule (start);

  if (*line == '\0')
    reason = _("it is empty");
  else if (has_control_character (line) || !g_utf8_validate (line, -1, NULL))
    reason = _("it has a character in it that can’t be seen");
  else if (*line == '#')
    reason = _("# begins a comment; write \\# for a name that begins with it");
  else if (*line == '!')
    reason = _("! begins an exception; one is made from the refusal of a file, or in the file itself");
  else if (is_header (line, &section))
    reason = _("it is the heading of a section");
  if (reason == NULL)
    {
      g_autoptr(GError) local_error = NULL;

      if (enclave_policy_text_check (line, &local_error))
        return g_steal_pointer (&line);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  {
    g_autofree char *shown = enclave_utf8_display_name (line);

    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                      N_("Adding the rule “%s”: %s"), shown, reason));
  }

  return NULL;
}

char *
enclave_policy_text_dup_exception_line (const char *path, GError **error)
{
  g_autoptr(GString) line = NULL;

  if (path[0] != '/' || path[1] == '\0' || g_str_has_suffix (path, "/") || has_control_character (path)
      || strstr (path, "//") != NULL || strstr (path, "/./") != NULL || strstr (path, "/../") != NULL)
    {
      g_autofree char *shown = enclave_utf8_display_name (path);

      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_INVALID_PATH, NULL, shown,
                                                        N_("Adding an exception for %s: its name can’t stand in a "
                                                           "policy file"), shown));
      return NULL;
    }

  line = g_string_new ("!");
  for (const char *c = path; *c != '\0'; c++)
    {
      if (strchr ("*?[]\\ ", *c) != NULL)
        g_string_append_c (line, '\\');
      g_string_append_c (line, *c);
    }

  return g_string_free (g_steal_pointer (&line), FALSE);
}
