/* enclave-inline-review-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-hunk-colours.h"
#include "enclave-inline-review.h"

G_BEGIN_DECLS

/* A place where lines go or come. */
typedef struct
{
  GtkWidget *slot;    /* in the text view */
  GtkWidget *block;   /* in the slot */
  EnclaveHunkText *added; /* (nullable): nothing comes */
  GtkTextMark *mark;  /* at the line it follows */
  GtkTextTag *room;
  gboolean above;     /* before the first line of the text */
  int y;
  int height;
} EnclaveInlinePlace;

struct _EnclaveInlineReview
{
  GObject parent_instance;

  EnclaveEditorPage *page; /* not owned */
  EnclaveChangeSet *change_set;
  EnclaveChange *change;
  EnclaveHunkColours *colours;
  GPtrArray *places; /* (element-type EnclaveInlinePlace) */
  GtkTextTag *removed; /* (nullable) */
  GtkSourceGutterRenderer *gutter; /* (nullable) */
  guint check_source;
  guint place_source;
  gboolean scrolled; /* and not yet laid out by that */
  int width;
};

GtkTextView *_enclave_inline_review_get_view (EnclaveInlineReview *self);
GtkTextBuffer *_enclave_inline_review_get_buffer (EnclaveInlineReview *self);
/* @start, @end: (out): of @line with its end. */
void _enclave_inline_review_get_line_bounds (EnclaveInlineReview *self, int line, GtkTextIter *start, GtkTextIter *end);
void _enclave_inline_review_take_tag_back (EnclaveInlineReview *self, GtkTextTag **tag);

void _enclave_inline_review_place_free (gpointer place);
/* A block for what @hunk adds, after the first @line lines of the text. @added: (nullable): nothing comes. @first: with the head. */
void _enclave_inline_review_add_place (EnclaveInlineReview *self, guint hunk, EnclaveHunkText *added, gboolean first, guint line);
/* The focus goes to the text when one of them had it. */
void _enclave_inline_review_take_places_back (EnclaveInlineReview *self);
void _enclave_inline_review_queue_place (EnclaveInlineReview *self);
/* "value-changed" of what scrolls the text. */
void _enclave_inline_review_follow_scroll (EnclaveInlineReview *self);

G_END_DECLS
