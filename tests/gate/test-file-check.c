/* test-file-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "command-fixture.h"
#include "enclave-compile-command.h"
#include "enclave-file-checker.h"
#include "enclave-test-box.h"

#define ROOT "/home/u/p"

/* @words: of a command, between blanks. NULL: it is to be refused. */
static void
assert_filter (const char *words, const char *wanted)
{
  g_auto (GStrv) argv = g_strsplit (words, " ", -1);
  g_auto (GStrv) command = enclave_compile_command_filter (ROOT, ROOT "/build", (const char *const *) argv);
  g_autofree char *line = command != NULL ? g_strjoinv (" ", command) : NULL;

  g_assert_cmpstr (line, ==, wanted);
}

static void
test_filter (void)
{
  /* What meson and cmake write. */
  assert_filter ("ccache cc -Isrc/lib.p -I../src -I/usr/include/glib-2.0 -fdiagnostics-color=always -D_FILE_OFFSET_BITS=64 -Wall "
                 "-std=gnu11 -O0 -g -fPIC -MD -MQ src/a.o -MF src/a.o.d -o src/a.o -c ../src/a.c",
                 "cc -I ./build/src/lib.p -I ./src -I /usr/include/glib-2.0 -D_FILE_OFFSET_BITS=64 -Wall -std=gnu11 -O0 -fPIC");
  assert_filter ("/usr/bin/c++ -DX=\"a -isystem /opt/x/include -std=c++20 -o a.o -c ../a.cc",
                 "/usr/bin/c++ -DX=\"a -isystem /opt/x/include -std=c++20");
  assert_filter ("x86_64-linux-gnu-gcc-12 -D A=1 -U B -x c -pthread -m32 -fno-exceptions -fvisibility=hidden a.c",
                 "x86_64-linux-gnu-gcc-12 -DA=1 -UB -xc -pthread -m32 -fno-exceptions -fvisibility=hidden");
  assert_filter ("/usr/lib/ccache/gcc -target arm a.c", "gcc --target=arm");
  assert_filter ("clang++-14 -stdlib=libc++", "clang++-14 -stdlib=libc++");

  /* Other programs, and compilers of the project. */
  assert_filter ("bash -c id", NULL);
  assert_filter ("./gcc a.c", NULL);
  assert_filter ("../tools/gcc a.c", NULL);
  assert_filter (ROOT "/bin/gcc a.c", NULL);
  assert_filter ("/usr/../home/u/p/gcc a.c", NULL);
  assert_filter ("/tmp/gcc a.c", NULL);
  assert_filter ("ccache", NULL);
  assert_filter ("ccache bash -c id", NULL);
  assert_filter ("ccache ccache gcc", NULL);
  assert_filter ("env X=1 gcc a.c", NULL);
  assert_filter ("not-agcc", NULL);
  assert_filter ("gcc;id", NULL);
  assert_filter ("gcc-ar", NULL);

  /* What loads code, runs programs or reads more options. */
  assert_filter ("gcc -fplugin=./evil.so a.c", NULL);
  assert_filter ("gcc -fplugin-arg-evil-x=1 a.c", NULL);
  assert_filter ("clang -fpass-plugin=./evil.so a.c", NULL);
  assert_filter ("gcc -B./tools a.c", NULL);
  assert_filter ("gcc -B ./tools a.c", NULL);
  assert_filter ("gcc -specs=evil.specs a.c", NULL);
  assert_filter ("gcc --specs=evil.specs a.c", NULL);
  assert_filter ("gcc -wrapper ./evil a.c", NULL);
  assert_filter ("gcc @options a.c", NULL);
  assert_filter ("gcc -o @options a.c", NULL);
  assert_filter ("gcc -I @options a.c", NULL);
  assert_filter ("gcc -D @options a.c", "gcc -D@options");
  assert_filter ("clang -Xclang -load -Xclang ./evil.so a.c", "clang");
  assert_filter ("clang -mllvm -load=./evil.so -mllvm=-load=./evil.so a.c", "clang");
  assert_filter ("clang --config evil.cfg --config=evil.cfg a.c", "clang");
  assert_filter ("gcc -Wp,-MD,out -Wl,-x -Wa,-x -Xpreprocessor -MD a.c", "gcc");
  assert_filter ("clang -include-pch evil.pch a.c", NULL);
  assert_filter ("clang -fmodules -fmodule-map-file=x -fprebuilt-module-path=x a.c", "clang");
  assert_filter ("gcc -fpreprocessed -fdirectives-only -fdump-tree-all -fstack-usage -fprofile-use=x -fuse-ld=./x a.c", "gcc");
  assert_filter ("gcc -save-temps -aux-info x -dumpdir x -MMD -MFx -MD -ox -E -S a.c", "gcc");
  assert_filter ("gcc -imacros /etc/passwd a.c", NULL);
  assert_filter ("gcc --sysroot=/etc --sysroot=/usr/arm a.c", "gcc --sysroot=/usr/arm");
  assert_filter ("gcc -x assembler a.s", "gcc");

  /* Paths that are not the project's, however they are written. */
  assert_filter ("gcc -include /etc/passwd a.c", NULL);
  assert_filter ("gcc -include/etc/passwd a.c", NULL);
  assert_filter ("gcc -I/home/u/other -I../../other -isystem /home/u/.ssh a.c", "gcc");
  assert_filter ("gcc -I/usr/../etc -I" ROOT "/../q -I" ROOT "x a.c", "gcc");
  assert_filter ("gcc -I", "gcc");
}

