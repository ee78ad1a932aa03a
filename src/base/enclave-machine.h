/* enclave-machine.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What of this machine decides which models run on it, as the kernel tells it to every user: no driver's own library is
 * asked and nothing is started. */
typedef struct
{
  guint64 ram_bytes;         /* 0 when the system does not tell */
  guint64 vram_bytes;        /* of the largest graphics card of its own; 0: none, or no driver tells it */
  guint64 all_vram_bytes;    /* of all such cards together */
  guint n_cards;             /* such cards, those whose memory nobody tells included */
  gboolean vram_by_name;     /* the size follows from the card's name, since its driver tells none: the smallest that was sold */
  gboolean unified;          /* a graphics unit uses the main memory */
  guint n_cores;             /* physical ones; at least 1 */
  guint ram_gb_per_second;   /* 10^9 bytes a second a class of machines reads from memory; never told, so an estimate */
  guint vram_gb_per_second;  /* of the largest card; 0 without one */
  char name[64];             /* of the largest card, or of the unit that shares the memory; "" when nobody tells */
} EnclaveMachine;

/* @root: "/", or a folder that holds a `proc` and a `sys` like those. Never fails: what can't be read stays 0. */
void enclave_machine_read (const char *root, EnclaveMachine *machine);
/* This machine, read once in a run. Not for several threads. */
const EnclaveMachine *enclave_machine_get_default (void);

G_END_DECLS
