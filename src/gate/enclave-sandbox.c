/* enclave-sandbox.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "enclave-install-paths.h"
#include "enclave-json.h"
#include "enclave-spawner.h"

/* The first version of Landlock that keeps signals within the box. */
#define ENCLAVE_SANDBOX_SIGNAL_ABI 6

struct _EnclaveSandbox
{
  GObject parent_instance;

  EnclaveSandboxLevel level;
  gboolean user_namespaces;
  gboolean fuse;
  gboolean view;
  gboolean reduced;
  gboolean openat2;
  int landlock_abi;
  char *reason;
};

enum
{
  PROP_0,
  PROP_LEVEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveSandbox, enclave_sandbox, G_TYPE_OBJECT)

const char *
enclave_sandbox_level_to_word (EnclaveSandboxLevel level)
{
  switch (level)
    {
    case ENCLAVE_SANDBOX_CHECKING:
      return "checking";
    case ENCLAVE_SANDBOX_MASKED:
      return "masked";
    case ENCLAVE_SANDBOX_REDUCED:
      return "reduced";
    case ENCLAVE_SANDBOX_FULL:
      return "full";
    case ENCLAVE_SANDBOX_TOOLS_ONLY:
    default:
      return "tools-only";
    }
}

static void
enclave_sandbox_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveSandbox *self = ENCLAVE_SANDBOX (object);

  switch (prop_id)
    {
    case PROP_LEVEL:
      g_value_set_uint (value, self->level);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_sandbox_finalize (GObject *object)
{
  EnclaveSandbox *self = ENCLAVE_SANDBOX (object);

  g_clear_pointer (&self->reason, g_free);
  G_OBJECT_CLASS (enclave_sandbox_parent_class)->finalize (object);
}

static void
enclave_sandbox_class_init (EnclaveSandboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_sandbox_get_property;
  object_class->finalize = enclave_sandbox_finalize;

  properties[PROP_LEVEL] = g_param_spec_uint ("level", NULL, NULL, ENCLAVE_SANDBOX_CHECKING, ENCLAVE_SANDBOX_FULL,
                                              ENCLAVE_SANDBOX_CHECKING,
                                              G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_sandbox_init (EnclaveSandbox *self)
{
  self->reason = g_strdup ("");
}

EnclaveSandbox *
enclave_sandbox_new (void)
{
  return g_object_new (ENCLAVE_TYPE_SANDBOX, NULL);
}

static void
settle (EnclaveSandbox *self, EnclaveSandboxLevel level, const char *reason)
{
  g_free (self->reason);
  self->reason = g_strdup (reason);
  if (self->level != level)
    {
      self->level = level;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
    }
}

/* What is not covered there, in the words of who reads it. */
static char *
describe_reduced (EnclaveSandbox *self, const char *reason)
{
  g_autofree char *held = g_strdup_printf (
    _ ("Commands run without namespaces: %s. They see the project at another path and can’t use the network, not even to reach "
       "themselves. They can see which of your programs run, with their command lines, the state of the network, and the "
       "names, sizes and modes of your files, whose modes they can change, but not open the files."),
    reason != NULL && reason[0] != '\0' ? reason : _ ("no reason was given"));

  if (self->landlock_abi >= ENCLAVE_SANDBOX_SIGNAL_ABI)
    return g_steal_pointer (&held);
  return g_strconcat (held, " ", _ ("This kernel can’t keep them from ending your other programs."), NULL);
}

static char *
describe_nothing (const char *reason, const char *reduced_reason)
{
  if (reason == NULL || reason[0] == '\0')
    reason = _ ("no reason was given");
  if (reduced_reason == NULL || reduced_reason[0] == '\0')
    return g_strdup_printf (_ ("Commands can’t be confined: %s."), reason);
  /* Translators: two causes, the second why doing without the first fails as well */
  return g_strdup_printf (_ ("Commands can’t be confined: %s; and without that: %s."), reason, reduced_reason);
}

static void
take_facts (EnclaveSandbox *self, JsonObject *facts)
{
  const char *reason = enclave_json_peek_string (facts, "reason");
  const char *view_reason = enclave_json_peek_string (facts, "view_reason");
  g_autofree char *sentence = NULL;

  self->user_namespaces = enclave_json_get_boolean (facts, "user_namespaces", FALSE);
  self->fuse = enclave_json_get_boolean (facts, "fuse", FALSE);
  self->view = enclave_json_get_boolean (facts, "view", FALSE);
  self->reduced = enclave_json_get_boolean (facts, "reduced", FALSE);
  self->openat2 = enclave_json_get_boolean (facts, "openat2", FALSE);
  self->landlock_abi = (int) CLAMP (enclave_json_get_int (facts, "landlock_abi", 0), 0, 1000);
  if (self->user_namespaces && self->view)
    {
      settle (self, ENCLAVE_SANDBOX_FULL, "");
      return;
    }
  if (self->user_namespaces)
    {
      sentence = g_strdup_printf (
        _ ("A denied file that appears or is replaced while a command runs, and what git has stored of one, can be read by "
           "that command, since there is no filtered view of the project: %s."),
        view_reason != NULL && view_reason[0] != '\0' ? view_reason : _ ("no reason was given"));
      settle (self, ENCLAVE_SANDBOX_MASKED, sentence);
      return;
    }
  if (self->reduced)
    {
      sentence = describe_reduced (self, reason);
      settle (self, ENCLAVE_SANDBOX_REDUCED, sentence);
      return;
    }
  sentence = describe_nothing (reason, enclave_json_peek_string (facts, "reduced_reason"));
  settle (self, ENCLAVE_SANDBOX_TOOLS_ONLY, sentence);
}

/* Its output is read from the stream that is returned. (transfer full) (nullable) */
static GInputStream *
start_probe (GError **error)
{
  g_autofree char *helper = enclave_install_paths_helper ("enclave-confine");
  g_autofree char *view = enclave_install_paths_helper ("enclave-view");
  const char *const argv[] = { helper, "--probe", view, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  static const int targets[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
  int nowhere = open ("/dev/null", O_RDWR | O_CLOEXEC);
  int ends[2] = { -1, -1 };
  GInputStream *stream = NULL;
  GPid pid;

  if (nowhere >= 0 && g_unix_open_pipe (ends, FD_CLOEXEC, error))
    {
      const int sources[] = { nowhere, ends[1], nowhere };
      const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_CONFINED, .argv = argv, .sources = sources, .targets = targets,
                                            .environment = (const char *const *) environment,
                                            .n_descriptors = G_N_ELEMENTS (targets) };

      if (enclave_spawner_spawn (&request, &pid, error))
        {
          enclave_spawner_reap (pid);
          stream = g_unix_input_stream_new (g_steal_fd (&ends[0]), TRUE);
        }
      close (ends[1]);
    }
  else if (nowhere < 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (ends[0] >= 0)
    close (ends[0]);
  if (nowhere >= 0)
    close (nowhere);
  return stream;
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveSandbox *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) facts = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) >= 0)
    facts = enclave_json_parse_object (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (source)),
                                       (gssize) g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (source)), &error);
  if (facts == NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_ ("Commands can’t be confined: %s."), error->message);

      settle (self, ENCLAVE_SANDBOX_TOOLS_ONLY, sentence);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  take_facts (self, facts);
  g_task_return_boolean (task, TRUE);
}

