/* enclave-model-page-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-model-page.h"
#include "enclave-model-record.h"
#include "enclave-model-settings.h"

G_BEGIN_DECLS

#define ENCLAVE_MODEL_PAGE_N_ROWS (ENCLAVE_CHECK_N_ITEMS + 1)
#define ENCLAVE_MODEL_PAGE_N_TILES 3

typedef struct
{
  GtkWidget *row;
  GtkImage *sign;
  GtkSpinner *spinner; /* in its place, while the item is looked at */
  GtkLabel *value;
} EnclaveModelItem;

typedef struct
{
  GtkLabel *title;
  GtkLabel *value;
  GtkLabel *note;
} EnclaveModelTile;

struct _EnclaveModelPage
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *bar;
  GtkImage *icon;
  GtkLabel *headline;
  GtkLabel *facts;
  GtkLabel *note;
  AdwComboRow *models;
  GtkListBox *items;
  GtkBox *tiles;
  AdwActionRow *manner_row;
  AdwActionRow *advice_row;
  GtkWidget *suggest_row;
  GtkSwitch *suggest;
  GtkBox *settings_box;
  GtkRevealer *revealer;
  GtkLabel *details;
  GtkToggleButton *details_button;
  GtkWidget *check_button;
  GtkWidget *use_button;

  EnclaveModelSettings *model_settings;
  EnclaveModelItem rows[ENCLAVE_MODEL_PAGE_N_ROWS];
  EnclaveModelTile tile[ENCLAVE_MODEL_PAGE_N_TILES];

  EnclaveModelChoice *choice;
  GSettings *settings;         /* (nullable) */
  GPtrArray *candidates;       /* (element-type Candidate of enclave-model-page.c): in the order of the list */
  EnclaveServer *server;       /* (nullable): shown */
  EnclaveModelInfo *model;     /* (nullable): shown */
  gboolean picked;             /* by the person, so it does not follow the model in use */
  gboolean showing;
  EnclaveModelRecord *record;  /* (nullable): of the model shown */
  EnclaveModelRecord *before;  /* (nullable): of another model under its name */
  GCancellable *cancellable;   /* (nullable): while a check runs */
  EnclaveCheckItem at;         /* what it looks at */
  char *failure;               /* (nullable): why the last check came to no end */
};

/* enclave-model-page-show.c */
/* @record: (nullable): what is known by now, while a check runs. */
void _enclave_model_page_show_items (EnclaveModelPage *self, const EnclaveModelRecord *record);
void _enclave_model_page_show_details (EnclaveModelPage *self);
void _enclave_model_page_show (EnclaveModelPage *self);

G_END_DECLS
