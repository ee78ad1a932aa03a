/* test-patch-layers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "patch-asserts.h"

#define TWO_FUNCTIONS                                                                                                  \
  "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 1;\n\n  use (x);\n  return x;\n}\n\n"                             \
  "int\nsecond (void)\n{\n  int y = 2;\n\n  use (y);\n  return y;\n}\n"

static void
assert_refused (const char *text, const char *old_text, const char *new_text, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = enclave_patch_replace_text (text, old_text, new_text, NULL, &error);

  g_assert_cmpstr (result, ==, NULL);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, code);
}

/* @expected: NULL when it must be refused. */
static void
assert_written (const char *path, const char *text, const char *new_text, const char *expected,
                EnclaveMatchQuality expected_quality)
{
  EnclavePatchOperation *operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, path);
  g_autoptr (GError) error = NULL;
  EnclaveMatchQuality quality;
  g_autofree char *result = NULL;

  operation->new_text = g_strdup (new_text);
  result = enclave_patch_apply (text, operation, &quality, &error);
  g_assert_cmpstr (result, ==, expected);
  if (expected == NULL)
    g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH);
  else
    g_assert_cmpint (quality, ==, expected_quality);
  enclave_patch_operation_free (operation);
}

static void
test_tabs (void)
{
  /* Blanks for tabs, at any width; new lines get tabs. */
  assert_replaced ("\tif (x)\n\t\ty ();\n", "    if (x)\n        y ();\n", "    if (x)\n        z ();\n",
                   "\tif (x)\n\t\tz ();\n", ENCLAVE_MATCH_INDENTATION);
  assert_replaced ("\tif (x)\n\t\ty ();\n", "        if (x)\n                y ();\n",
                   "        if (x)\n          half ();\n                y ();\n",
                   "\tif (x)\n\t  half ();\n\t\ty ();\n", ENCLAVE_MATCH_INDENTATION);
  /* Tabs for blanks. */
  assert_replaced ("    a ();\n      b ();\n", "\ta ();\n\t  b ();\n", "\ta ();\n\t\tc ();\n", "    a ();\n        c ();\n",
                   ENCLAVE_MATCH_INDENTATION);
  /* Moved to the margin as well. */
  assert_replaced ("\t\tif (x) {\n\t\t\ty ();\n\t\t}\n", "if (x) {\n    y ();\n}\n", "if (x) {\n    z ();\n}\n",
                   "\t\tif (x) {\n\t\t\tz ();\n\t\t}\n", ENCLAVE_MATCH_INDENTATION);
  /* Tabs of eight columns under blanks of two. */
  assert_replaced ("      if (x)\n\ty ();\n\t  w ();\n", "      if (x)\n        y ();\n          w ();\n",
                   "      if (x)\n        z ();\n          w ();\n", "      if (x)\n\tz ();\n\t  w ();\n",
                   ENCLAVE_MATCH_INDENTATION);
  /* No one rule for all lines. */
  assert_refused ("\ta ();\n\t\tb ();\n", "    a ();\n      b ();\n", "c ();\n", ENCLAVE_PATCH_ERROR_NO_MATCH);
  /* Both places are the same with tabs and with blanks. */
  assert_refused ("\ta ();\n    a ();\n", "        a ();\n", "        b ();\n", ENCLAVE_PATCH_ERROR_AMBIGUOUS);
}

