/* mask-class.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

/* What can be said of a mask without knowing where the text is from. Independent of the rules that found it: a mask counts
 * as true only for what is read in the masked bytes themselves. */
typedef enum
{
  MASK_PROVED, /* the bytes read as a private key, a signed token or a salted hash */
  MASK_RANDOM, /* no order in it, in the length and alphabet of a key, under the name of one: a test's key or a real one */
  MASK_OTHER,  /* to be counted as false */
  N_MASK_CLASSES,
} MaskClass;

MaskClass mask_class_of (const char *rule, const char *value, gsize length);
/* Static. */
const char *mask_class_get_name (MaskClass class);
