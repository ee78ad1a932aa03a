/* enclave-net-wire.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* What a window and enclave-net say to each other: datagrams of words that each end in a NUL.
 *
 * `connect` ID ADDRESS BY    one connection to ADDRESS (`http://127.0.0.1:11434`), asked for by BY
 * `offer` ID ADDRESS BY      a socket at which any number of connections to ADDRESS (`127.0.0.1:5432`) can be made
 * `cancel` ID                what `connect` ID began is not wanted any more; to this there is no answer, and maybe none to that
 * `report` ID                what has gone over connections that are open; the others are in the ledger
 *
 * Answers: ID `ok` PATH, where the connection waits for this window alone, or where the offer is; ID `failed` ERRNO, nobody
 * answers at the address; ID `refused` REASON, the allow-list of enclave-net's own reading does not hold it. To `report`: ID `ok`,
 * then for each connection four words: ADDRESS, BY, bytes sent, bytes received. */
#define ENCLAVE_NET_MESSAGE_MAX_BYTES 60000
#define ENCLAVE_NET_ADDRESS_MAX_BYTES 512
/* On a socket of an offer, before anything else: the other end is there. */
#define ENCLAVE_NET_CONNECTED '+'
