/* enclave-test-exchange.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-test-exchange.h"

#include "enclave-test-project.h"

EnclaveInferenceClient *
enclave_test_client_new (const char *address, EnclaveEndpointKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (address, kind, &error);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  EnclaveInferenceClient *client;

  g_assert_no_error (error);
  client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  return client;
}

EnclaveChatRequest *
enclave_test_request_new (guint max_tokens)
{
  EnclaveChatRequest *request = enclave_chat_request_new ("test-model");

  enclave_chat_request_add_message (request, "user", "Hello");
  enclave_chat_request_set_max_tokens (request, max_tokens);
  return request;
}

static void
free_event (gpointer event)
{
  enclave_completion_event_free (event);
}

EnclaveTestExchange *
enclave_test_exchange_run (EnclaveInferenceClient *client, EnclaveChatRequest *request)
{
  EnclaveTestExchange *self = g_new0 (EnclaveTestExchange, 1);
  g_autoptr (EnclaveCompletionStream) stream = NULL;
  GAsyncResult *result = NULL;

  self->events = g_ptr_array_new_with_free_func (free_event);
  enclave_inference_client_open_stream_async (client, request, NULL, enclave_test_result_callback, &result);
  {
    g_autoptr (GAsyncResult) opened = enclave_test_wait (&result);

    stream = enclave_inference_client_open_stream_finish (client, opened, &self->error);
  }
  while (stream != NULL)
    {
      g_autoptr (GAsyncResult) next = NULL;
      EnclaveCompletionEvent *event;

      result = NULL;
      enclave_completion_stream_next_async (stream, NULL, enclave_test_result_callback, &result);
      next = enclave_test_wait (&result);
      event = enclave_completion_stream_next_finish (stream, next, &self->error);
      if (event == NULL)
        break;
      g_ptr_array_add (self->events, event);
    }
  return self;
}

void
enclave_test_exchange_free (EnclaveTestExchange *self)
{
  g_ptr_array_unref (self->events);
  g_clear_error (&self->error);
  g_free (self);
}

char *
enclave_test_exchange_text (EnclaveTestExchange *self, EnclaveCompletionKind kind)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->events->len; i++)
    {
      EnclaveCompletionEvent *event = g_ptr_array_index (self->events, i);

      if (event->kind == kind && event->text != NULL)
        g_string_append (text, event->text);
    }
  return g_string_free (text, FALSE);
}

EnclaveCompletionEvent *
enclave_test_exchange_find (EnclaveTestExchange *self, EnclaveCompletionKind kind, guint nth)
{
  for (guint i = 0; i < self->events->len; i++)
    {
      EnclaveCompletionEvent *event = g_ptr_array_index (self->events, i);

      if (event->kind == kind && nth-- == 0)
        return event;
    }
  return NULL;
}

char *
enclave_test_exchange_describe (EnclaveTestExchange *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->events->len; i++)
    {
      EnclaveCompletionEvent *event = g_ptr_array_index (self->events, i);

      g_string_append_printf (text, "%d|%s|%s|%s|%s|%u|%u|%u|%u|%u|%.3f\n", event->kind,
                              event->text ? event->text : "-", event->id ? event->id : "-", event->name ? event->name : "-",
                              event->arguments ? event->arguments : "-", event->total, event->cached, event->processed,
                              event->prompt_tokens, event->completion_tokens, event->tokens_per_second);
    }
  if (self->error != NULL)
    g_string_append_printf (text, "error %s %d %s\n", g_quark_to_string (self->error->domain), self->error->code,
                            self->error->message);
  return g_string_free (text, FALSE);
}
