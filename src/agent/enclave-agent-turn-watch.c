/* enclave-agent-turn-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-service-private.h"
#include "enclave-limits.h"
#include "enclave-server-load.h"

/* A local server is silent for seconds or minutes before the first word. What it does meanwhile is found out or reckoned here,
 * with one small question a second at most and only while nothing comes. */

#define TICK_MS 200
#define ASK_AFTER_US (400 * 1000)
#define ASK_EVERY_US (1000 * 1000)
#define RETRY_LOADING_MS 1000
/* A bar for less would only flicker. */
#define SHORTEST_READING_S 1.5
/* Of a prompt that is shorter, the time is that of other things. */
#define MIN_RATE_TOKENS 200
#define MIN_SPEED_PIECES 8

static void
show_estimate (EnclaveAgentTurn *self, gint64 now)
{
  EnclaveAgentService *service = self->service;
  guint known = service->last_mode == self->mode ? MIN (service->last_prompt_tokens, self->prompt_guess) : 0;
  double rate = service->read_rate;
  double read;

  if (rate <= 0 || (self->prompt_guess - known) / rate < SHORTEST_READING_S)
    return;
  read = known + rate * (double) (now - self->asked_at) / G_USEC_PER_SEC;
  /* Late is not done. */
  enclave_agent_service_set_progress (service, self->prompt_guess, 0, (guint) MIN (read, self->prompt_guess * 0.98), TRUE);
}

/* Servers send a token a piece, by and large; what they say at the end replaces this. */
static void
show_speed (EnclaveAgentTurn *self, gint64 now)
{
  if (self->first_at != 0 && self->n_pieces >= MIN_SPEED_PIECES && now - self->first_at > G_USEC_PER_SEC)
    enclave_agent_service_set_speed (self->service, self->n_pieces / ((double) (now - self->first_at) / G_USEC_PER_SEC));
}

static void
show_loading (EnclaveAgentTurn *self, gint64 now)
{
  gint64 whole = self->service->load_us;
  guint percent = 0;

  if (self->loading_since == 0)
    self->loading_since = self->asked_at;
  if (whole > 0)
    percent = (guint) CLAMP ((now - self->loading_since) * 100 / whole, 1, 98);
  enclave_agent_service_set_wait (self->service, ENCLAVE_TURN_WAIT_LOADING, percent);
}

static void
on_load (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveAgentTurn) self = user_data;
  EnclaveServerLoad load = enclave_server_load_finish (ENCLAVE_INFERENCE_CLIENT (source), result);

  self->load_pending = FALSE;
  if (enclave_agent_turn_is_over (self) || self->watch == 0 || self->first_at != 0 || self->got_progress)
    return;
  if (load == ENCLAVE_SERVER_LOAD_LOADING)
    show_loading (self, g_get_monotonic_time ());
  else if (load == ENCLAVE_SERVER_LOAD_BUSY)
    enclave_agent_service_set_wait (self->service, ENCLAVE_TURN_WAIT_OTHER_REQUEST, 0);
  else if (self->retry == 0 && self->service->wait != ENCLAVE_TURN_WAIT_SILENT)
    {
      /* What was waited for is over, and the reading begins now. */
      if (self->service->wait != ENCLAVE_TURN_WAIT_NONE)
        self->asked_at = g_get_monotonic_time ();
      enclave_agent_service_set_wait (self->service, ENCLAVE_TURN_WAIT_NONE, 0);
    }
}

