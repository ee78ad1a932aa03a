/* enclave-airgap-count.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-airgap-count.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUEUE_BYTES (4 * 1024 * 1024)

/* DNS, DNS over TLS, mDNS, LLMNR, NetBIOS. */
static const guint16 name_ports[] = { 53, 853, 5353, 5355, 137 };

#define LOAD(size, mode, at) BPF_STMT (BPF_LD | (size) | (mode), (guint32) (at))
#define SKIP_UNLESS(value, n) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define SKIP_IF(value, n) BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, (value), (n), 0)
#define TAKE BPF_STMT (BPF_RET | BPF_K, 256)
#define DROP BPF_STMT (BPF_RET | BPF_K, 0)

/* The kernel leaves out what is within loopback, so that a long conversation does not fill the queue and hide one packet that
 * matters. What it does not know it hands over. */
static struct sock_filter program[] = {
  LOAD (BPF_W, BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE), SKIP_IF (PACKET_OUTGOING, 1), DROP,
  LOAD (BPF_W, BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL), SKIP_IF (ETH_P_IP, 2), SKIP_IF (ETH_P_IPV6, 17), TAKE,
  /* IPv4: what is not for 127.0.0.0/8, and of the rest what is for a port of names. */
  LOAD (BPF_B, BPF_ABS, 16), SKIP_IF (127, 1), TAKE,
  LOAD (BPF_B, BPF_ABS, 9), SKIP_IF (IPPROTO_UDP, 2), SKIP_IF (IPPROTO_TCP, 1), DROP,
  BPF_STMT (BPF_LDX | BPF_B | BPF_MSH, 0), LOAD (BPF_H, BPF_IND, 2),
  SKIP_IF (53, 5), SKIP_IF (853, 4), SKIP_IF (5353, 3), SKIP_IF (5355, 2), SKIP_IF (137, 1), DROP, TAKE,
  /* IPv6: the same for ::1. */
  LOAD (BPF_W, BPF_ABS, 24), SKIP_UNLESS (0, 7), LOAD (BPF_W, BPF_ABS, 28), SKIP_UNLESS (0, 5),
  LOAD (BPF_W, BPF_ABS, 32), SKIP_UNLESS (0, 3), LOAD (BPF_W, BPF_ABS, 36), SKIP_UNLESS (1, 1), BPF_JUMP (BPF_JMP | BPF_JA, 1, 0, 0),
  TAKE,
  LOAD (BPF_H, BPF_ABS, 42),
  SKIP_IF (53, 5), SKIP_IF (853, 4), SKIP_IF (5353, 3), SKIP_IF (5355, 2), SKIP_IF (137, 1), DROP, TAKE,
};

static gboolean
is_name_port (guint port)
{
  for (guint i = 0; i < G_N_ELEMENTS (name_ports); i++)
    if (name_ports[i] == port)
      return TRUE;
  return FALSE;
}

int
enclave_airgap_count_open (void)
{
  const int queue = QUEUE_BYTES;
  struct sock_fprog filter = { .len = G_N_ELEMENTS (program), .filter = program };
  int fd = socket (AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons (ETH_P_ALL));

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof queue);
  if (setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0)
    return fd;
  close (fd);
  return -1;
}

static void
add_destination (EnclaveAirgapCounts *counts, const char *address, guint protocol, guint port, guint64 bytes)
{
  EnclaveAirgapDestination *destination = NULL;

  for (guint i = 0; destination == NULL && i < counts->n_destinations; i++)
    if (strcmp (counts->destinations[i].address, address) == 0 && counts->destinations[i].protocol == protocol
        && counts->destinations[i].port == port)
      destination = &counts->destinations[i];
  if (destination == NULL)
    {
      if (counts->n_destinations == ENCLAVE_AIRGAP_DESTINATIONS_MAX)
        return;
      destination = &counts->destinations[counts->n_destinations++];
      g_strlcpy (destination->address, address, sizeof destination->address);
      destination->protocol = protocol;
      destination->port = port;
    }
  destination->packets++;
  destination->bytes += bytes;
}

/* Whether it is what the sink says to a packet that came to it: nobody listens there. */
static gboolean
is_answer (const guint8 *payload, gsize length, guint protocol)
{
  const guint8 reset = 0x04;

  switch (protocol)
    {
    case IPPROTO_ICMP:
      return length > 0 && payload[0] == 3;
    case IPPROTO_ICMPV6:
      return length > 0 && payload[0] == 1;
    case IPPROTO_TCP:
      return length > 13 && (payload[13] & reset) != 0;
    default:
      return FALSE;
    }
}