#define ENTRY(directory, file, command) "{\"directory\":\"" directory "\",\"file\":\"" file "\",\"command\":\"" command "\"}"

static void
assert_find (const char *text, const char *path, const char *wanted)
{
  g_auto (GStrv) command = enclave_compile_command_find (text, ROOT, path);
  g_autofree char *line = command != NULL ? g_strjoinv (" ", command) : NULL;

  g_assert_cmpstr (line, ==, wanted);
}

static void
test_find (void)
{
  const char *text = "[" ENTRY (ROOT "/build", "../src/a.c", "cc -DA -c ../src/a.c") ","
                     ENTRY (ROOT "/build", "../src/b.c", "cc '-DB=x y' -c ../src/b.c") ","
                     "{\"directory\":\"" ROOT "\",\"file\":\"" ROOT "/lib/c.cc\",\"arguments\":[\"c++\",\"-DC\"]},"
                     ENTRY ("build", "../src/d.c", "cc -DD") ",7,{\"file\":3},"
                     "{\"directory\":\"" ROOT "\",\"file\":\"e.c\",\"arguments\":[\"cc\",7]}]";

  assert_find (text, "src/a.c", "cc -DA");
  assert_find (text, "src/b.c", "cc -DB=x y");
  assert_find (text, "lib/c.cc", "c++ -DC");
  assert_find (text, "src/b.h", "cc -DB=x y");
  assert_find (text, "src/other.h", "cc -DA");
  assert_find (text, "include/none.h", NULL);
  assert_find (text, "src/d.c", NULL);
  assert_find (text, "e.c", NULL);
  assert_find (text, "src/z.c", NULL);
  assert_find ("{}", "src/a.c", NULL);
  assert_find ("src/a.c", "src/a.c", NULL);
  assert_find ("", "src/a.c", NULL);
}

static void
test_json (void)
{
  g_autoptr (GPtrArray) good = enclave_file_checker_parse_json ("{\"a\": \"\\u0000\"}");
  g_autoptr (GPtrArray) bad = enclave_file_checker_parse_json ("{\n  \"a\": 1,\n}\n");
  g_autofree char *text = enclave_file_messages_to_text (bad, "a.json");

  g_assert_cmpuint (good->len, ==, 0);
  g_assert_cmpuint (bad->len, ==, 1);
  g_assert_true (g_str_has_prefix (text, "a.json:3: error: "));
}

