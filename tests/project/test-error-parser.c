/* test-error-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-error-parser.h"
#include "enclave-limits.h"

/* One line each: "E path:line:column message", the folder in front when there is one. */
static char *
parse (const char *text)
{
  g_autoptr (GListModel) problems = enclave_error_parser_parse (text);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (EnclaveProblem) problem = g_list_model_get_item (problems, i);
      const char *folder = enclave_problem_get_folder (problem);

      g_string_append_printf (found, "%c %s%s%s:%u:%u %s\n", enclave_problem_get_kind (problem) == ENCLAVE_PROBLEM_ERROR ? 'E' : 'W',
                              folder != NULL ? folder : "", folder != NULL ? "|" : "", enclave_problem_get_path (problem),
                              enclave_problem_get_line (problem), enclave_problem_get_column (problem),
                              enclave_problem_get_message (problem));
    }

  return g_string_free (g_steal_pointer (&found), FALSE);
}

typedef struct
{
  const char *name;
  const char *text;
  const char *expected;
} Case;

static const Case cases[] = {
  { "gcc",
    "gcc -Wall -c a.c\n"
    "a.c: In function ‘main’:\n"
    "a.c:1:31: error: ‘y’ undeclared (first use in this function)\n"
    "    1 | int main(void){ int x; return y; }\n"
    "      |                               ^\n"
    "a.c:1:31: note: each undeclared identifier is reported only once for each function it appears in\n"
    "a.c:1:21: warning: unused variable ‘x’ [-Wunused-variable]\n"
    "In file included from ../src/b.h:3,\n"
    "                 from c.c:1:\n"
    "../src/d e.h:7: fatal error: nothere.h: No such file or directory\n"
    "compilation terminated.\n",
    "E a.c:1:31 ‘y’ undeclared (first use in this function)\n"
    "W a.c:1:21 unused variable ‘x’ [-Wunused-variable]\n"
    "E ../src/d e.h:7:0 nothere.h: No such file or directory\n" },
  { "ld",
    "/usr/bin/ld: /tmp/ccyLs8j8.o: in function `main':\n"
    "/home/x/b.c:2: undefined reference to `g'\n"
    "collect2: error: ld returned 1 exit status\n",
    "E /home/x/b.c:2:0 undefined reference to `g'\n" },
  { "python",
    "Traceback (most recent call last):\n"
    "  File \"/x/t.py\", line 3, in <module>\n"
    "    f()\n"
    "  File \"/x/t.py\", line 2, in f\n"
    "    raise ValueError(\"bad thing\")\n"
    "ValueError: bad thing\n",
    "E /x/t.py:2:0 ValueError: bad thing\n" },
  { "python-syntax",
    "  File \"t.py\", line 4\n    x = (\n        ^\nSyntaxError: '(' was never closed\n",
    "E t.py:4:0 SyntaxError: '(' was never closed\n" },
  { "pytest",
    "    def test_sum():\n"
    ">       assert add(1, 2) == 4\n"
    "E       assert 3 == 4\n"
    "E        +  where 3 = add(1, 2)\n"
    "\n"
    "tests/test_sum.py:5: AssertionError\n"
    "_______ test_b _______\n"
    "\n"
    "    def test_b():\n"
    ">       raise KeyError('b')\n"
    "E   KeyError: 'b'\n"
    "\n"
    "tests/test_sum.py:9: KeyError\n"
    "FAILED tests/test_sum.py::test_sum - assert 3 == 4\n",
    "E tests/test_sum.py:5:0 AssertionError: assert 3 == 4\n"
    "E tests/test_sum.py:9:0 KeyError: 'b'\n" },
  { "pytest-module",
    "ImportError while loading conftest '/x/tests/conftest.py'.\n"
    "/usr/lib/python3.11/importlib/__init__.py:126: in import_module\n"
    "    return _bootstrap._gcd_import(name[level:], package, level)\n"
    "tests/conftest.py:3: in <module>\n"
    "    from click.testing import CliRunner\n"
    "E   ModuleNotFoundError: No module named 'click'\n",
    "E tests/conftest.py:3:0 ModuleNotFoundError: No module named 'click'\n" },
  { "pytest-short",
    "____ test_b ____\n"
    "tests/test_sum.py:9: in test_b\n"
    "    assert f() == 4\n"
    "E   assert 3 == 4\n"
    "E    +  where 3 = f()\n"
    "____ test_c ____\n"
    "tests/test_sum.py:12: in test_c\n"
    "    g()\n"
    "src/sum.py:2: in g\n"
    "    raise KeyError('c')\n"
    "E   KeyError: 'c'\n",
    "E tests/test_sum.py:9:0 assert 3 == 4\n"
    "E src/sum.py:2:0 KeyError: 'c'\n" },
  { "pytest-frames",
    ">       help_option = cli.get_help_option(ctx)\n"
    "\n"
    "tests/test_basic.py:60: \n"
    "_ _ _ _ _ _ _ _\n"
    "src/core.py:1205: in get_help_option\n"
    "    names = self.get_names(ctx)\n"
    "_ _ _ _ _ _ _ _\n"
    "\n"
    ">       return list(all_names) + 1\n"
    "E       TypeError: can only concatenate list (not \"int\") to list\n"
    "\n"
    "src/core.py:1190: TypeError\n",
    "E src/core.py:1190:0 TypeError: can only concatenate list (not \"int\") to list\n" },
  { "node",
    "/x/n.js:1\n"
    "function f(){ throw new TypeError(\"bad js\") }\n"
    "              ^\n"
    "\n"
    "TypeError: bad js\n"
    "    at f (/x/n.js:1:21)\n"
    "    at Object.<anonymous> (/x/n.js:2:1)\n"
    "    at Module._compile (node:internal/modules/cjs/loader:1521:14)\n",
    "E /x/n.js:1:21 TypeError: bad js\n" },
  { "node-module",
    "Error: no\n    at node:internal/main/run_main_module:28:49\n    at file:///x/m.mjs:3:7\n",
    "E /x/m.mjs:3:7 Error: no\n" },
  { "rustc",
    "error[E0308]: mismatched types\n"
    " --> src/main.rs:2:18\n"
    "  |\n"
    "2 |     let x: i32 = \"a\";\n"
    "warning: unused variable: `y`\n"
    "  --> src/lib.rs:10:9\n"
    "error: could not compile `x` (bin \"x\") due to 1 previous error\n"
    "thread 'main' panicked at 'boom', src/main.rs:4:5\n"
    "thread 'main' panicked at src/main.rs:6:5:\n",
    "E src/main.rs:2:18 mismatched types\n"
    "W src/lib.rs:10:9 unused variable: `y`\n"
    "E src/main.rs:4:5 panicked at 'boom', src/main.rs:4:5\n"
    "E src/main.rs:6:5 thread 'main' panicked at src/main.rs:6:5:\n" },
  { "go",
    "# example.com/x\n"
    "./main.go:4:2: undefined: foo\n"
    "vet: ./b.go:3:1: expected declaration\n"
    "--- FAIL: TestAdd (0.00s)\n"
    "    add_test.go:8: got 3, want 4\n",
    "E ./main.go:4:2 undefined: foo\n"
    "E add_test.go:8:0 got 3, want 4\n" },
  { "tsc",
    "src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.\n"
    "src/b.ts:5:1 - error TS2304: Cannot find name 'q'.\n",
    "E src/a.ts:3:7 Type 'string' is not assignable to type 'number'.\n"
    "E src/b.ts:5:1 Cannot find name 'q'.\n" },
  { "javac",
    "src/Main.java:5: error: ';' expected\n        int x = 1\n                 ^\nsrc/Main.java:7: warning: [deprecation] f() has been deprecated\n",
    "E src/Main.java:5:0 ';' expected\n"
    "W src/Main.java:7:0 [deprecation] f() has been deprecated\n" },
  { "make",
    "make: Entering directory '/x/s'\n"
    "gcc -c nothere.c\n"
    "a.c:3:1: error: no\n"
    "make[1]: Entering directory '/x/s/t'\n"
    "b.c:4:2: error: no\n"
    "make[1]: Leaving directory '/x/s/t'\n"
    "make: *** [Makefile:2: all] Error 1\n"
    "make: Leaving directory '/x/s'\n"
    "Makefile:3: *** missing separator.  Stop.\n",
    "E /x/s|a.c:3:1 no\n"
    "E /x/s/t|b.c:4:2 no\n"
    "E Makefile:3:0 missing separator.  Stop.\n" },
  { "make-alone", "false\nmake: *** [Makefile:2: all] Error 1\n", "E Makefile:2:0 all: Error 1\n" },
  { "ninja", "ninja: Entering directory `build'\n../src/a.c:3:1: error: no\n", "E build|../src/a.c:3:1 no\n" },
  { "cmake",
    "CMake Error at CMakeLists.txt:3 (find_package):\n  By not providing \"FindFoo.cmake\" in CMAKE_MODULE_PATH\n\n-- Configuring incomplete\n",
    "E CMakeLists.txt:3:0 By not providing \"FindFoo.cmake\" in CMAKE_MODULE_PATH\n" },
  { "meson", "meson.build:3:0: ERROR: Unknown function \"foo\".\n", "E meson.build:3:0 Unknown function \"foo\".\n" },
  { "nothing",
    "12:30:01 error: not a place\n"
    "http://example.org:80/ error: no\n"
    "[12:3] x\n"
    "Compiling a.c:0:0\n"
    "a.c:99999999999999999999: error: too far\n"
    ":1:2: error: no path\n"
    "ratio 3:4: error: no\n"
    "File \"\", line 3\n"
    "all tests passed\n",
    "E ratio 3:4:0 no\n" },
};

