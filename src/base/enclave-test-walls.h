/* enclave-test-walls.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

/* Taking a wall of the sandbox away, so that a test can tell which one held. It is in the program only when that was built with
 * the option `test-walls`, which no release is: without it these functions are constants. Nothing but libc is used here, since
 * `enclave-confine` has nothing else.
 *
 * The variable ENCLAVE_TEST_WALLS_OFF holds words with commas between them: the name of a wall (`landlock`), or a name and a
 * number (`landlock-abi=2`). */

#include <stdbool.h>

#define ENCLAVE_TEST_WALLS_VARIABLE "ENCLAVE_TEST_WALLS_OFF"

#ifdef ENCLAVE_TEST_WALLS

#include <stdlib.h>
#include <string.h>

/* Returns: what follows @word in the variable, or NULL. */
static inline const char *
enclave_test_walls_find (const char *word)
{
  const char *value = getenv (ENCLAVE_TEST_WALLS_VARIABLE);
  size_t length = strlen (word);

  for (const char *at = value != NULL ? value : ""; *at != '\0'; at += strcspn (at, ","), at += *at == ',')
    if (strncmp (at, word, length) == 0 && strchr (",=", at[length]) != NULL)
      return at + length;
  return NULL;
}

/* Whether @entry of an environment is the variable, which a program that wipes its own has to leave. */
static inline bool
enclave_test_walls_is_variable (const char *entry)
{
  size_t length = strlen (ENCLAVE_TEST_WALLS_VARIABLE);

  return strncmp (entry, ENCLAVE_TEST_WALLS_VARIABLE, length) == 0 && entry[length] == '=';
}

/* Whether a test does without the wall @name. */
static inline bool
enclave_test_walls_is_off (const char *name)
{
  const char *rest = enclave_test_walls_find (name);

  return rest != NULL && *rest != '=';
}

/* Returns: the number that a test has given to @name, else @number. */
static inline int
enclave_test_walls_number (const char *name, int number)
{
  const char *rest = enclave_test_walls_find (name);

  return rest != NULL && *rest == '=' ? atoi (rest + 1) : number;
}

#else

static inline bool
enclave_test_walls_is_variable (const char *entry)
{
  (void) entry;
  return false;
}

static inline bool
enclave_test_walls_is_off (const char *name)
{
  (void) name;
  return false;
}

static inline int
enclave_test_walls_number (const char *name, int number)
{
  (void) name;
  return number;
}

#endif
