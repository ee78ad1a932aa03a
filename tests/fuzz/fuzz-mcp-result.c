/* fuzz-mcp-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-form.h"
#include "enclave-mcp-result.h"

#define MAX_BYTES 200
/* Head and tail are cut at characters, and what was left out is told of. */
#define TOLD_BYTES 80

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_result (EnclaveMcpResult *owned)
{
  g_autoptr (EnclaveMcpResult) result = owned;
  g_autofree char *text = enclave_mcp_result_dup_text (result, MAX_BYTES, NULL);
  g_autofree char *again = enclave_mcp_clean_text (text, -1, NULL);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (strlen (text) <= MAX_BYTES + TOLD_BYTES);
  g_assert_cmpstr (text, ==, again);
}

static void
check_field (const EnclaveMcpField *field)
{
  g_autofree char *text = enclave_mcp_field_dup_text (field);
  g_autofree char *clean = enclave_mcp_clean_line (field->title, 1000);
  JsonNode *value = NULL;

  g_assert_true (*field->title != '\0' && strlen (field->title) <= 200);
  g_assert_cmpstr (clean, ==, field->title);
  g_assert_true (field->choices->len <= ENCLAVE_MCP_FORM_MAX_CHOICES);
  g_assert_true (field->max_length >= field->min_length && field->maximum >= field->minimum && field->max_items >= field->min_items);
  for (guint i = 0; i < field->choices->len; i++)
    enclave_mcp_field_is_chosen (field, i);
  if (field->choices->len == 0 && field->kind != ENCLAVE_MCP_FIELD_BOOLEAN)
    enclave_mcp_field_read (field, text, &value, NULL);
  g_clear_pointer (&value, json_node_unref);
}

/* Any bytes: text without what can't be seen, as long as it may be; a form within its limits, or an error. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object ((const char *) data, (gssize) size, NULL);
  g_autoptr (EnclaveMcpForm) form = NULL;
  g_autoptr (GError) error = NULL;

  if (object == NULL)
    return 0;
  check_result (enclave_mcp_result_parse (object));
  check_result (enclave_mcp_result_parse_resource (object));
  check_result (enclave_mcp_result_parse_prompt (object));
  form = enclave_mcp_form_parse (object, &error);
  g_assert_true ((form == NULL) == (error != NULL));
  for (guint i = 0; form != NULL && i < form->fields->len; i++)
    check_field (g_ptr_array_index (form->fields, i));
  return 0;
}