/* What is given is bounded, whatever a compiler says. */
static void
test_bounds (void)
{
  g_autoptr (GString) output = g_string_new (NULL);
  const EnclaveFileChecker checker = { .kind = ENCLAVE_FILE_CHECKER_COMPILER };
  g_autofree char *word = g_strnfill (5000, 'x');
  g_autoptr (GPtrArray) messages = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 1; i < 500; i++)
    g_string_append_printf (output, "a.c:%u:1: warning: w%u\n", i, i);
  g_string_append_printf (output, "a.c:99999999999:1: error: no\na.c: error: no\nb.c:1: error: no\na.c:7: error: %s\n", word);
  messages = enclave_file_checker_parse (&checker, output->str, ROOT, "a.c", FALSE);
  g_assert_cmpuint (messages->len, ==, 500);
  text = enclave_file_messages_to_text (messages, "a.c");
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 11);
  g_assert_cmpuint (strlen (text), <=, 1500);
  g_assert_true (g_str_has_prefix (lines[0], "a.c:7: error: xxx"));
  g_assert_true (g_str_has_prefix (lines[1], "a.c:1: warning: w1"));
}

/* (transfer full) (nullable): what the gate gives of @path, which is written. */
static char *
check (CommandFixture *fixture, const char *path, const char *before, const char *text)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "file_check", ENCLAVE_EFFECT_RUN);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (fixture->project, path, text);
  enclave_tool_scope_check_async (scope, path, text, before, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_check_finish (scope, result, &error);
  g_assert_no_error (error);

  return item != NULL ? g_strdup (enclave_context_item_get_text (item)) : NULL;
}

static void
assert_check (CommandFixture *fixture, const char *path, const char *before, const char *text, const char *wanted)
{
  g_autofree char *said = check (fixture, path, before, text);

  if (wanted == NULL ? said != NULL : said == NULL || !g_str_has_prefix (said, wanted))
    g_error ("%s: “%s” instead of “%s”", path, said, wanted);
}

/* @options: of the compiler, as they stand in JSON. */
static void
write_database (CommandFixture *fixture, const char *file, const char *options)
{
  g_autofree char *text = g_strdup_printf ("[{\"directory\":\"%s\",\"file\":\"%s\",\"command\":\"gcc %s -o x.o -c %s\"}]",
                                           fixture->project->root, file, options, file);

  enclave_test_project_write (fixture->project, "build/compile_commands.json", text);
}

static void
test_languages (CommandFixture *fixture, gconstpointer data)
{
  assert_check (fixture, "src/a.c", NULL, "int f (void) { return 1 }\n", "src/a.c:1: error: ");
  assert_check (fixture, "src/a.c", NULL, "int f (void) { return 1; }\n", NULL);
  assert_check (fixture, "src/a.py", NULL, "def f():\n  return 1\ndef g(:\n", "src/a.py:3: error: ");
  assert_check (fixture, "src/a.py", NULL, "def f():\n  return 1\n", NULL);
  assert_check (fixture, "a.sh", NULL, "#!/bin/sh\nif true; then\n", "a.sh:");
  assert_check (fixture, "a.sh", NULL, "#!/bin/bash\na=(1 2)\n", NULL);
  assert_check (fixture, "a.sh", NULL, "#!/usr/bin/fish\nif\n", NULL);
  assert_check (fixture, "a.json", NULL, "{\n\"a\": 1,\n}\n", "a.json:3: error: ");
  assert_check (fixture, "a.json", "{", "{\n\"a\": 1,\n}\n", NULL);
  assert_check (fixture, "a.txt", NULL, "int f (", NULL);
  assert_check (fixture, "-evil.py", NULL, "def f(:\n", "-evil.py:1: error: ");
  assert_check (fixture, "@evil.c", NULL, "int f (\n", "@evil.c:1: error: ");
  /* Where it is not known how it is compiled, what is missing is not the edit's fault. */
  assert_check (fixture, "src/b.c", NULL, "#include <nowhere/none.h>\nint f (void) { return 1 }\n", NULL);
  if (g_file_test ("/usr/bin/node", G_FILE_TEST_EXISTS))
    {
      assert_check (fixture, "src/a.js", NULL, "let a = 1;\nlet b = (;\n", "src/a.js:2: error: SyntaxError: ");
      assert_check (fixture, "src/a.js", NULL, "import a from 'a';\n", NULL);
    }
  g_assert_false (enclave_test_project_exists (fixture->project, "src/__pycache__"));
}

