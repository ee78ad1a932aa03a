/* enclave-column-selection-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-column-selection.h"
#include "enclave-text-series.h"

G_BEGIN_DECLS

/* As many as are changed for one key without a wait. */
#define ENCLAVE_COLUMN_MAX_LINES 10000
#define ENCLAVE_COLUMN_MAX 10000

typedef struct
{
  int line;
  guint column;
} EnclaveCorner;

struct _EnclaveColumnSelection
{
  GObject parent_instance;

  EnclaveGhostView *view; /* (nullable): NULL once it was dropped */
  GtkTextBuffer *buffer;
  GtkEventController *keys; /* the view owns both */
  GtkEventController *drag;
  EnclaveCorner anchor;
  EnclaveCorner head; /* with the caret, as far as its line goes */
  EnclaveTextSeries *series; /* (nullable): while it is active */
  gboolean active;
  gboolean changing;
};

guint _enclave_column_selection_get_tab_width (EnclaveColumnSelection *self);
void _enclave_column_selection_begin_at (EnclaveColumnSelection *self, EnclaveCorner anchor, EnclaveCorner head);
/* @text: without line ends: for each row. */
void _enclave_column_selection_replace (EnclaveColumnSelection *self, const char *text);
void _enclave_column_selection_delete (EnclaveColumnSelection *self, gboolean before);

/* Callbacks of the view. */
void _enclave_column_selection_draw (EnclaveGhostView *view, GtkSnapshot *snapshot, gpointer user_data);
gboolean _enclave_column_selection_key (EnclaveColumnSelection *self, guint keyval, guint keycode, GdkModifierType state);
void _enclave_column_selection_drag_begin (EnclaveColumnSelection *self, double x, double y, GtkGesture *gesture);
void _enclave_column_selection_drag_update (EnclaveColumnSelection *self, double offset_x, double offset_y, GtkGestureDrag *gesture);

G_END_DECLS
