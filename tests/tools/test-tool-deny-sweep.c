/* test-tool-deny-sweep.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "enclave-json.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-tool-runner.h"

/* Fires every way to name a secret at every parameter of kind path of every tool there is. A tool that is registered
 * later is swept without a change here. */

#define CANARY "canary-0123456789"
#define SECRET "TOKEN=" CANARY "\n"

typedef enum
{
  NAMES_SECRET,  /* a rule or the root refuses it */
  NAMES_SPECIAL, /* nothing secret, but no text file either */
} CorpusKind;

typedef struct
{
  CorpusKind kind;
  const char *path; /* "%s" stands for the absolute path of the project */
} CorpusEntry;

static const CorpusEntry corpus[] = {
  /* names and places */
  { NAMES_SECRET, ".env" },
  { NAMES_SECRET, ".env.production" },
  { NAMES_SECRET, ".ssh/id_ed25519" },
  { NAMES_SECRET, ".ssh/absent" },
  { NAMES_SECRET, ".ssh" },
  { NAMES_SECRET, "deep/server.pem" },
  { NAMES_SECRET, "absent/.env" },
  { NAMES_SECRET, ".enclave/policy" },
  /* spellings */
  { NAMES_SECRET, ".ENV" },
  { NAMES_SECRET, ".Env" },
  { NAMES_SECRET, ".SSH/ID_ED25519" },
  { NAMES_SECRET, "./.env" },
  { NAMES_SECRET, ".//.env" },
  { NAMES_SECRET, "src/../.env" },
  { NAMES_SECRET, "src/./../././.env" },
  { NAMES_SECRET, ".env/" },
  { NAMES_SECRET, ".env/." },
  { NAMES_SECRET, ".env//" },
  { NAMES_SECRET, ".env." },
  { NAMES_SECRET, ".env~" },
  { NAMES_SECRET, ".env\n" },
  { NAMES_SECRET, "\n.env" },
  { NAMES_SECRET, ".env\nsrc/main.c" },
  { NAMES_SECRET, "src/main.c\t" },
  /* absolute, and outside */
  { NAMES_SECRET, "%s/.env" },
  { NAMES_SECRET, "%s/src/../.env" },
  { NAMES_SECRET, "%s/../.env" },
  { NAMES_SECRET, "/etc/passwd" },
  { NAMES_SECRET, "/etc/shadow" },
  { NAMES_SECRET, ".." },
  { NAMES_SECRET, "../other.txt" },
  { NAMES_SECRET, "../../../../../../../../../../etc/passwd" },
  { NAMES_SECRET, "../../../../../../../../../..%s/.env" },
  { NAMES_SECRET, "file:///etc/passwd" },
  { NAMES_SECRET, "file://%s/.env" },
  /* the kernel's aliases */
  { NAMES_SECRET, "/proc/self/root%s/.env" },
  { NAMES_SECRET, "/proc/self/cwd/.env" },
  { NAMES_SECRET, "/proc/self/environ" },
  { NAMES_SECRET, "/proc/self/fd/3" },
  { NAMES_SECRET, "/proc/thread-self/root%s/.env" },
  { NAMES_SECRET, "/dev/fd/3" },
  { NAMES_SECRET, "/dev/stdin" },
  { NAMES_SECRET, "/dev/zero" },
  /* links */
  { NAMES_SECRET, "notes.txt" },
  { NAMES_SECRET, "src/notes.txt" },
  { NAMES_SECRET, "twice.txt" },
  { NAMES_SECRET, "absolute.txt" },
  { NAMES_SECRET, "code/notes.txt" },
  { NAMES_SECRET, "keys/id_ed25519" },
  { NAMES_SECRET, "keys" },
  { NAMES_SECRET, "everything%s/.env" },
  { NAMES_SECRET, "everything/etc/passwd" },
  { NAMES_SECRET, "passwd" },
  { NAMES_SECRET, "magic" },
  { NAMES_SECRET, "loop" },
  { NAMES_SECRET, "hard.txt" },
  { NAMES_SECRET, "src/hard-key.txt" },
  /* no text files */
  { NAMES_SPECIAL, "pipe" },
  { NAMES_SPECIAL, "src/main.c/.." },
  { NAMES_SPECIAL, "src/main.c/x" },
};

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolRegistry *registry;
  GPtrArray *paths; /* (element-type utf8) generated ones, all secret */
} Fixture;

