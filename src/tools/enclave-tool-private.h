/* enclave-tool-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-tool-registry.h"
#include "enclave-tool.h"

G_BEGIN_DECLS

/* Defines the class of a tool that has no state: TypeName, type_name, and in the same file `spec` and
 * `run (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GTask *task)`, which takes @task and returns
 * an EnclaveToolResult through it. */
#define ENCLAVE_DEFINE_TOOL(TypeName, type_name)                                                                      \
  typedef struct                                                                                                      \
  {                                                                                                                   \
    GObject parent_instance;                                                                                          \
  } TypeName;                                                                                                         \
  typedef struct                                                                                                      \
  {                                                                                                                   \
    GObjectClass parent_class;                                                                                        \
  } TypeName##Class;                                                                                                  \
  GType type_name##_get_type (void);                                                                                  \
  static const EnclaveToolSpec *type_name##_get_spec (EnclaveTool *self) { return &spec; }                            \
  static void type_name##_run_async (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments,               \
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)     \
  {                                                                                                                   \
    GTask *task = g_task_new (self, cancellable, callback, user_data);                                                \
    g_task_set_source_tag (task, type_name##_run_async);                                                              \
    run (self, scope, arguments, task);                                                                               \
  }                                                                                                                   \
  static EnclaveToolResult *type_name##_run_finish (EnclaveTool *self, GAsyncResult *result, GError **error)          \
  {                                                                                                                   \
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);                                                      \
    return g_task_propagate_pointer (G_TASK (result), error);                                                         \
  }                                                                                                                   \
  static void type_name##_tool_iface_init (EnclaveToolInterface *iface)                                               \
  {                                                                                                                   \
    iface->get_spec = type_name##_get_spec;                                                                           \
    iface->run_async = type_name##_run_async;                                                                         \
    iface->run_finish = type_name##_run_finish;                                                                       \
  }                                                                                                                   \
  G_DEFINE_FINAL_TYPE_WITH_CODE (TypeName, type_name, G_TYPE_OBJECT,                                                  \
                                 G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, type_name##_tool_iface_init))              \
  static void type_name##_class_init (TypeName##Class *klass) {}                                                      \
  static void type_name##_init (TypeName *self) {}                                                                    \
  EnclaveTool *type_name##_new (void) { return g_object_new (type_name##_get_type (), NULL); }

/* The tools, in the order in which the model is told of them. (transfer full) */
EnclaveTool *enclave_read_file_tool_new (void);
EnclaveTool *enclave_list_directory_tool_new (void);
EnclaveTool *enclave_find_files_tool_new (void);
EnclaveTool *enclave_search_text_tool_new (void);
EnclaveTool *enclave_edit_file_tool_new (void);
EnclaveTool *enclave_write_file_tool_new (void);
EnclaveTool *enclave_apply_patch_tool_new (void);
EnclaveTool *enclave_run_command_tool_new (void);
EnclaveTool *enclave_git_status_tool_new (void);
EnclaveTool *enclave_git_diff_tool_new (void);
EnclaveTool *enclave_git_log_tool_new (void);
EnclaveTool *enclave_git_commit_tool_new (void);
EnclaveTool *enclave_save_memory_tool_new (void);

/* "string": how a JSON schema calls the type. */
const char *enclave_tool_parameter_get_type (EnclaveParameterKind kind);
/* A name that a model made up, for a message. (transfer full) */
char *enclave_tool_shorten_name (const char *name);
/* Edit distance of two names, in any case; of at most 64 bytes of each. */
guint enclave_tool_name_distance (const char *a, const char *b);
/* TRUE when only case, hyphens, blanks or underscores differ. */
gboolean enclave_tool_name_is_same (const char *a, const char *b);
/* The parameter of @spec that a model calls @name: its own name, that name written otherwise, or one that other programs have for it.
 * Borrowed; NULL: none. */
const EnclaveToolParameter *enclave_tool_match_parameter (const EnclaveToolSpec *spec, const char *name);
/* TRUE for arguments that say something about the call and nothing to the tool. */
gboolean enclave_tool_name_is_remark (const char *name);
/* Adds to @error, which says that @old_text is not in a file, why that is when masks stand in it. */
void enclave_tool_explain_masks (const char *old_text, GError **error);
/* Before a whole file takes the place of @text in the file @path, which was read for an edit: FALSE with
 * ENCLAVE_GATE_ERROR_CHANGED when @text is not what the model was given, or it was given nothing of a file that is not short. */
gboolean enclave_tool_check_knowledge (EnclaveToolScope *scope, const char *path, const char *text, GError **error);
/* Ends @task (transfer full) with proposals and the words about them, such as "Proposed a.c, +3 −1". Lines of long texts are counted
 * in a thread. @proposals: (element-type EnclaveProposal): at least one; not changed afterwards. */
void enclave_tool_return_proposals (GTask *task, EnclaveToolScope *scope, GPtrArray *proposals, EnclaveMatchQuality quality);
/* The same with what one edit makes. @same: the text that it was made from is that way already. */
void enclave_tool_return_edit (GTask *task, EnclaveToolScope *scope, EnclaveProposal *proposal, gboolean same,
                               EnclaveMatchQuality quality);
/* The same with one. */
void enclave_tool_return_proposal (GTask *task, EnclaveToolScope *scope, EnclaveProposal *proposal,
                                   EnclaveMatchQuality quality);

G_END_DECLS
