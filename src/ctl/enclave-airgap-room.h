/* enclave-airgap-room.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A room where every packet is counted: a network namespace of its own, whose routes to every address lead to a sink, and whose
 * names are asked at an address of the sink. Made as an ordinary user, where the kernel lets one have user namespaces. */

#define ENCLAVE_AIRGAP_DESTINATIONS_MAX 64
/* Of the addresses set aside for documentation (RFC 5737): a name server that is none. */
#define ENCLAVE_AIRGAP_NAME_SERVER "192.0.2.53"

typedef struct
{
  char address[48];
  guint protocol; /* of IP: 6, 17, 58 */
  guint port;
  guint64 packets;
  guint64 bytes;
} EnclaveAirgapDestination;

typedef struct
{
  guint64 packets;          /* to any address that is not this machine's loopback: they would have left */
  guint64 bytes;
  guint64 answers;          /* refusals of the sink, which follow from those */
  guint64 dns;              /* questions to name servers of any kind, at any address, loopback too */
  guint64 missed;           /* that the kernel could not hand over for counting */
  guint64 loopback_packets; /* of the kernel's own counter of the only interface; those above are among them */
  guint64 loopback_bytes;
  gint64 ip_out_requests;   /* of /proc/net/snmp */
  gint64 ip_out_no_routes;
  gint64 ip6_out_requests;  /* of /proc/net/snmp6 */
  char interfaces[128];
  EnclaveAirgapDestination destinations[ENCLAVE_AIRGAP_DESTINATIONS_MAX];
  guint n_destinations;
  gboolean names_are_watched; /* resolv.conf is the room's own, and the sockets of the system's resolver are out of reach */
  int exit_status;          /* as a shell tells it */
  char problem[256];        /* why there is no room; "" */
  gboolean sealed;          /* it is that this process may make no socket of a network, like all in a sealed terminal */
} EnclaveAirgapCounts;

/* Runs @argv in @folder in a fresh room, its output on standard error, and counts until its last process has ended. Blocks.
 * @environment: (nullable). FALSE when there is no room: counts->problem tells. */
gboolean enclave_airgap_room_run (const char *const *argv, const char *folder, const char *const *environment,
                                  EnclaveAirgapCounts *counts);
/* The same for packets of our own, three to other addresses, one of them a question to a name server: what has to be counted. */
gboolean enclave_airgap_room_control (EnclaveAirgapCounts *counts);

G_END_DECLS