/* By way of a short name: a temporary file beside a name of 255 bytes would have a longer one. */
static void
write_secret (EnclaveTestProject *project, const char *path)
{
  g_autofree char *from = enclave_test_project_path (project, "seed");
  g_autofree char *to = enclave_test_project_path (project, path);
  g_autofree char *folder = g_path_get_dirname (to);

  enclave_test_project_write (project, "seed", SECRET);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (rename (from, to), ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *absolute = NULL;
  g_autofree char *fifo = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *long_name = NULL;
  g_autofree char *long_folder = NULL;

  fixture->project = enclave_test_project_new ();
  absolute = enclave_test_project_path (fixture->project, ".env");
  fifo = enclave_test_project_path (fixture->project, "pipe");
  enclave_test_project_write (fixture->project, ".env", SECRET);
  enclave_test_project_write (fixture->project, ".env.production", SECRET);
  enclave_test_project_write (fixture->project, ".ssh/id_ed25519", SECRET);
  enclave_test_project_write (fixture->project, "deep/server.pem", SECRET);
  enclave_test_project_write (fixture->project, "src/main.c", "int main (void) { return 0; }\n");
  enclave_test_project_symlink (fixture->project, ".env", "notes.txt");
  enclave_test_project_symlink (fixture->project, "../.env", "src/notes.txt");
  enclave_test_project_symlink (fixture->project, "notes.txt", "twice.txt");
  enclave_test_project_symlink (fixture->project, absolute, "absolute.txt");
  enclave_test_project_symlink (fixture->project, "src", "code");
  enclave_test_project_symlink (fixture->project, ".ssh", "keys");
  enclave_test_project_symlink (fixture->project, "/", "everything");
  enclave_test_project_symlink (fixture->project, "/etc/passwd", "passwd");
  enclave_test_project_symlink (fixture->project, "/proc/self/root/etc/passwd", "magic");
  enclave_test_project_symlink (fixture->project, "loop", "loop");
  enclave_test_project_hard_link (fixture->project, ".env", "hard.txt");
  enclave_test_project_hard_link (fixture->project, ".ssh/id_ed25519", "src/hard-key.txt");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  /* A name of 255 bytes, and names in other scripts, which are denied by their ends. */
  fixture->paths = g_ptr_array_new_with_free_func (g_free);
  long_name = g_strnfill (251, 'x');
  g_ptr_array_add (fixture->paths, g_strconcat (long_name, ".key", NULL));
  long_folder = g_strnfill (255, 'd');
  g_ptr_array_add (fixture->paths, g_strconcat (long_folder, "/", long_folder, "/.env", NULL));
  g_ptr_array_add (fixture->paths, g_strdup ("\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87.pem"));
  g_ptr_array_add (fixture->paths, g_strdup ("\xe2\x80\xae" "txt.pem"));
  g_ptr_array_add (fixture->paths, g_strdup ("e\xcc\x81/\xf0\x9f\x94\x91.key"));
  for (guint i = 0; i < fixture->paths->len; i++)
    if (i != 1)
      write_secret (fixture->project, g_ptr_array_index (fixture->paths, i));

  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->registry = enclave_tool_registry_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->paths);
  enclave_test_finalize (fixture->registry);
  enclave_test_finalize (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static GChecksum *tree_checksum;

static int
add_to_checksum (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_checksum_update (tree_checksum, (const guchar *) path, -1);
  g_checksum_update (tree_checksum, (const guchar *) &st->st_ino, sizeof st->st_ino);
  if (S_ISREG (st->st_mode) && g_file_get_contents (path, &text, &length, NULL))
    g_checksum_update (tree_checksum, (const guchar *) text, (gssize) length);

  return 0;
}

static char *
checksum_tree (Fixture *fixture)
{
  char *sum;

  tree_checksum = g_checksum_new (G_CHECKSUM_SHA256);
  nftw (fixture->project->root, add_to_checksum, 16, FTW_PHYS);
  sum = g_strdup (g_checksum_get_string (tree_checksum));
  g_clear_pointer (&tree_checksum, g_checksum_free);

  return sum;
}

/* Arguments that would do harm if the path were let through. */
static char *
build_arguments (const EnclaveToolSpec *spec, const EnclaveToolParameter *target, const char *path)
{
  g_autoptr (JsonObject) object = json_object_new ();

  for (guint i = 0; i < spec->n_parameters; i++)
    {
      const EnclaveToolParameter *parameter = &spec->parameters[i];
      JsonArray *list;

      if (parameter != target && !parameter->required)
        continue;
      switch (parameter->kind)
        {
        case ENCLAVE_PARAMETER_PATH:
          json_object_set_string_member (object, parameter->name, parameter == target ? path : "src/main.c");
          break;
        case ENCLAVE_PARAMETER_PATH_LIST:
          list = json_array_new ();
          json_array_add_string_element (list, "src/main.c");
          if (parameter == target)
            json_array_add_string_element (list, path);
          json_object_set_array_member (object, parameter->name, list);
          break;
        case ENCLAVE_PARAMETER_TEXT:
          json_object_set_string_member (object, parameter->name,
                                         strcmp (parameter->name, "new_text") == 0 ? "CHANGED" : "TOKEN");
          break;
        case ENCLAVE_PARAMETER_ENUM:
          json_object_set_string_member (object, parameter->name, parameter->choices[0]);
          break;
        case ENCLAVE_PARAMETER_INTEGER:
          json_object_set_int_member (object, parameter->name, 1);
          break;
        case ENCLAVE_PARAMETER_BOOLEAN:
          json_object_set_boolean_member (object, parameter->name, FALSE);
          break;
        case ENCLAVE_PARAMETER_UNSET:
        default:
          g_assert_not_reached ();
        }
    }

  return enclave_json_object_to_text (object);
}

static gboolean
is_refusal (const GError *error)
{
  static const EnclaveGateError codes[] = { ENCLAVE_GATE_ERROR_DENIED, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT,
                                            ENCLAVE_GATE_ERROR_INVALID_PATH };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, ENCLAVE_GATE_ERROR, (int) codes[i]))
      return TRUE;

  return FALSE;
}

