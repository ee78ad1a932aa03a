/* enclave-egress.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-egress-private.h"

#include <string.h>

/* Addresses whose repeated failures are counted; beyond that each is written. */
#define REPEATS_MAX 256

typedef struct
{
  EnclaveEgressConnection connection; /* its strings are this one's own */
  EnclaveEgressMeter meter;
  gpointer source;
} Open;

typedef struct
{
  EnclaveEgressConnection connection;
  EnclaveConnectionEvent event;
  char *reason;
  guint64 n_more; /* after the one that was written */
} Repeat;

static struct
{
  EnclaveAuditLog *ledger;
  char *run;
  guint64 n_numbers;
  guint64 last_flushed; /* the number up to which all that was open is written */
  GPtrArray *open;     /* Open */
  GHashTable *repeats; /* address and asker -> Repeat */
} egress;

static void
copy_connection (EnclaveEgressConnection *to, const EnclaveEgressConnection *from)
{
  *to = *from;
  to->address = g_strdup (from->address);
  to->by = g_strdup (from->by);
}

static void
open_free (Open *open)
{
  g_free ((char *) open->connection.address);
  g_free ((char *) open->connection.by);
  g_free (open);
}

static void
repeat_free (Repeat *repeat)
{
  g_free ((char *) repeat->connection.address);
  g_free ((char *) repeat->connection.by);
  g_free (repeat->reason);
  g_free (repeat);
}

static void
ensure_ledger (void)
{
  if (egress.ledger != NULL)
    return;
  egress.ledger = enclave_audit_log_new_for_connections ();
  egress.run = g_uuid_string_random ();
  egress.open = g_ptr_array_new_with_free_func ((GDestroyNotify) open_free);
  egress.repeats = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) repeat_free);
}

static void
write_event (EnclaveConnectionEvent event, const EnclaveEgressConnection *connection, const char *reason, guint64 times,
             guint64 sent, guint64 received)
{
  const EnclaveConnectionRecord record = { .event = event, .address = connection->address, .by = connection->by,
                                           .mode = connection->mode, .run = egress.run, .number = connection->number,
                                           .is_local = connection->is_local, .reason = reason, .times = times, .sent = sent,
                                           .received = received };
  g_autoptr (GError) error = NULL;

  if (!enclave_audit_log_append_connection (egress.ledger, &record, &error))
    g_message ("%s", error->message);
}

static char *
key_of (const EnclaveEgressConnection *connection)
{
  return g_strconcat (connection->address, "\n", connection->by, NULL);
}

static void
write_repeat (Repeat *repeat)
{
  if (repeat->n_more > 0)
    write_event (repeat->event, &repeat->connection, repeat->reason, repeat->n_more, 0, 0);
  repeat->n_more = 0;
}

static void
end_repeat (const EnclaveEgressConnection *connection)
{
  g_autofree char *key = key_of (connection);
  Repeat *repeat = g_hash_table_lookup (egress.repeats, key);

  if (repeat == NULL)
    return;
  write_repeat (repeat);
  g_hash_table_remove (egress.repeats, key);
}

static void
note_repeatable (EnclaveConnectionEvent event, const EnclaveEgressConnection *connection, const char *reason)
{
  g_autofree char *key = key_of (connection);
  Repeat *repeat;

  ensure_ledger ();
  repeat = g_hash_table_lookup (egress.repeats, key);
  if (repeat != NULL && repeat->event == event && strcmp (repeat->reason, reason) == 0)
    {
      repeat->n_more++;
      return;
    }
  end_repeat (connection);
  write_event (event, connection, reason, 1, 0, 0);
  if (g_hash_table_size (egress.repeats) >= REPEATS_MAX)
    return;
  repeat = g_new0 (Repeat, 1);
  copy_connection (&repeat->connection, connection);
  repeat->event = event;
  repeat->reason = g_strdup (reason);
  g_hash_table_insert (egress.repeats, g_steal_pointer (&key), repeat);
}

guint64
enclave_egress_new_number (void)
{
  return ++egress.n_numbers;
}

void
enclave_egress_note_opened (const EnclaveEgressConnection *connection, EnclaveEgressMeter meter, gpointer source)
{
  Open *open;

  ensure_ledger ();
  end_repeat (connection);
  write_event (ENCLAVE_CONNECTION_OPENED, connection, NULL, 1, 0, 0);
  if (meter == NULL)
    return;
  open = g_new0 (Open, 1);
  copy_connection (&open->connection, connection);
  open->meter = meter;
  open->source = source;
  g_ptr_array_add (egress.open, open);
}

void
enclave_egress_note_closed (const EnclaveEgressConnection *connection, guint64 sent, guint64 received)
{
  if (connection->number <= egress.last_flushed)
    return;
  ensure_ledger ();
  write_event (ENCLAVE_CONNECTION_CLOSED, connection, NULL, 1, sent, received);
  for (guint i = 0; i < egress.open->len; i++)
    if (((Open *) g_ptr_array_index (egress.open, i))->connection.number == connection->number)
      {
        g_ptr_array_remove_index_fast (egress.open, i);
        return;
      }
}

void
enclave_egress_note_failed (const EnclaveEgressConnection *connection, const char *reason)
{
  note_repeatable (ENCLAVE_CONNECTION_FAILED, connection, reason);
}

void
enclave_egress_note_refused (const EnclaveEgressConnection *connection, const char *reason)
{
  note_repeatable (ENCLAVE_CONNECTION_REFUSED, connection, reason);
}

void
_enclave_egress_foreach_open (void (*take) (const EnclaveEgressConnection *, guint64, guint64, gpointer), gpointer user_data)
{
  for (guint i = 0; egress.open != NULL && i < egress.open->len; i++)
    {
      const Open *open = g_ptr_array_index (egress.open, i);
      guint64 sent = 0, received = 0;

      open->meter (open->source, &sent, &received);
      take (&open->connection, sent, received, user_data);
    }
}

void
enclave_egress_flush (void)
{
  GHashTableIter iter;
  gpointer repeat;

  if (egress.ledger == NULL)
    return;
  while (egress.open->len > 0)
    {
      const Open *open = g_ptr_array_index (egress.open, 0);
      guint64 sent = 0, received = 0;

      open->meter (open->source, &sent, &received);
      enclave_egress_note_closed (&open->connection, sent, received);
    }
  g_hash_table_iter_init (&iter, egress.repeats);
  while (g_hash_table_iter_next (&iter, NULL, &repeat))
    write_repeat (repeat);
  egress.last_flushed = egress.n_numbers;
}
