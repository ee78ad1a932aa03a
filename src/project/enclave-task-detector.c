/* enclave-task-detector.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-task-detector.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_MAX_BYTES (256 * 1024)

typedef struct
{
  EnclaveDetectedTask task;
  const char *word;    /* (nullable): must be in the file */
  const char *no_word; /* (nullable): must not be */
  const char *beside;  /* (nullable): must be in the folder, too */
} Rule;

#define MESON "{ [ -d build ] || meson setup build; } && meson test -C build --print-errorlogs"
#define CMAKE "cmake -S . -B build && cmake --build build && ctest --test-dir build --output-on-failure"
#define SET_UP_MESON "{ [ -d build ] || meson setup build; } && "
/* What CMake writes may be built side by side; by itself make takes one processor. */
#define BUILD_CMAKE "cmake -S . -B build && cmake --build build --parallel $(nproc)"
#define TEST_CMAKE BUILD_CMAKE " && ctest --test-dir build --output-on-failure"

#define PYTEST(python, beside, file, word) \
  { { "pytest", file, python " -m pytest -q -p no:cacheprovider", NULL, NULL, python " -m pytest" }, word, NULL, beside }
#define PYTEST_RULES(python, beside)                                                                             \
  PYTEST (python, beside, "pytest.ini", NULL), PYTEST (python, beside, "pyproject.toml", "pytest"),              \
    PYTEST (python, beside, "setup.cfg", "pytest"), PYTEST (python, beside, "tox.ini", "pytest"),                \
    PYTEST (python, beside, "conftest.py", NULL), PYTEST (python, beside, "tests/conftest.py", NULL)

/* In the order of how much they tell: a Makefile may stand beside anything. */
static const Rule rules[] = {
  { { "meson", "meson.build", MESON, SET_UP_MESON "meson compile -C build", NULL, MESON }, "project", NULL },
  { { "cmake", "CMakeLists.txt", CMAKE, BUILD_CMAKE, NULL, TEST_CMAKE }, NULL, NULL },
  { { "cargo", "Cargo.toml", "cargo test --offline", "cargo build", "cargo run", "cargo test" }, NULL, NULL },
  { { "go", "go.mod", "go build ./... && go test ./...", "go build ./...", "go run .", "go test ./..." }, NULL, NULL },
  { { "npm", "package.json", "npm test", "npm run build --if-present", "npm start", "npm test" }, "\"test\"", "no test specified" },
  { { "npm", "package.json", "npm run build", "npm run build", "npm start --if-present", NULL }, "\"build\"", NULL },
  /* What the tests need is most often in an environment of the project alone. */
  PYTEST_RULES (".venv/bin/python", ".venv/bin/python"),
  PYTEST_RULES ("venv/bin/python", "venv/bin/python"),
  PYTEST_RULES ("python3", NULL),
  { { "make", "GNUmakefile", "make && make check", "make", NULL, "make check" }, "\ncheck:", NULL },
  { { "make", "Makefile", "make && make check", "make", NULL, "make check" }, "\ncheck:", NULL },
  { { "make", "makefile", "make && make check", "make", NULL, "make check" }, "\ncheck:", NULL },
  { { "make", "GNUmakefile", "make && make test", "make", NULL, "make test" }, "\ntest:", NULL },
  { { "make", "Makefile", "make && make test", "make", NULL, "make test" }, "\ntest:", NULL },
  { { "make", "makefile", "make && make test", "make", NULL, "make test" }, "\ntest:", NULL },
  { { "make", "GNUmakefile", "make", "make", NULL, NULL }, NULL, NULL },
  { { "make", "Makefile", "make", "make", NULL, NULL }, NULL, NULL },
  { { "make", "makefile", "make", "make", NULL, NULL }, NULL, NULL },
};

/* The beginning of a regular file, with a line end before it. A pipe or a link is none. (transfer full) (nullable) */
static char *
read_beginning (int root_fd, const char *name)
{
  int fd = openat (root_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  char *text = NULL;
  struct stat st;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    {
      gssize n;

      text = g_malloc (READ_MAX_BYTES + 2);
      text[0] = '\n';
      n = read (fd, text + 1, READ_MAX_BYTES);
      text[1 + MAX (n, 0)] = '\0';
    }
  close (fd);

  return text;
}

static gboolean
is_there (int root_fd, const char *path)
{
  struct stat st;

  return fstatat (root_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
is_known (GPtrArray *found, const char *system)
{
  for (guint i = 0; i < found->len; i++)
    if (strcmp (((const EnclaveDetectedTask *) g_ptr_array_index (found, i))->system, system) == 0)
      return TRUE;

  return FALSE;
}

GPtrArray *
enclave_task_detector_list (const char *root)
{
  GPtrArray *found = g_ptr_array_new ();
  int root_fd;

  g_return_val_if_fail (root != NULL, found);

  root_fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; root_fd >= 0 && i < G_N_ELEMENTS (rules); i++)
    {
      const Rule *rule = &rules[i];
      g_autofree char *text = NULL;

      if (is_known (found, rule->task.system) || (rule->beside != NULL && !is_there (root_fd, rule->beside)))
        continue;
      text = read_beginning (root_fd, rule->task.file);
      if (text != NULL && (rule->word == NULL || strstr (text, rule->word) != NULL)
          && (rule->no_word == NULL || strstr (text, rule->no_word) == NULL))
        g_ptr_array_add (found, (gpointer) &rule->task);
    }
  if (root_fd >= 0)
    close (root_fd);

  return found;
}
