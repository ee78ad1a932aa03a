/* enclave-finder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-file-index.h"
#include "enclave-gate.h"
#include "enclave-repo-map.h"

G_BEGIN_DECLS

/* One entry over one list, for going anywhere and doing anything by a part of its name. What is typed says where to look: a file
 * (`name:line:column`), `>` a command, `$` a snippet, `@` a definition of the open file, `#` one of the project, `:` a line of the open
 * file. Signals: "open-place" (string path, raw, "" for the open file; uint line, uint column), "run-command" (string detailed action),
 * "outline-wanted" (string path): enclave_finder_set_outline() is to be called.
 * Accessible names: Find anything, Found. */
#define ENCLAVE_TYPE_FINDER (enclave_finder_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFinder, enclave_finder, ENCLAVE, FINDER, GtkPopover)

GtkWidget *enclave_finder_new (void);
/* @index, @gate, @map: (nullable): no project. @gate: for the locks. */
void enclave_finder_set_project (EnclaveFinder *self, EnclaveFileIndex *index, EnclaveGate *gate, EnclaveRepoMap *map);
/* @commands: (element-type EnclaveFinderItem): what can be done now, the used ones first. */
void enclave_finder_set_commands (EnclaveFinder *self, GListModel *commands);
/* Where the caret is in the open file, from 1. Before it is presented. */
void enclave_finder_set_caret_line (EnclaveFinder *self, guint line);
/* The answer to "outline-wanted", any time later. @items: (element-type EnclaveFinderItem) (nullable): of the file @open_path, in its
 * order; NULL: nobody knows it better than the map of the project. */
void enclave_finder_set_outline (EnclaveFinder *self, const char *open_path, GPtrArray *items);
/* @snippets: (nullable) (element-type EnclaveFinderItem): what can be inserted into the open text now. @problem: (nullable): what is said
 * below them. */
void enclave_finder_set_snippets (EnclaveFinder *self, GListModel *snippets, const char *problem);
/* Opens with @text typed. @open_path: (nullable): relative path of the open file; "" when it is outside of the project. */
void enclave_finder_present (EnclaveFinder *self, const char *text, const char *open_path);
/* Opens with what the project defines by @name, and goes there when that is one place only. @open_path: as above. */
void enclave_finder_present_definition (EnclaveFinder *self, const char *name, const char *open_path);

G_END_DECLS