void
enclave_sandbox_probe_async (EnclaveSandbox *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GInputStream) output = NULL;
  g_autoptr (GOutputStream) kept = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_SANDBOX (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_sandbox_probe_async);
  output = start_probe (&error);
  if (output == NULL)
    {
      g_autofree char *sentence = g_strdup_printf (_ ("Commands can’t be confined: %s."), error->message);

      settle (self, ENCLAVE_SANDBOX_TOOLS_ONLY, sentence);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  kept = g_memory_output_stream_new_resizable ();
  g_output_stream_splice_async (kept, output, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, cancellable, on_probed, g_steal_pointer (&task));
}

gboolean
enclave_sandbox_probe_finish (EnclaveSandbox *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  GTask *task;
  void (*then) (GTask *task);
} Waiting;

static void
known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Waiting *waiting = user_data;

  /* What the probe found, or why it could not, is in the level and its reason. */
  enclave_sandbox_probe_finish (ENCLAVE_SANDBOX (source), result, NULL);
  if (g_task_return_error_if_cancelled (waiting->task))
    g_object_unref (waiting->task);
  else
    waiting->then (waiting->task);
}

void
enclave_sandbox_continue_when_known (EnclaveSandbox *self, GTask *task, void (*then) (GTask *task))
{
  Waiting *waiting;

  g_return_if_fail (self == NULL || ENCLAVE_IS_SANDBOX (self));
  g_return_if_fail (G_IS_TASK (task) && then != NULL);

  if (self == NULL || self->level != ENCLAVE_SANDBOX_CHECKING)
    {
      then (task);
      return;
    }
  waiting = g_new0 (Waiting, 1);
  waiting->task = task;
  waiting->then = then;
  enclave_sandbox_probe_async (self, g_task_get_cancellable (task), known_cb, waiting);
}

void
enclave_sandbox_doubt (EnclaveSandbox *self)
{
  g_return_if_fail (ENCLAVE_IS_SANDBOX (self));

  settle (self, ENCLAVE_SANDBOX_CHECKING, "");
  enclave_sandbox_probe_async (self, NULL, NULL, NULL);
}

EnclaveSandboxLevel
enclave_sandbox_get_level (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), ENCLAVE_SANDBOX_TOOLS_ONLY);
  return self->level;
}

gboolean
enclave_sandbox_get_user_namespaces (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), FALSE);
  return self->user_namespaces;
}

gboolean
enclave_sandbox_get_fuse (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), FALSE);
  return self->fuse;
}

int
enclave_sandbox_get_landlock_abi (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), 0);
  return self->landlock_abi;
}

gboolean
enclave_sandbox_get_openat2 (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), FALSE);
  return self->openat2;
}

const char *
enclave_sandbox_get_reason (EnclaveSandbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SANDBOX (self), "");
  return self->reason;
}