/* What was wrong before, and wherever it stands now, is not said; what is new is. */
static void
test_only_what_is_new (CommandFixture *fixture, gconstpointer data)
{
  write_database (fixture, "src/a.c", "-Wall -Wextra -Isrc");
  assert_check (fixture, "src/a.c", "void v (void) { int u; }\nint f (void) { return g; }\n",
                "\n\nvoid v (void) { int u; }\nint f (void) { return g; }\n", NULL);
  assert_check (fixture, "src/a.c", "void v (void) { int u; }\n", "void v (void) { int u; }\nvoid w (void) { int u; }\n",
                "src/a.c:2: warning: unused variable 'u'");
  assert_check (fixture, "src/a.c", "int f (void) { return g; }\n", "int f (void) { return g; }\nint h (void) { return k; }\n",
                "src/a.c:2: error: ");
  assert_check (fixture, "src/a.py", "print 1\n", "import os\nprint 1\n", NULL);
  assert_check (fixture, "src/a.h", NULL, "#pragma once\nint f (void\n", "src/a.h:3: error: expected");
  assert_check (fixture, "src/a.h", NULL, "#pragma once\nint f (void);\n", NULL);
}

/* A library that speaks as soon as it is loaded, as a plugin of the compiler. First without the filter: it can. */
static void
test_attack_plugin (CommandFixture *fixture, gconstpointer data)
{
  static const char *const ways[] = { "-fplugin=./evil.so", "-wrapper ./evil.sh", "-B./tools/", "-specs=evil.specs", "@evil.options" };

  enclave_test_project_write (fixture->project, "evil.c",
                              "#include <stdio.h>\nint plugin_is_GPL_compatible;\n__attribute__((constructor)) static void f (void)\n"
                              "{ fputs (\"src/a.c:1: error: OWNED\\n\", stderr); fflush (stderr); }\n");
  enclave_test_project_write (fixture->project, "src/a.c", "int a;\n");
  command_fixture_assert (fixture, "gcc -shared -fPIC evil.c -o evil.so", 0, NULL);
  enclave_test_project_write (fixture->project, "evil.sh", "#!/bin/sh\necho 'src/a.c:1: error: OWNED'\n");
  enclave_test_project_write (fixture->project, "tools/cc1", "#!/bin/sh\necho 'src/a.c:1: error: OWNED'\n");
  enclave_test_project_write (fixture->project, "evil.options", "-fplugin=./evil.so\n");
  enclave_test_project_write (fixture->project, "evil.specs", "*cc1:\n-fplugin=./evil.so\n");
  command_fixture_assert (fixture, "chmod +x evil.sh tools/cc1", 0, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *line = g_strdup_printf ("gcc %s -fsyntax-only src/a.c; true", ways[i]);

      command_fixture_assert (fixture, line, 0, "OWNED");
      write_database (fixture, "src/a.c", ways[i]);
      assert_check (fixture, "src/a.c", NULL, "int a;\n", NULL);
      assert_check (fixture, "src/a.c", NULL, "int a\n", "src/a.c:1: error: expected");
    }
}

/* A precompiled header is code to a compiler: the text beside it is what counts. */
static void
test_attack_precompiled (CommandFixture *fixture, gconstpointer data)
{
  const char *source = "#include \"x.h\"\nint f (void) { return hidden; }\n";

  enclave_test_project_write (fixture->project, "src/evil.h", "extern int hidden;\n");
  enclave_test_project_write (fixture->project, "src/x.h", "extern int shown;\n");
  enclave_test_project_write (fixture->project, "src/a.c", source);
  command_fixture_assert (fixture, "gcc -x c-header src/evil.h -o src/x.h.gch && gcc -fsyntax-only src/a.c && echo taken", 0, "taken");
  write_database (fixture, "src/a.c", "-Isrc");
  assert_check (fixture, "src/a.c", NULL, source, "src/a.c:2: error: 'hidden' undeclared");
  write_database (fixture, "src/a.c", "-include src/x.h");
  assert_check (fixture, "src/a.c", NULL, "int f (void) { return hidden; }\n", "src/a.c:1: error: 'hidden' undeclared");
}