/* Returns: what went wrong, or NULL. */
static char *
fire (Fixture *fixture, const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter, CorpusKind kind,
      const char *path)
{
  g_autofree char *arguments = build_arguments (spec, parameter, path);
  guint before = enclave_tool_runner_count_audit_lines (fixture->gate);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolResult) result = NULL;
  guint lines;

  result = enclave_tool_runner_call (fixture->registry, fixture->gate, spec->name, arguments, &error);
  lines = enclave_tool_runner_count_audit_lines (fixture->gate) - before;
  if (result != NULL)
    return g_strdup_printf ("%s let it through: %s", spec->name, enclave_context_item_get_text (result->item));
  if (strstr (error->message, CANARY) != NULL)
    return g_strdup_printf ("%s tells the secret in its error", spec->name);
  if (error->domain != ENCLAVE_GATE_ERROR)
    return g_strdup_printf ("%s fails otherwise: %s", spec->name, error->message);
  if (kind == NAMES_SECRET && !is_refusal (error))
    return g_strdup_printf ("%s does not refuse it: %s", spec->name, error->message);
  /* A list is judged entry by entry: the harmless one before has its line too. */
  if (kind == NAMES_SECRET && lines != (parameter->kind == ENCLAVE_PARAMETER_PATH_LIST ? 2 : 1))
    return g_strdup_printf ("%s leaves %u audit lines", spec->name, lines);

  return NULL;
}