static void
count_packet (const guint8 *packet, gsize length, gsize whole, EnclaveAirgapCounts *counts)
{
  guint version = length > 0 ? packet[0] >> 4 : 0;
  char address[INET6_ADDRSTRLEN] = "?";
  guint protocol = 0, port = 0;
  gsize header = 0;
  gboolean is_loopback = FALSE;

  if (version == 4 && length >= 20)
    {
      header = (gsize) (packet[0] & 0xf) * 4;
      protocol = packet[9];
      is_loopback = packet[16] == 127;
      inet_ntop (AF_INET, packet + 16, address, sizeof address);
    }
  else if (version == 6 && length >= 40)
    {
      header = 40;
      protocol = packet[6];
      is_loopback = IN6_IS_ADDR_LOOPBACK ((const struct in6_addr *) (packet + 24));
      inet_ntop (AF_INET6, packet + 24, address, sizeof address);
    }
  if ((protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && length >= header + 4)
    port = (guint) packet[header + 2] << 8 | packet[header + 3];
  if (!is_loopback && length > header && is_answer (packet + header, length - header, protocol))
    {
      counts->answers++;
      return;
    }
  if (is_name_port (port))
    counts->dns++;
  if (is_loopback && !is_name_port (port))
    return;
  if (!is_loopback)
    {
      counts->packets++;
      counts->bytes += whole;
    }
  add_destination (counts, address, protocol, port, whole);
}

void
enclave_airgap_count_read (int fd, EnclaveAirgapCounts *counts)
{
  guint8 packet[256];
  gssize n;

  /* MSG_TRUNC: the length of the whole packet is what is wanted. */
  while ((n = recv (fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC)) > 0)
    count_packet (packet, MIN ((gsize) n, sizeof packet), (gsize) n, counts);
}

/* Two lines of /proc/net/snmp: names, then values. */
static gint64
find_value (const char *text, const char *prefix, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      g_auto (GStrv) names = NULL;
      g_auto (GStrv) values = NULL;

      if (!g_str_has_prefix (lines[i], prefix) || !g_str_has_prefix (lines[i + 1], prefix))
        continue;
      names = g_strsplit (lines[i], " ", -1);
      values = g_strsplit (lines[i + 1], " ", -1);
      for (guint k = 0; names[k] != NULL && k < g_strv_length (values); k++)
        if (strcmp (names[k], name) == 0)
          return g_ascii_strtoll (values[k], NULL, 10);
    }
  return -1;
}

static void
read_interfaces (EnclaveAirgapCounts *counts)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/self/net/dev", &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 2; i < g_strv_length (lines); i++)
    {
      char name[32];
      unsigned long long bytes, packets;

      /* proc(5): eight columns of what was received, then bytes and packets sent. */
      if (sscanf (lines[i], " %31[^:]: %*u %*u %*u %*u %*u %*u %*u %*u %llu %llu", name, &bytes, &packets) != 3)
        continue;
      if (counts->interfaces[0] != '\0')
        g_strlcat (counts->interfaces, " ", sizeof counts->interfaces);
      g_strlcat (counts->interfaces, name, sizeof counts->interfaces);
      if (strcmp (name, "lo") != 0)
        continue;
      counts->loopback_bytes = bytes;
      counts->loopback_packets = packets;
    }
}

void
enclave_airgap_count_read_kernel (int fd, EnclaveAirgapCounts *counts)
{
  g_autofree char *four = NULL;
  g_autofree char *six = NULL;
  const char *at;
  struct tpacket_stats stats = { 0 };
  socklen_t length = sizeof stats;

  if (getsockopt (fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) == 0)
    counts->missed += stats.tp_drops;
  counts->ip_out_requests = counts->ip_out_no_routes = counts->ip6_out_requests = -1;
  if (g_file_get_contents ("/proc/self/net/snmp", &four, NULL, NULL))
    {
      counts->ip_out_requests = find_value (four, "Ip:", "OutRequests");
      counts->ip_out_no_routes = find_value (four, "Ip:", "OutNoRoutes");
    }
  if (g_file_get_contents ("/proc/self/net/snmp6", &six, NULL, NULL) && (at = strstr (six, "Ip6OutRequests")) != NULL)
    counts->ip6_out_requests = g_ascii_strtoll (at + strlen ("Ip6OutRequests"), NULL, 10);
  read_interfaces (counts);
}
