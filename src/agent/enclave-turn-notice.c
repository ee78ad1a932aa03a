/* enclave-turn-notice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-inference-error.h"
#include "enclave-message-block-private.h"
#include "enclave-turn-notice.h"

static EnclaveMessageBlock *
notice_offline (const GError *error, EnclaveEndpoint *endpoint)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M");
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  title = g_strdup_printf (_("%s does not answer"),
                           enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (endpoint)));
  if (error->code == ENCLAVE_INFERENCE_ERROR_TIMED_OUT)
    text = g_strdup_printf (_("%s gave no answer in time at %s. Your conversation and your files are safe."),
                            enclave_endpoint_get_address (endpoint), time);
  else
    text = g_strdup_printf (_("%s refused the connection at %s. Your conversation and your files are safe."),
                            enclave_endpoint_get_address (endpoint), time);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_OFFLINE, title, text);
}

static const char *
inference_title (const GError *error)
{
  switch ((EnclaveInferenceError) error->code)
    {
    case ENCLAVE_INFERENCE_ERROR_KEY:
      return _("The server wants another key");
    case ENCLAVE_INFERENCE_ERROR_MODEL:
      return _("The server can’t use this model");
    case ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL:
      return _("This model would leave this machine");
    case ENCLAVE_INFERENCE_ERROR_LOADING:
      return _("The model is still loading");
    case ENCLAVE_INFERENCE_ERROR_BUSY:
      return _("The server is busy");
    case ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER:
      return _("Something else answers there");
    case ENCLAVE_INFERENCE_ERROR_LIMIT:
      return _("The reply was larger than any reply should be");
    case ENCLAVE_INFERENCE_ERROR_OFFLINE:
    case ENCLAVE_INFERENCE_ERROR_TIMED_OUT:
    case ENCLAVE_INFERENCE_ERROR_WINDOW:
    case ENCLAVE_INFERENCE_ERROR_CUT_OFF:
    case ENCLAVE_INFERENCE_ERROR_SERVER:
    default:
      return _("The server reported an error");
    }
}

EnclaveMessageBlock *
enclave_turn_notice_for_error (const GError *error, EnclaveEndpoint *endpoint)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != ENCLAVE_INFERENCE_ERROR)
    return enclave_message_block_new_notice (ENCLAVE_NOTICE_SERVER_ERROR, _("The turn has ended"), error->message);

  switch ((EnclaveInferenceError) error->code)
    {
    case ENCLAVE_INFERENCE_ERROR_OFFLINE:
    case ENCLAVE_INFERENCE_ERROR_TIMED_OUT:
      return notice_offline (error, endpoint);

    case ENCLAVE_INFERENCE_ERROR_CUT_OFF:
      return enclave_message_block_new_notice (ENCLAVE_NOTICE_CUT_OFF, _("The server closed the connection"),
                                               _("The reply above is kept, but not complete. No tool was run from "
                                                 "it."));

    case ENCLAVE_INFERENCE_ERROR_WINDOW:
      return enclave_message_block_new_notice (ENCLAVE_NOTICE_WINDOW,
                                               _("The conversation is longer than the window"), error->message);

    case ENCLAVE_INFERENCE_ERROR_KEY:
    case ENCLAVE_INFERENCE_ERROR_MODEL:
    case ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL:
    case ENCLAVE_INFERENCE_ERROR_LOADING:
    case ENCLAVE_INFERENCE_ERROR_BUSY:
    case ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER:
    case ENCLAVE_INFERENCE_ERROR_LIMIT:
    case ENCLAVE_INFERENCE_ERROR_SERVER:
    default:
      return enclave_message_block_new_notice (ENCLAVE_NOTICE_SERVER_ERROR, inference_title (error), error->message);
    }
}

EnclaveMessageBlock *
enclave_turn_notice_stopped (void)
{
  return enclave_message_block_new_notice (ENCLAVE_NOTICE_STOPPED, _("Stopped"), _("What was said is kept."));
}

EnclaveMessageBlock *
enclave_turn_notice_rounds (guint max_rounds)
{
  g_autofree char *text = g_strdup_printf (ngettext ("The model asked for tools in %u round, the limit of one turn. "
                                                     "Send a message to go on.",
                                                     "The model asked for tools in %u rounds, the limit of one turn. "
                                                     "Send a message to go on.",
                                                     max_rounds),
                                           max_rounds);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_ROUNDS, _("The limit of rounds is reached"), text);
}

EnclaveMessageBlock *
enclave_turn_notice_loop (const char *tool, const char *subject)
{
  g_autofree char *text = g_strdup_printf (_("%s %s gave the same result each time, so the turn was ended."), tool,
                                           subject);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_LOOP, _("The same call, three times"), text);
}

EnclaveMessageBlock *
enclave_turn_notice_repetition (void)
{
  return enclave_message_block_new_notice (ENCLAVE_NOTICE_LOOP, _("The same words, over and over"),
                                           _("The model did not find an end, so the reply was ended. No tool was run from "
                                             "it."));
}

EnclaveMessageBlock *
enclave_turn_notice_length (void)
{
  return enclave_message_block_new_notice (ENCLAVE_NOTICE_LENGTH, _("The reply reached its limit"),
                                           _("It is kept, but not complete. No tool was run from it."));
}

EnclaveMessageBlock *
enclave_turn_notice_too_long (guint tokens, guint window)
{
  g_autofree char *text = g_strdup_printf (_("It has about %'u tokens, the window of the model holds %'u. Nothing was "
                                             "sent. Begin a new conversation or attach less."),
                                           tokens, window);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_WINDOW, _("The conversation is longer than the window"),
                                           text);
}

EnclaveMessageBlock *
enclave_turn_notice_cut_prompt (guint sent, guint read)
{
  g_autofree char *text = g_strdup_printf (_("Enclave sent %'u tokens, the server read %'u. Its window is smaller than "
                                             "it said, so the reply was thrown away."),
                                           sent, read);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_WINDOW, _("The server cut your request"), text);
}

EnclaveMessageBlock *
enclave_turn_notice_empty (void)
{
  return enclave_message_block_new_notice (ENCLAVE_NOTICE_SERVER_ERROR, _("The reply is empty"),
                                           _("The model ended without a word and without a call."));
}

EnclaveMessageBlock *
enclave_turn_notice_compacted (const EnclaveCompaction *compaction, guint before, guint after)
{
  g_autofree char *messages = g_strdup_printf (ngettext ("%u message with its answer", "%u messages with their answers",
                                                         compaction->n_messages),
                                               compaction->n_messages);
  g_autofree char *pieces = g_strdup_printf (ngettext ("a piece of %u longer text", "pieces of %u longer texts",
                                                       compaction->n_shortened),
                                             compaction->n_shortened);
  g_autofree char *what = compaction->n_messages > 0 && compaction->n_shortened > 0
                            ? g_strdup_printf (_("%s and %s"), messages, pieces)
                            : g_strdup (compaction->n_messages > 0 ? messages : pieces);
  g_autofree char *text = g_strdup_printf (_("The model no longer gets %s: about %'u tokens instead of %'u. You still see them here."),
                                           what, after, before);
  EnclaveMessageBlock *block = enclave_message_block_new_notice (ENCLAVE_NOTICE_COMPACTED, _("The conversation was shortened"),
                                                                 text);

  enclave_message_block_set_detail (block, compaction->left_out);

  return block;
}

EnclaveMessageBlock *
enclave_turn_notice_tools_dropped (const char *names, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("The model’s server can’t read the schema of %s. It is left out until another server is chosen.",
                                                     "The model’s server can’t read the schemas of %s. They are left out until another server is chosen.", n),
                                           names);

  return enclave_message_block_new_notice (ENCLAVE_NOTICE_COMPACTED, ngettext ("A tool was left out", "Tools were left out", n), text);
}