static guint
sweep_parameter (Fixture *fixture, const EnclaveToolSpec *spec, const EnclaveToolParameter *parameter,
                 GPtrArray *failures)
{
  guint n_fired = 0;

  for (guint i = 0; i < G_N_ELEMENTS (corpus) + fixture->paths->len; i++)
    {
      CorpusKind kind = i < G_N_ELEMENTS (corpus) ? corpus[i].kind : NAMES_SECRET;
      const char *pattern =
        i < G_N_ELEMENTS (corpus) ? corpus[i].path : g_ptr_array_index (fixture->paths, i - G_N_ELEMENTS (corpus));
      g_auto (GStrv) parts = g_strsplit (pattern, "%s", 2);
      g_autofree char *path = g_strjoinv (fixture->project->root, parts);
      char *failure = fire (fixture, spec, parameter, kind, path);

      n_fired++;
      if (failure != NULL)
        {
          g_autofree char *escaped = g_strescape (pattern, NULL);

          g_ptr_array_add (failures, g_strdup_printf ("\"%s\": %s", escaped, failure));
          g_free (failure);
        }
    }

  return n_fired;
}

/* Every tool of the registry. Returns the number of parameters swept. */
static guint
sweep (Fixture *fixture, GPtrArray *failures)
{
  g_autofree char *before = checksum_tree (fixture);
  guint n_swept = 0;

  for (guint i = 0; i < enclave_tool_registry_get_n_tools (fixture->registry); i++)
    {
      const EnclaveToolSpec *spec = enclave_tool_get_spec (enclave_tool_registry_get_tool (fixture->registry, i));
      g_autofree char *after = NULL;

      for (guint j = 0; j < spec->n_parameters; j++)
        {
          const EnclaveToolParameter *parameter = &spec->parameters[j];

          if (parameter->kind != ENCLAVE_PARAMETER_PATH && parameter->kind != ENCLAVE_PARAMETER_PATH_LIST)
            continue;
          g_assert_cmpuint (sweep_parameter (fixture, spec, parameter, failures), >=, 60);
          n_swept++;
        }
      after = checksum_tree (fixture);
      if (strcmp (before, after) != 0)
        g_ptr_array_add (failures, g_strdup_printf ("%s changed files", spec->name));
    }

  return n_swept;
}

static void
test_all_tools (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) failures = g_ptr_array_new_with_free_func (g_free);
  guint n_swept = sweep (fixture, failures);

  for (guint i = 0; i < failures->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (failures, i));
  g_assert_cmpuint (failures->len, ==, 0);
  /* read_file, list_directory, search_text, edit_file, write_file, git_diff, git_log, git_commit */
  g_assert_cmpuint (n_swept, >=, 8);
}

