/* enclave-ctl-output.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-output.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "enclave-gate-error.h"
#include "enclave-inference-error.h"
#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-patch.h"
#include "enclave-rpc-error.h"
#include "enclave-tool-registry.h"
#include "enclave-utf8.h"

G_DEFINE_QUARK (enclave-ctl-error-quark, enclave_ctl_error)

static gboolean broken;

static int
status_for_gate (int code)
{
  switch (code)
    {
    case ENCLAVE_GATE_ERROR_DENIED:
    case ENCLAVE_GATE_ERROR_OUTSIDE_ROOT:
    case ENCLAVE_GATE_ERROR_ADDRESS:
      return ENCLAVE_CTL_DENIED;
    case ENCLAVE_GATE_ERROR_REFUSED_BY_USER:
    case ENCLAVE_GATE_ERROR_NEEDS_APPROVAL:
      return ENCLAVE_CTL_NEEDS_APPROVAL;
    default:
      return ENCLAVE_CTL_FAILED;
    }
}

static int
status_for_inference (int code)
{
  switch (code)
    {
    case ENCLAVE_INFERENCE_ERROR_OFFLINE:
    case ENCLAVE_INFERENCE_ERROR_TIMED_OUT:
    case ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER:
      return ENCLAVE_CTL_UNREACHABLE;
    case ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL:
      return ENCLAVE_CTL_DENIED;
    default:
      return ENCLAVE_CTL_FAILED;
    }
}

int
enclave_ctl_status_for_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, ENCLAVE_CTL_FAILED);

  if (error->domain == ENCLAVE_GATE_ERROR)
    return status_for_gate (error->code);
  if (error->domain == ENCLAVE_INFERENCE_ERROR)
    return status_for_inference (error->code);
  if (g_error_matches (error, ENCLAVE_CTL_ERROR, ENCLAVE_CTL_ERROR_USAGE))
    return ENCLAVE_CTL_WRONG_USAGE;
  if (error->domain == ENCLAVE_MCP_ERROR)
    return error->code == ENCLAVE_MCP_ERROR_UNREACHABLE ? ENCLAVE_CTL_UNREACHABLE : ENCLAVE_CTL_FAILED;
  return ENCLAVE_CTL_FAILED;
}

static const char *
find_word (const char *const *words, gsize n_words, int code)
{
  return code >= 0 && (gsize) code < n_words ? words[code] : "failed";
}

static const char *
word_for_io (int code)
{
  switch (code)
    {
    case G_IO_ERROR_NOT_FOUND:
      return "not-found";
    case G_IO_ERROR_CANCELLED:
      return "cancelled";
    case G_IO_ERROR_INVALID_ARGUMENT:
      return "invalid-argument";
    case G_IO_ERROR_NOT_EMPTY:
      return "not-empty";
    case G_IO_ERROR_NOT_DIRECTORY:
      return "not-directory";
    case G_IO_ERROR_PERMISSION_DENIED:
      return "permission-denied";
    case G_IO_ERROR_TIMED_OUT:
      return "timed-out";
    case G_IO_ERROR_INVALID_DATA:
      return "invalid-data";
    case G_IO_ERROR_PARTIAL_INPUT:
      return "cut";
    case G_IO_ERROR_NOT_SUPPORTED:
      return "not-supported";
    default:
      return "failed";
    }
}

static void
find_words (const GError *error, const char **domain, const char **code)
{
  static const char *const ctl_words[] = { "usage", "input", "stopped" };
  static const char *const tool_words[] = { "unknown", "arguments", "spec", "failed" };
  static const char *const patch_words[] = { "syntax", "no-match", "ambiguous", "empty", "too-large" };
  static const char *const rpc_words[] = { "protocol", "limit", "timed-out", "ended", "remote" };
  static const char *const json_words[] = { "too-large", "too-deep", "syntax", "member" };

  *domain = "io";
  *code = "failed";
  if (error->domain == ENCLAVE_GATE_ERROR)
    {
      *domain = "gate";
      *code = enclave_gate_error_to_word ((EnclaveGateError) error->code);
    }
  else if (error->domain == ENCLAVE_INFERENCE_ERROR)
    {
      *domain = "inference";
      *code = enclave_inference_error_to_word ((EnclaveInferenceError) error->code);
    }
  else if (error->domain == ENCLAVE_MCP_ERROR)
    {
      *domain = "mcp";
      *code = enclave_mcp_error_to_word ((EnclaveMcpError) error->code);
    }
  else if (error->domain == ENCLAVE_RPC_ERROR)
    {
      *domain = "mcp";
      *code = find_word (rpc_words, G_N_ELEMENTS (rpc_words), error->code);
    }
  else if (error->domain == ENCLAVE_TOOL_ERROR)
    {
      *domain = "tool";
      *code = find_word (tool_words, G_N_ELEMENTS (tool_words), error->code);
    }
  else if (error->domain == ENCLAVE_PATCH_ERROR)
    {
      *domain = "patch";
      *code = find_word (patch_words, G_N_ELEMENTS (patch_words), error->code);
    }
  else if (error->domain == ENCLAVE_JSON_ERROR)
    {
      *domain = "json";
      *code = find_word (json_words, G_N_ELEMENTS (json_words), error->code);
    }
  else if (error->domain == ENCLAVE_CTL_ERROR)
    {
      *domain = "ctl";
      *code = find_word (ctl_words, G_N_ELEMENTS (ctl_words), error->code);
    }
  else if (error->domain == G_IO_ERROR)
    {
      *code = word_for_io (error->code);
    }
}

JsonObject *
enclave_ctl_error_to_json (const GError *error)
{
  JsonObject *object = json_object_new ();
  const char *rule = enclave_gate_error_get_rule (error);
  const char *path = enclave_gate_error_get_path (error);
  g_autofree char *message = enclave_utf8_make_valid (error->message, -1);
  const char *domain;
  const char *code;

  find_words (error, &domain, &code);
  json_object_set_string_member (object, "domain", domain);
  json_object_set_string_member (object, "code", code);
  if (rule != NULL)
    json_object_set_string_member (object, "rule", rule);
  if (path != NULL)
    {
      g_autofree char *valid = enclave_utf8_make_valid (path, -1);

      json_object_set_string_member (object, "path", valid);
    }
  json_object_set_string_member (object, "message", message);
  return object;
}

int
enclave_ctl_report_error (gboolean json, const GError *error)
{
  if (json)
    {
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", FALSE);
      json_object_set_object_member (object, "error", enclave_ctl_error_to_json (error));
      enclave_ctl_print_object (object);
    }
  enclave_ctl_note ("%s", error->message);
  return enclave_ctl_status_for_error (error);
}

static gboolean
write_all (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);

      if (n >= 0)
        {
          bytes += n;
          length -= (gsize) n;
        }
      else if (errno == EAGAIN)
        {
          struct pollfd descriptor = { .fd = fd, .events = POLLOUT };

          poll (&descriptor, 1, -1);
        }
      else if (errno != EINTR)
        {
          return FALSE;
        }
    }
  return TRUE;
}

void
enclave_ctl_print_bytes (const char *bytes, gsize length)
{
  if (!broken && !write_all (STDOUT_FILENO, bytes, length))
    broken = TRUE;
}

gboolean
enclave_ctl_output_is_broken (void)
{
  return broken;
}

static void
print_node (JsonNode *node)
{
  g_autofree char *text = enclave_json_to_text (node, FALSE);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  enclave_ctl_print_bytes (line, strlen (line));
}

void
enclave_ctl_print_object (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  print_node (node);
}

void
enclave_ctl_print_array (JsonArray *array)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  print_node (node);
}

void
enclave_ctl_print (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  enclave_ctl_print_content (text);
}

/* What shows the letters of a line in another order than they stand in. */
static gboolean
turns_text (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void
enclave_ctl_print_content (const char *text)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) safe = NULL;

  if (!isatty (STDOUT_FILENO))
    {
      enclave_ctl_print_bytes (text, strlen (text));
      return;
    }
  /* A terminal obeys what it is shown. */
  valid = enclave_utf8_make_valid (text, -1);
  safe = g_string_new (NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (safe, (g_unichar_iscntrl (c) && c != '\n' && c != '\t') || turns_text (c) ? 0xFFFD : c);
    }
  enclave_ctl_print_bytes (safe->str, safe->len);
}

static void
write_diagnostic (const char *prefix, const char *text)
{
  g_autofree char *valid = enclave_utf8_make_valid (text, -1);
  g_autofree char *visible = enclave_utf8_make_visible (valid, NULL);
  g_autofree char *line = g_strconcat (prefix, visible, "\n", NULL);

  /* Nobody can be told when this fails. */
  if (!write_all (STDERR_FILENO, line, strlen (line)))
    return;
}

void
enclave_ctl_note (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_diagnostic ("enclavectl: ", text);
}

void
enclave_ctl_row (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  write_diagnostic ("", text);
}
