/* enclave-egress.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-log.h"

G_BEGIN_DECLS

/* The ledger of connections: what was asked for, by whom, allowed or refused, and how many bytes went each way. One per process;
 * main thread only. A failure or a refusal that repeats itself is written once, and how often it came before something else did. */

#define ENCLAVE_EGRESS_SEALED "sealed" /* enclave-net connects and counts */
#define ENCLAVE_EGRESS_DIRECT "direct" /* the process itself */
#define ENCLAVE_EGRESS_BOX "box"       /* the relay of a command's box, which does not count */

/* What is known about a connection. */
typedef struct
{
  const char *address; /* `http://127.0.0.1:11434` */
  const char *by;
  const char *mode;
  gboolean is_local;
  guint64 number;
} EnclaveEgressConnection;

/* Bytes of a connection that is open now. */
typedef void (*EnclaveEgressMeter) (gpointer source, guint64 *sent, guint64 *received);

guint64 enclave_egress_new_number (void);
/* @meter: (nullable). @source is given to it until the connection is closed. */
void enclave_egress_note_opened (const EnclaveEgressConnection *connection, EnclaveEgressMeter meter, gpointer source);
void enclave_egress_note_closed (const EnclaveEgressConnection *connection, guint64 sent, guint64 received);
void enclave_egress_note_failed (const EnclaveEgressConnection *connection, const char *reason);
void enclave_egress_note_refused (const EnclaveEgressConnection *connection, const char *reason);
/* What is open, and what was only counted, is written: at the end of a program. Who closes later what was open adds nothing. */
void enclave_egress_flush (void);

/* Of one address and asker, since a time. */
typedef struct
{
  char *address;
  char *by;
  char *mode;
  gboolean is_local;
  guint64 sent;
  guint64 received;
  guint n_opened;
  guint n_uncounted; /* of those opened: to boxes whose relay does not count */
  guint n_failed;
  char *first;  /* ISO 8601: when it was asked for first */
} EnclaveEgressSum;

typedef struct
{
  char *address;
  char *by;
  char *reason;
  char *last;  /* ISO 8601 */
  guint n;
} EnclaveEgressRefusal;

typedef struct
{
  GPtrArray *sums;     /* EnclaveEgressSum */
  GPtrArray *refusals; /* EnclaveEgressRefusal */
  guint64 sent_elsewhere;
  guint64 received_elsewhere;
  guint n_uncounted_elsewhere; /* grants to addresses of other machines, whose bytes nobody counts */
  guint n_refused;
} EnclaveEgressReport;

void enclave_egress_report_free (EnclaveEgressReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveEgressReport, enclave_egress_report_free)

/* Every process of this user that wrote since @since_us (real time), with what is open here and in enclave-net. */
void enclave_egress_report_async (gint64 since_us, GAsyncReadyCallback callback, gpointer user_data);
EnclaveEgressReport *enclave_egress_report_finish (GAsyncResult *result, GError **error);
/* When this process began. */
gint64 enclave_egress_get_start_us (void);

G_END_DECLS