static gboolean
on_tick (gpointer user_data)
{
  EnclaveAgentTurn *self = user_data;
  g_autoptr (EnclaveAgentTurn) hold = g_object_ref (self);
  gint64 now = g_get_monotonic_time ();

  if (enclave_agent_turn_is_over (self))
    {
      self->watch = 0;
      return G_SOURCE_REMOVE;
    }
  show_speed (self, now);
  if (!enclave_agent_turn_is_over (self) && self->first_at == 0 && !self->got_progress)
    {
      if (now - self->asked_at > ASK_AFTER_US && !self->load_pending && now - self->load_asked_at > ASK_EVERY_US)
        {
          self->load_pending = TRUE;
          self->load_asked_at = now;
          enclave_server_load_async (self->client, enclave_model_info_get_id (self->model), self->cancellable, on_load,
                                     g_object_ref (self));
        }
      if (self->service->wait == ENCLAVE_TURN_WAIT_LOADING)
        show_loading (self, now);
      else if (self->service->wait == ENCLAVE_TURN_WAIT_NONE)
        show_estimate (self, now);
    }
  /* Whoever hears of any of it may have ended the turn, and the source with it. */
  if (!enclave_agent_turn_is_over (self) && self->service->wait == ENCLAVE_TURN_WAIT_NONE
      && now - self->heard_at > ENCLAVE_STREAM_STALL_MS * (gint64) 1000
      && !(self->first_at == 0 && self->service->progress_total > 0 && !self->got_progress
           && self->service->progress_processed < self->prompt_guess * 0.97))
    enclave_agent_service_set_wait (self->service, ENCLAVE_TURN_WAIT_SILENT, 0);

  return G_SOURCE_CONTINUE;
}

void
enclave_agent_turn_watch (EnclaveAgentTurn *self)
{
  enclave_agent_turn_unwatch (self);
  self->asked_at = self->heard_at = g_get_monotonic_time ();
  self->n_pieces = 0;
  self->first_at = self->load_asked_at = self->loading_since = 0;
  self->got_progress = FALSE;
  self->watch = g_timeout_add (TICK_MS, on_tick, self);
}

void
enclave_agent_turn_unwatch (EnclaveAgentTurn *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  if (self->service != NULL)
    enclave_agent_service_set_wait (self->service, ENCLAVE_TURN_WAIT_NONE, 0);
}

void
enclave_agent_turn_watch_event (EnclaveAgentTurn *self, const EnclaveCompletionEvent *event)
{
  EnclaveAgentService *service = self->service;

  self->heard_at = g_get_monotonic_time ();
  if (service->wait != ENCLAVE_TURN_WAIT_NONE)
    enclave_agent_service_set_wait (service, ENCLAVE_TURN_WAIT_NONE, 0);
  if (self->loading_since != 0 && self->first_at == 0)
    {
      service->load_us = self->heard_at - self->loading_since;
      self->asked_at = self->heard_at;
    }
  self->loading_since = 0;

  if (event->kind == ENCLAVE_COMPLETION_TEXT || event->kind == ENCLAVE_COMPLETION_REASONING)
    self->n_pieces++;
  if (event->kind == ENCLAVE_COMPLETION_PROGRESS)
    self->got_progress = TRUE;
  else if (event->kind != ENCLAVE_COMPLETION_USAGE && event->kind != ENCLAVE_COMPLETION_END && self->first_at == 0)
    self->first_at = self->heard_at;
  else if (event->kind == ENCLAVE_COMPLETION_USAGE)
    {
      guint fresh = event->prompt_tokens - MIN (event->cached, event->prompt_tokens);

      if (event->prompt_tokens_per_second > 0)
        service->read_rate = event->prompt_tokens_per_second;
      /* Of a server that does not tell what it had cached, only a first prompt is known to be read as a whole. */
      else if (fresh >= MIN_RATE_TOKENS && self->first_at > self->asked_at
               && (event->cached > 0 || service->last_prompt_tokens == 0))
        service->read_rate = fresh / ((double) (self->first_at - self->asked_at) / G_USEC_PER_SEC);
    }
}

static gboolean
on_retry (gpointer user_data)
{
  EnclaveAgentTurn *self = user_data;

  self->retry = 0;
  if (!enclave_agent_turn_is_over (self))
    enclave_agent_turn_send (self);

  return G_SOURCE_REMOVE;
}

gboolean
enclave_agent_turn_wait_for_model (EnclaveAgentTurn *self, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  if (!g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LOADING)
      || now - (self->loading_since != 0 ? self->loading_since : now) > ENCLAVE_MODEL_LOAD_MAX_S * G_USEC_PER_SEC)
    return FALSE;
  show_loading (self, now);
  if (!enclave_agent_turn_is_over (self))
    self->retry = g_timeout_add (RETRY_LOADING_MS, on_retry, self);

  return TRUE;
}
