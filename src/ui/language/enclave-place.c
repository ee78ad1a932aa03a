/* enclave-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-place.h"

struct _EnclavePlace
{
  GObject parent_instance;

  char *path;
  char *shown;
  EnclaveLanguagePosition position;
  char *icon_name;
  char *word;
  char *text;
  guint depth;
};

G_DEFINE_FINAL_TYPE (EnclavePlace, enclave_place, G_TYPE_OBJECT)

static void
enclave_place_finalize (GObject *object)
{
  EnclavePlace *self = ENCLAVE_PLACE (object);

  g_free (self->path);
  g_free (self->shown);
  g_free (self->icon_name);
  g_free (self->word);
  g_free (self->text);
  G_OBJECT_CLASS (enclave_place_parent_class)->finalize (object);
}

static void
enclave_place_class_init (EnclavePlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_place_finalize;
}

static void
enclave_place_init (EnclavePlace *self)
{
}

EnclavePlace *
enclave_place_new (const char *path, const char *shown, EnclaveLanguagePosition position, const char *icon_name, const char *word,
                   const char *text)
{
  EnclavePlace *self = g_object_new (ENCLAVE_TYPE_PLACE, NULL);

  self->path = g_strdup (path);
  self->shown = g_strdup (shown);
  self->position = position;
  self->icon_name = g_strdup (icon_name);
  self->word = g_strdup (word);
  self->text = g_strdup (text);
  return self;
}

const char *
enclave_place_get_path (EnclavePlace *self)
{
  return self->path;
}

const char *
enclave_place_get_shown (EnclavePlace *self)
{
  return self->shown;
}

EnclaveLanguagePosition
enclave_place_get_position (EnclavePlace *self)
{
  return self->position;
}

const char *
enclave_place_get_icon_name (EnclavePlace *self)
{
  return self->icon_name;
}

const char *
enclave_place_get_word (EnclavePlace *self)
{
  return self->word;
}

const char *
enclave_place_get_text (EnclavePlace *self)
{
  return self->text;
}

void
enclave_place_set_depth (EnclavePlace *self, guint depth)
{
  self->depth = MIN (depth, 16);
}

guint
enclave_place_get_depth (EnclavePlace *self)
{
  return self->depth;
}