static void
test_elided_search (void)
{
  /* In both texts: what lies between stays. */
  assert_replaced (TWO_FUNCTIONS, "first (void)\n{\n  ...\n  return x;\n", "first (int z)\n{\n  ...\n  return x + z;\n",
                   "#include <a.h>\n\nint\nfirst (int z)\n{\n  int x = 1;\n\n  use (x);\n  return x + z;\n}\n\n"
                   "int\nsecond (void)\n{\n  int y = 2;\n\n  use (y);\n  return y;\n}\n", ENCLAVE_MATCH_ELISION);
  /* The last piece is one of several like it, and the block says which. */
  assert_replaced ("a = 1\ndef f():\n    x\n    return 0\n\ndef g():\n    y\n    return 0\n",
                   "def g():\n    # ... existing code ...\n    return 0\n", "def g():\n    # ... existing code ...\n    return 1\n",
                   "a = 1\ndef f():\n    x\n    return 0\n\ndef g():\n    y\n    return 1\n", ENCLAVE_MATCH_ELISION);
  assert_replaced ("a = 1\ndef f():\n    x\n    return 0\n\ndef g():\n    y\n    return 0\n",
                   "def f():\n    ...\n    return 0\n", "def f():\n    ...\n    return 1\n",
                   "a = 1\ndef f():\n    x\n    return 1\n\ndef g():\n    y\n    return 0\n", ENCLAVE_MATCH_ELISION);
  /* In the old text alone: the new one stands for all of it. */
  assert_replaced (TWO_FUNCTIONS, "  int y = 2;\n  // ...\n  return y;\n", "  return 2;\n",
                   "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 1;\n\n  use (x);\n  return x;\n}\n\n"
                   "int\nsecond (void)\n{\n  return 2;\n}\n", ENCLAVE_MATCH_ELISION);
  /* In the new text alone: the old one says what it stands for. */
  assert_replaced ("a\nint one;\nint two;\nint three;\nz\n", "int one;\nint two;\nint three;\n",
                   "int one;\n/* ... */\nint three;\nint four;\n", "a\nint one;\nint two;\nint three;\nint four;\nz\n",
                   ENCLAVE_MATCH_ELISION);

  /* Nowhere, twice, or in another order. */
  assert_refused (TWO_FUNCTIONS, "third (void)\n...\n  return x;\n", "third (int z)\n...\n  return x;\n",
                  ENCLAVE_PATCH_ERROR_NO_MATCH);
  assert_refused (TWO_FUNCTIONS, "int\n...\n  return x;\n", "long\n...\n  return x;\n", ENCLAVE_PATCH_ERROR_AMBIGUOUS);
  assert_refused (TWO_FUNCTIONS, "second (void)\n...\n  return x;\n", "second (int z)\n...\n  return x;\n",
                  ENCLAVE_PATCH_ERROR_NO_MATCH);
  /* A mark must not become part of the file. */
  assert_refused ("int one;\n", "int one;\n", "int two;\n// ... existing code ...\n", ENCLAVE_PATCH_ERROR_NO_MATCH);
  /* Unless it is there already, or is code. */
  assert_replaced ("int one;\n// ...\n", "int one;\n// ...\n", "int two;\n// ...\n", "int two;\n// ...\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("class A: pass\n", "class A: pass\n", "class A:\n    def f(self):\n        ...\n",
                   "class A:\n    def f(self):\n        ...\n", ENCLAVE_MATCH_EXACT);
}

static void
test_elided_file (void)
{
  assert_written ("a.c", TWO_FUNCTIONS, "// ... existing code ...\n\nint\nsecond (void)\n{\n  int y = 3;\n\n  use (y);\n  return y;\n}\n",
                  "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 1;\n\n  use (x);\n  return x;\n}\n\n"
                  "int\nsecond (void)\n{\n  int y = 3;\n\n  use (y);\n  return y;\n}\n", ENCLAVE_MATCH_ELISION);
  assert_written ("a.c", TWO_FUNCTIONS, "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 7;\n\n  use (x);\n  return x;\n}\n\n"
                  "/* ... the rest of the file is unchanged ... */\n",
                  "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 7;\n\n  use (x);\n  return x;\n}\n\n"
                  "int\nsecond (void)\n{\n  int y = 2;\n\n  use (y);\n  return y;\n}\n", ENCLAVE_MATCH_ELISION);
  assert_written ("a.py", "import a\nimport b\n\ndef f():\n    return 0\n\ndef g():\n    return 0\n",
                  "# ... existing imports and code ...\n\ndef g():\n    changed ()\n    return 0\n\n# ... rest of code ...\n",
                  "import a\nimport b\n\ndef f():\n    return 0\n\ndef g():\n    changed ()\n    return 0\n", ENCLAVE_MATCH_ELISION);
  /* The last line before the mark is new: does it replace the next one? */
  assert_written ("a.py", "import a\nimport b\n\nx = 1\n", "import a\nimport c\n# ... rest unchanged\n", NULL, 0);
  /* A piece that the file has further down would be there twice. */
  assert_written ("a.py", "def f():\n    return one\n\ndef g():\n    return two\n\nlast = 1\n",
                  "def f():\n    return one\n\ndef g():\n    return 3\n\ndef f():\n    return one\n# ...\n", NULL, 0);
  /* Code that only looks like it. */
  assert_written ("a.py", "class A: pass\n", "class A:\n    def f(self):\n        ...\n",
                  "class A:\n    def f(self):\n        ...\n", ENCLAVE_MATCH_EXACT);
  assert_written ("a.c", "int a;\n", "int f (const char *format, ...);\n/* the rest is history */\n",
                  "int f (const char *format, ...);\n/* the rest is history */\n", ENCLAVE_MATCH_EXACT);
}

/* Through a text that the mark, if it is one, takes the place of. */
static gboolean
is_mark (const char *line)
{
  g_autofree char *new_text = g_strconcat ("int one;\n", line, "\nint three;\n", NULL);
  EnclavePatchOperation *operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, "a.c");
  EnclaveMatchQuality quality;
  g_autofree char *result = NULL;

  operation->new_text = g_strdup (new_text);
  result = enclave_patch_apply ("int one;\nint two;\nint three;\n", operation, &quality, NULL);
  enclave_patch_operation_free (operation);
  if (g_strcmp0 (result, new_text) == 0)
    return FALSE;
  g_assert_cmpstr (result, ==, "int one;\nint two;\nint three;\n");
  return TRUE;
}