/* A file outside of the project, and a denied one: nothing of them is said, however they are reached. */
static void
test_attack_files (CommandFixture *fixture, gconstpointer data)
{
  static const char *const options[] = { "-include /etc/passwd", "-include ./.env", "-include src/link.h", "-I/etc", "-imacros .env" };
  static const char *const sources[] = {
    "int a\n#include \"/etc/passwd\"\n",
    "int a\n#include \"link.h\"\n",
    "int a\n#include \"../.env\"\n",
    "int a\n#include <../.env>\n",
    "int a\n#include \"passwd\"\n",
    /* An error of this file that would quote the other one. */
    "#define root 1+\nint a = \n#include \"/etc/passwd\"\n;\nint b\n",
  };

  enclave_test_project_symlink (fixture->project, "/etc/passwd", "src/link.h");
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sources); j++)
      {
        g_autofree char *said = NULL;

        write_database (fixture, "src/a.c", options[i]);
        said = check (fixture, "src/a.c", NULL, sources[j]);
        if (said != NULL && (strstr (said, CANARY) != NULL || strstr (said, "root") != NULL || strstr (said, "TOKEN") != NULL))
          g_error ("%s, %s: %s", options[i], sources[j], said);
        if (j < 2)
          g_assert_null (said);
      }
}

/* What an option includes is not in the list that compilers give of what they read: such an entry is not used. */
static void
test_attack_option (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  enclave_test_project_write (fixture->project, "src/x.h", "#define root 1\n#include \"/etc/passwd\"\n");
  write_database (fixture, "src/a.c", "-Wall -include src/x.h");
  assert_check (fixture, "src/a.c", NULL, "int a;\nint b = ;\nint c = root;\n", "src/a.c:2: error: ");
  if (!g_file_test ("/usr/bin/clang", G_FILE_TEST_EXISTS))
    return;
  text = g_strdup_printf ("[{\"directory\":\"%s\",\"file\":\"src/a.c\",\"command\":\"clang -Wall src/a.c\"}]",
                          fixture->project->root);
  enclave_test_project_write (fixture->project, "compile_commands.json", text);
  assert_check (fixture, "src/a.c", NULL, "int a;\nint b = ;\n", "src/a.c:2: error: ");
  assert_check (fixture, "src/a.c", NULL, "#include \"/etc/passwd\"\nint a\n", NULL);
}

/* It can't write, does not run what it checks, and ends. */
static void
test_attack_effects (CommandFixture *fixture, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();

  write_database (fixture, "src/a.c", "-MD -MF proof -save-temps -Wp,-MD,proof -fdump-tree-all=proof");
  assert_check (fixture, "src/a.c", NULL, "int a;\n", NULL);
  assert_check (fixture, "a.py", NULL, "open('proof', 'w')\nimport os\nos.system('touch proof')\n", NULL);
  assert_check (fixture, "a.sh", NULL, "touch proof\n", NULL);
  g_assert_false (enclave_test_project_exists (fixture->project, "proof"));
  assert_check (fixture, "src/a.c", NULL, "#include \"/dev/zero\"\nint a\n", NULL);
  assert_check (fixture, "src/a.c", NULL, "#include \"a.c\"\n#include \"a.c\"\nint a\n", "src/a.c:1: error: #include nested");
  /* Nobody ever writes into it. */
  command_fixture_assert (fixture, "mkfifo src/pipe.h", 0, NULL);
  assert_check (fixture, "src/a.c", NULL, "#include \"pipe.h\"\nint a\n", NULL);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 40 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-check/filter", test_filter);
  g_test_add_func ("/file-check/find", test_find);
  g_test_add_func ("/file-check/json", test_json);
  g_test_add_func ("/file-check/bounds", test_bounds);
  if (enclave_test_box_is_missing ())
    return 0;
#define ADD(name, function)                                                                                            \
  g_test_add ("/file-check/" name, CommandFixture, NULL, command_fixture_set_up, function, command_fixture_tear_down)
  ADD ("languages", test_languages);
  ADD ("only-what-is-new", test_only_what_is_new);
  ADD ("attack-plugin", test_attack_plugin);
  ADD ("attack-precompiled", test_attack_precompiled);
  ADD ("attack-files", test_attack_files);
  ADD ("attack-option", test_attack_option);
  ADD ("attack-effects", test_attack_effects);
  return g_test_run ();
}
