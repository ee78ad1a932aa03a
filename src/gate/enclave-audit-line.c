/* enclave-audit-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/wait.h>

#include "enclave-audit-log-private.h"

#include "enclave-audit-mask.h"
#include "enclave-json.h"
#include "enclave-utf8.h"

#define STRING_MAX_BYTES 4096

static const char *const decision_words[] = { "allowed", "denied", "approved", "refused", "unanswered", "undeclared",
                                              "masked",  "finished" };

static void
set_string (JsonObject *object, const char *member, const char *value)
{
  g_autofree char *shown = NULL;

  if (value == NULL)
    return;
  shown = enclave_utf8_display_name (value);
  /* A model may send a path of any length; a line has to stay within what is read back of the file's end. */
  shown[enclave_utf8_prefix_length (shown, strlen (shown), STRING_MAX_BYTES)] = '\0';
  json_object_set_string_member (object, member, shown);
}

static void
set_masked (JsonObject *object, const char *member, const char *value)
{
  g_autofree char *masked = value != NULL ? enclave_audit_mask_text (value) : NULL;

  set_string (object, member, masked);
}

static JsonObject *
begin_line (const EnclaveAuditLine *line, const char *kind)
{
  JsonObject *object = json_object_new ();
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *seconds = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *time = g_strdup_printf ("%s.%06dZ", seconds, g_date_time_get_microsecond (now));

  json_object_set_int_member (object, "seq", (gint64) line->seq);
  json_object_set_string_member (object, "time", time);
  json_object_set_int_member (object, "monotonic_us", g_get_monotonic_time ());
  json_object_set_string_member (object, "kind", kind);
  json_object_set_string_member (object, "session", line->session);
  json_object_set_int_member (object, "number", (gint64) line->number);

  return object;
}

static char *
end_line (const EnclaveAuditLine *line, JsonObject *object, char *hash)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "prev", line->prev);
  text = enclave_json_object_to_text (object);
  g_checksum_update (checksum, (const guchar *) line->prev, ENCLAVE_AUDIT_HASH_LENGTH);
  g_checksum_update (checksum, (const guchar *) text, -1);
  g_strlcpy (hash, g_checksum_get_string (checksum), ENCLAVE_AUDIT_HASH_LENGTH + 1);

  /* The hashed bytes are the line without its last member. */
  text[strlen (text) - 1] = '\0';

  return g_strdup_printf ("%s,\"hash\":\"%s\"}\n", text, hash);
}

char *
enclave_audit_line_for_record (const EnclaveAuditLine *line, const EnclaveAuditRecord *record, char *hash)
{
  g_autoptr(JsonObject) object = NULL;

  g_return_val_if_fail (record->decision < G_N_ELEMENTS (decision_words), NULL);

  object = begin_line (line, record->decision == ENCLAVE_AUDIT_FINISHED ? "result" : "decision");
  set_string (object, "actor", record->actor);
  set_string (object, "tool", record->tool);
  set_string (object, "effect", record->effect);
  set_string (object, "arguments", record->arguments);
  set_string (object, "arguments_digest", record->arguments_digest);
  set_string (object, "folder", record->folder);
  set_masked (object, "path", record->path);
  if (record->inode != 0)
    {
      json_object_set_int_member (object, "device", (gint64) record->device);
      json_object_set_int_member (object, "inode", (gint64) record->inode);
    }
  set_string (object, "rule", record->rule);
  json_object_set_string_member (object, "decision", decision_words[record->decision]);
  set_string (object, "approver", record->approver);
  set_string (object, "level", record->level);
  if (record->result_digest != NULL)
    {
      json_object_set_string_member (object, "result_digest", record->result_digest);
      json_object_set_int_member (object, "result_bytes", (gint64) record->result_bytes);
    }
  if (record->decision == ENCLAVE_AUDIT_FINISHED)
    json_object_set_int_member (object, "exit_status",
                                WIFSIGNALED (record->exit_status) ? 128 + WTERMSIG (record->exit_status)
                                                                  : WEXITSTATUS (record->exit_status));
  set_string (object, "endpoint", record->endpoint);

  return end_line (line, object, hash);
}

char *
enclave_audit_line_for_connection (const EnclaveAuditLine *line, const EnclaveConnectionRecord *record, char *hash)
{
  static const char *const events[] = { "opened", "closed", "failed", "refused" };
  g_autoptr(JsonObject) object = begin_line (line, "connection");

  set_string (object, "actor", record->by);
  set_string (object, "endpoint", record->address);
  json_object_set_string_member (object, "event", events[record->event]);
  json_object_set_string_member (object, "decision",
                                 decision_words[record->event == ENCLAVE_CONNECTION_REFUSED ? ENCLAVE_AUDIT_DENIED
                                                                                            : ENCLAVE_AUDIT_ALLOWED]);
  json_object_set_string_member (object, "mode", record->mode);
  json_object_set_string_member (object, "run", record->run);
  json_object_set_int_member (object, "connection", (gint64) record->number);
  json_object_set_int_member (object, "local", record->is_local);
  set_string (object, "reason", record->reason);
  if (record->times > 1)
    json_object_set_int_member (object, "times", (gint64) record->times);
  if (record->event == ENCLAVE_CONNECTION_CLOSED)
    {
      json_object_set_int_member (object, "sent", (gint64) record->sent);
      json_object_set_int_member (object, "received", (gint64) record->received);
    }

  return end_line (line, object, hash);
}

char *
enclave_audit_line_for_note (const EnclaveAuditLine *line, const char *word, char *hash)
{
  g_autoptr(JsonObject) object = begin_line (line, "note");

  set_string (object, "note", word);

  return end_line (line, object, hash);
}

char *
enclave_audit_line_for_seal (const EnclaveAuditLine *line, GBytes *key, char *hash)
{
  g_autoptr(JsonObject) object = begin_line (line, "seal");
  EnclaveAuditHead head;
  g_autofree char *hmac = NULL;

  head.seq = line->seq;
  g_strlcpy (head.hash, line->prev, sizeof head.hash);
  hmac = enclave_audit_hmac (key, "seal", &head);
  json_object_set_string_member (object, "hmac", hmac);

  return end_line (line, object, hash);
}