static void
test_marks (void)
{
  static const char *const marks[] = {
    "...", "…", "  ...", "// ...", "/* ... */", "# ...", "// ... existing code ...", "# ... rest of the code ...",
    "// ... (rest unchanged)", "// rest of the file remains unchanged", "/* the rest of the code stays the same */",
    "<!-- ... other elements ... -->", "// existing code...", "# [... unchanged ...]", "-- ... snip ...",
    "// ... other methods ...", "// Remaining functions are unchanged.", "[... omitted ...]", "{/* ... existing markup, same as before */}",
  };
  static const char *const others[] = {
    "/* Verify there is enough space for the remaining components. */", "// wait for the other side...", "int x[] = { ... };",
    "/* The existing code path. */", "printf (format, ...);", "// Keep this in step with above.", "# other", "// TODO: ...and more",
    "x = ...", "return rest...;", "/* Handle the rest... */", "* ... and this is a list item", "\"...\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (!is_mark (marks[i]))
      g_error ("“%s” is a mark", marks[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (is_mark (others[i]))
      g_error ("“%s” is no mark", others[i]);
}

static void
test_elided_hunk (void)
{
  const char *diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n first (void)\n {\n-  int x = 1;\n+  int x = 5;\n // ... existing code ...\n"
                     "   int y = 2;\n+  y++;\n";
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (diff, NULL);
  EnclaveMatchQuality quality;
  g_autofree char *result = enclave_patch_apply (TWO_FUNCTIONS, g_ptr_array_index (patch->operations, 0), &quality, NULL);

  g_assert_cmpint (quality, ==, ENCLAVE_MATCH_ELISION);
  g_assert_cmpstr (result, ==, "#include <a.h>\n\nint\nfirst (void)\n{\n  int x = 5;\n\n  use (x);\n  return x;\n}\n\n"
                               "int\nsecond (void)\n{\n  int y = 2;\n  y++;\n\n  use (y);\n  return y;\n}\n");
}

/* Each hunk has pieces of its own; what they add is written when all hunks have been gone through. */
static void
test_elided_hunks (void)
{
  g_autoptr (GString) before = g_string_new (NULL);
  g_autoptr (GString) after = g_string_new (NULL);
  g_autoptr (GString) diff = g_string_new ("--- a/f\n+++ b/f\n");
  g_autoptr (EnclavePatch) patch = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *result = NULL;

  for (guint i = 0; i < 40; i++)
    {
      g_string_append_printf (before, "int\nfunction_%u (void)\n{\n  first (%u);\n  int x;\n  last (%u);\n}\n\n", i, i, i);
      g_string_append_printf (after, "int\nfunction_%u (void)\n{\n  first (%u);\n  added_%u ();\n  int x;\n  last (%u);\n  added_%u ();\n}\n\n",
                              i, i, i * 2, i, i * 2 + 1);
      g_string_append_printf (diff, "@@ @@\n function_%u (void)\n {\n   first (%u);\n+  added_%u ();\n // ... existing code ...\n"
                                    "   last (%u);\n+  added_%u ();\n", i, i, i * 2, i, i * 2 + 1);
    }
  patch = enclave_patch_parse_diff (diff->str, &error);
  g_assert_no_error (error);
  result = enclave_patch_apply (before->str, g_ptr_array_index (patch->operations, 0), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result, ==, after->str);
}

static void
test_kept_form (void)
{
  assert_written ("a", "a\nb", "a\nc\n", "a\nc", ENCLAVE_MATCH_EXACT);
  assert_written ("a", "\xef\xbb\xbf" "a\r\nb", "a\nc\n", "\xef\xbb\xbf" "a\r\nc", ENCLAVE_MATCH_EXACT);
  assert_written ("a", "a\n", "\xef\xbb\xbf" "b\n", "b\n", ENCLAVE_MATCH_EXACT);
  assert_written ("a.c", "int a;\r\nint b;\r\nint c;\r\n", "long a;\nint b;\n// ... rest unchanged\n",
                  "long a;\r\nint b;\r\nint c;\r\n", ENCLAVE_MATCH_ELISION);
}

static void
test_parts (void)
{
  const char *diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+A\n@@ -2 +2 @@\n-nothing\n+B\n@@ -3 +3 @@\n-c\n+C\n";
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (diff, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *result = enclave_patch_apply ("a\nb\nc\n", g_ptr_array_index (patch->operations, 0), NULL, &error);

  g_assert_null (result);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH);
  g_assert_true (g_str_has_prefix (error->message, "Part 2 of 3: "));
  g_assert_nonnull (strstr (error->message, "The other parts fit."));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/patch-layers/tabs", test_tabs);
  g_test_add_func ("/patch-layers/elided-search", test_elided_search);
  g_test_add_func ("/patch-layers/elided-file", test_elided_file);
  g_test_add_func ("/patch-layers/marks", test_marks);
  g_test_add_func ("/patch-layers/elided-hunk", test_elided_hunk);
  g_test_add_func ("/patch-layers/elided-hunks", test_elided_hunks);
  g_test_add_func ("/patch-layers/kept-form", test_kept_form);
  g_test_add_func ("/patch-layers/parts", test_parts);

  return g_test_run ();
}