/* The same ways into apply_patch, whose paths stand in its text. */
static void
test_paths_in_patches (Fixture *fixture, gconstpointer data)
{
  static const char *const forms[] = {
    "--- a/@\n+++ b/@\n@@ -1 +1 @@\n-TOKEN=" CANARY "\n+TOKEN=x\n",
    "--- /dev/null\n+++ b/@\n@@ -0,0 +1 @@\n+x\n",
    "--- a/@\n+++ /dev/null\n@@ -1 +0,0 @@\n-TOKEN=" CANARY "\n",
    "@\n<<<<<<< SEARCH\nTOKEN=" CANARY "\n=======\nTOKEN=x\n>>>>>>> REPLACE\n",
  };
  g_autofree char *before = checksum_tree (fixture);
  g_autofree char *after = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (corpus); i++)
    for (guint j = 0; j < G_N_ELEMENTS (forms); j++)
      {
        g_auto (GStrv) parts = g_strsplit (corpus[i].path, "%s", 2);
        g_autofree char *path = g_strjoinv (fixture->project->root, parts);
        g_autoptr (GString) patch = g_string_new (forms[j]);
        g_autoptr (JsonObject) object = json_object_new ();
        g_autofree char *arguments = NULL;
        g_autoptr (GError) error = NULL;
        g_autoptr (EnclaveToolResult) result = NULL;

        /* A lone @ stands for the path. */
        g_string_replace (patch, "@@ ", "\001", 0);
        g_string_replace (patch, " @@", "\002", 0);
        g_string_replace (patch, "@", path, 0);
        g_string_replace (patch, "\001", "@@ ", 0);
        g_string_replace (patch, "\002", " @@", 0);
        json_object_set_string_member (object, "patch", patch->str);
        arguments = enclave_json_object_to_text (object);
        result = enclave_tool_runner_call (fixture->registry, fixture->gate, "apply_patch", arguments, &error);
        if (result != NULL)
          {
            /* What a reader makes of an odd spelling may be another, harmless file; never the secret one. */
            for (guint k = 0; k < result->proposals->len; k++)
              {
                EnclaveProposal *proposal = g_ptr_array_index (result->proposals, k);
                const char *old_text = enclave_proposal_get_old_text (proposal);

                g_test_message ("%s became %s", patch->str, enclave_proposal_get_path (proposal));
                g_assert_true (old_text == NULL || strstr (old_text, CANARY) == NULL);
                g_assert_true (g_str_has_prefix (enclave_proposal_get_true_path (proposal), fixture->project->root));
                g_assert_cmpint (enclave_gate_judge_name (fixture->gate, ENCLAVE_EFFECT_WRITE,
                                                          enclave_proposal_get_path (proposal), FALSE)
                                   .verdict,
                                 !=, ENCLAVE_VERDICT_DENY);
              }
          }
        else
          {
            const char *leak = strstr (error->message, CANARY);

            if (leak != NULL)
              g_test_message ("%s: %s", patch->str, error->message);
            g_assert_null (leak);
          }
      }
  after = checksum_tree (fixture);
  g_assert_cmpstr (before, ==, after);
}

/* A tool that reads without asking anybody: the sweep must find it. */

static const EnclaveToolParameter rogue_parameters[] = {
  { .name = "target", .kind = ENCLAVE_PARAMETER_PATH, .required = TRUE },
};

static const EnclaveToolSpec rogue_spec = {
  .name = "rogue_read",
  .description = "Reads what it likes.",
  .effects = ENCLAVE_EFFECT_READ,
  .parameters = rogue_parameters,
  .n_parameters = G_N_ELEMENTS (rogue_parameters),
};

typedef struct
{
  GObject parent_instance;
} RogueTool;
typedef struct
{
  GObjectClass parent_class;
} RogueToolClass;

static const EnclaveToolSpec *
rogue_get_spec (EnclaveTool *self)
{
  return &rogue_spec;
}

static void
rogue_run_async (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_words (scope, SECRET, "");

  g_task_return_pointer (task, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}

static EnclaveToolResult *
rogue_run_finish (EnclaveTool *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
rogue_iface_init (EnclaveToolInterface *iface)
{
  iface->get_spec = rogue_get_spec;
  iface->run_async = rogue_run_async;
  iface->run_finish = rogue_run_finish;
}

GType rogue_tool_get_type (void);
G_DEFINE_FINAL_TYPE_WITH_CODE (RogueTool, rogue_tool, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, rogue_iface_init))

static void
rogue_tool_class_init (RogueToolClass *klass)
{
}

static void
rogue_tool_init (RogueTool *self)
{
}

static void
test_sweep_finds_a_rogue (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTool) rogue = g_object_new (rogue_tool_get_type (), NULL);
  g_autoptr (GPtrArray) failures = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_true (enclave_tool_registry_register (fixture->registry, rogue, &error));
  g_assert_no_error (error);
  sweep_parameter (fixture, &rogue_spec, &rogue_parameters[0], failures);
  g_assert_cmpuint (failures->len, ==, G_N_ELEMENTS (corpus) + fixture->paths->len);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/tool-deny-sweep/all-tools", Fixture, NULL, set_up, test_all_tools, tear_down);
  g_test_add ("/tool-deny-sweep/paths-in-patches", Fixture, NULL, set_up, test_paths_in_patches, tear_down);
  g_test_add ("/tool-deny-sweep/finds-a-rogue", Fixture, NULL, set_up, test_sweep_finds_a_rogue, tear_down);

  return g_test_run ();
}
