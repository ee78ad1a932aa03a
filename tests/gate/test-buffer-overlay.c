/* test-buffer-overlay.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define CANARY "canary-0123456789"

/* An overlay that has a text for every path, and counts who asks. */
#define TEST_TYPE_OVERLAY (test_overlay_get_type ())
G_DECLARE_FINAL_TYPE (TestOverlay, test_overlay, TEST, OVERLAY, GObject)

struct _TestOverlay
{
  GObject parent_instance;

  const char *text;
  GPtrArray *asked;
};

static char *
test_overlay_dup_text (EnclaveBufferOverlay *overlay, const char *path)
{
  TestOverlay *self = TEST_OVERLAY (overlay);

  g_ptr_array_add (self->asked, g_strdup (path));
  return g_strdup (self->text);
}

static void
test_overlay_overlay_init (EnclaveBufferOverlayInterface *iface)
{
  iface->dup_text = test_overlay_dup_text;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestOverlay, test_overlay, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_BUFFER_OVERLAY, test_overlay_overlay_init))

static void
test_overlay_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_OVERLAY (object)->asked);
  G_OBJECT_CLASS (test_overlay_parent_class)->finalize (object);
}

static void
test_overlay_class_init (TestOverlayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_overlay_finalize;
}

static void
test_overlay_init (TestOverlay *self)
{
  self->asked = g_ptr_array_new_with_free_func (g_free);
}

static char *
read_text (EnclaveGate *gate, const char *path, GError **error)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (gate, "agent", "read_file", ENCLAVE_EFFECT_READ);
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  enclave_tool_scope_read_async (scope, path, 0, 0, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_finish (scope, result, error);
  return item != NULL ? g_strdup (enclave_context_item_get_text (item)) : NULL;
}

static void
assert_read (EnclaveGate *gate, const char *path, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_text (gate, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, wanted);
}

/* What the model reads: a proposal before an open buffer before the disk. */
static void
test_order (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveGate) gate = enclave_gate_new (project->root, NULL, NULL);
  TestOverlay *buffers = g_object_new (TEST_TYPE_OVERLAY, NULL);
  TestOverlay *pending = g_object_new (TEST_TYPE_OVERLAY, NULL);
  g_autofree char *path = enclave_test_project_path (project, "file.txt");

  enclave_test_project_write (project, "file.txt", "disk\n");
  assert_read (gate, "file.txt", "1\tdisk\n");
  enclave_gate_set_buffer_overlay (gate, ENCLAVE_BUFFER_OVERLAY (buffers));
  enclave_gate_set_pending_overlay (gate, ENCLAVE_BUFFER_OVERLAY (pending));
  assert_read (gate, "file.txt", "1\tdisk\n");
  buffers->text = "buffer\n";
  assert_read (gate, "./file.txt", "1\tbuffer\n");
  g_assert_cmpstr (g_ptr_array_index (buffers->asked, 0), ==, path);
  pending->text = "proposal\n";
  assert_read (gate, path, "1\tproposal\n");
  /* Neither is owned: a window that goes takes its texts with it. */
  enclave_test_finalize (pending);
  assert_read (gate, "file.txt", "1\tbuffer\n");
  enclave_test_finalize (buffers);
  assert_read (gate, "file.txt", "1\tdisk\n");
}

/* An open buffer of a denied file is never asked for its text. */
static void
test_denied (void)
{
  static const char *const denied[] = { ".env", "./.ENV", "notes.txt", "hard.txt", "sub/../.env", "missing/.env", "/etc/shadow", "../x" };
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveGate) gate = NULL;
  TestOverlay *overlay = g_object_new (TEST_TYPE_OVERLAY, NULL);

  enclave_test_project_write (project, ".env", CANARY);
  enclave_test_project_symlink (project, ".env", "notes.txt");
  enclave_test_project_hard_link (project, ".env", "hard.txt");
  enclave_test_project_make_folder (project, "sub");
  gate = enclave_gate_new (project->root, NULL, NULL);
  overlay->text = CANARY;
  enclave_gate_set_buffer_overlay (gate, ENCLAVE_BUFFER_OVERLAY (overlay));
  enclave_gate_set_pending_overlay (gate, ENCLAVE_BUFFER_OVERLAY (overlay));
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = read_text (gate, denied[i], &error);
      EnclaveContextItem *item = enclave_gate_admit_text (gate, CANARY, denied[i], "selection", NULL);

      if (text != NULL || item != NULL)
        g_error ("%s was read", denied[i]);
      g_assert_null (strstr (error->message, CANARY));
    }
  g_assert_cmpuint (overlay->asked->len, ==, 0);
  enclave_test_finalize (gate);
  gate = NULL;
  enclave_test_finalize (overlay);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buffer-overlay/order", test_order);
  g_test_add_func ("/buffer-overlay/denied", test_denied);
  return g_test_run ();
}