static void
test_case (gconstpointer user_data)
{
  const Case *test = user_data;
  g_autofree char *found = parse (test->text);

  g_assert_cmpstr (found, ==, test->expected);
}

static void
test_bounded (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GListModel) problems = NULL;

  for (guint i = 1; i <= 3 * ENCLAVE_TASK_MAX_PROBLEMS; i++)
    g_string_append_printf (text, "a.c:%u:1: error: no\n", i);
  g_string_append (text, "x.c:1:1: error: ");
  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "ü");
  problems = enclave_error_parser_parse (text->str);
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, ENCLAVE_TASK_MAX_PROBLEMS);
  g_clear_object (&problems);

  problems = enclave_error_parser_parse (text->str + text->len - 200016);
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, 1);
  {
    g_autoptr (EnclaveProblem) problem = g_list_model_get_item (problems, 0);

    g_assert_cmpuint (strlen (enclave_problem_get_message (problem)), <=, ENCLAVE_TASK_MAX_LINE_BYTES);
    g_assert_true (g_utf8_validate (enclave_problem_get_message (problem), -1, NULL));
  }
}

/* A build prints the same complaint about a header once for each file that has it. */
static void
test_once (void)
{
  g_autofree char *found = parse ("a.h:1:2: error: no\na.h:1:2: error: no\na.h:1:2: error: other\n");

  g_assert_cmpstr (found, ==, "E a.h:1:2 no\nE a.h:1:2 other\n");
}

static void
test_file (void)
{
  g_autoptr (GListModel) problems = enclave_error_parser_parse ("ninja: Entering directory `build'\n../src/a.c:3:1: error: x\n/y/b.c:1: error: x\n");
  g_autoptr (EnclaveProblem) first = g_list_model_get_item (problems, 0);
  g_autoptr (EnclaveProblem) second = g_list_model_get_item (problems, 1);
  g_autofree char *first_file = enclave_problem_dup_file (first, "/home/me/project");
  g_autofree char *second_file = enclave_problem_dup_file (second, "/home/me/project");

  g_assert_cmpstr (first_file, ==, "/home/me/project/src/a.c");
  g_assert_cmpstr (second_file, ==, "/y/b.c");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/error-parser/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/error-parser/bounded", test_bounded);
  g_test_add_func ("/error-parser/once", test_once);
  g_test_add_func ("/error-parser/file", test_file);
  return g_test_run ();
}
