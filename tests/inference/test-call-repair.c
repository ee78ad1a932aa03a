/* test-call-repair.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-call-repair.h"
#include "enclave-json.h"

typedef struct
{
  const char *text;
  const char *repaired; /* NULL: dropped */
} Case;

static const Case cases[] = {
  { "{\"a\":1}", "{\"a\":1}" },
  { " {\"a\":1}\n", "{\"a\":1}" },
  { "{\"a\":1}}", "{\"a\":1}" },
  { "{\"a\":1} } }\n", "{\"a\":1}" },
  { "{\"a\":[1,2,],}", "{\"a\":[1,2]}" },
  { "{\"a\":\"x\ny\tz\"}", "{\"a\":\"x\\ny\\tz\"}" },
  { "{\"a\":\"it\\'s\"}", "{\"a\":\"it's\"}" },
  { "{\"a\":True,\"b\":[None,False]}", "{\"a\":true,\"b\":[null,false]}" },
  { "{\"a\":\"True, ]\"}", "{\"a\":\"True, ]\"}" },
  { "\"{\\\"a\\\":1}\"", "{\"a\":1}" },
  { "\"\\\"{\\\\\\\"a\\\\\\\":1}\\\"\"", "{\"a\":1}" },
  { "```json\n{\"a\":1}\n```", "{\"a\":1}" },
  { "```\n{\"a\":1,}\n```", "{\"a\":1}" },
  { "{'a':1}", "{\"a\":1}" },
  { "{'a': 'say \"hi\"', 'b': 'it\\'s'}", "{\"a\": \"say \\\"hi\\\"\", \"b\": \"it's\"}" },
  { "{\"a\":\"x\\*y\"}", "{\"a\":\"x\\\\*y\"}" },
  { "{\"a\": \\n[1]\\n\\n}", "{\"a\": [1]}" },
  /* Quotes that end nothing. */
  { "{\"a\":\"say \"hello\" twice\"}", "{\"a\":\"say \\\"hello\\\" twice\"}" },
  { "{\"p\":\"a\",\"c\":\"get(\"K\", \"d\")\"}", "{\"p\":\"a\",\"c\":\"get(\\\"K\\\", \\\"d\\\")\"}" },
  /* What lacks its end may be half of something. */
  { "{", NULL },
  { "{\"a\":1", NULL },
  { "{\"a\":\"x", NULL },
  { "{\"path\":\"src/a.c\",\"content\":\"int", NULL },
  { "{\"a\":[1}", NULL },
  { "```json\n{\"a\":", NULL },
  /* Two things, and which one is meant? */
  { "{\"a\":1}{\"a\":2}", NULL },
  { "{\"a\":1} and then {\"a\":2}", NULL },
  { "{\"a\":\"x {\"k\": \"v\"}\"}", NULL },
  { "{a:1}", NULL },
  { "[1]", NULL },
  { "\"text\"", NULL },
  { "Trueish", NULL },
  { "", NULL },
  { "   ", NULL },
  { "\"", NULL },
  { "```", NULL },
  { "``````", NULL },
  { "{\"a\":\"\\", NULL },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *repaired = enclave_call_repair (cases[i].text, strlen (cases[i].text));

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (repaired, ==, cases[i].repaired);
    }
}

/* Where something behind the text says that it is whole, its brackets were forgotten; strings never are. */
static void
test_closed (void)
{
  static const Case closed[] = {
    { "{\"a\":{\"b\":1}", "{\"a\":{\"b\":1}}" },
    { "{\"a\":[{\"b\":\"x\"", "{\"a\":[{\"b\":\"x\"}]}" },
    { "{\"a\":1", "{\"a\":1}" },
    { "{\"a\":\"x", NULL },
    { "{\"a\":", NULL },
    { "{\"a\":1,", NULL },
    { "{", NULL },
    { "{\"a\":[1}", NULL },
    { "{\"a\":[\"x\"}}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_autofree char *repaired = enclave_call_repair_closed (closed[i].text, strlen (closed[i].text), TRUE);

      g_test_message ("%s", closed[i].text);
      g_assert_cmpstr (repaired, ==, closed[i].repaired);
    }
}

/* Each beginning of a call is dropped: none is ever completed to something that would run. */
static void
test_beginnings (void)
{
  static const char whole[] = "{\"path\":\"a b\",\"content\":\"line\\n{}\",\"n\":[1,{\"x\":null}]}";

  for (gsize length = 0; length < strlen (whole); length++)
    g_assert_null (enclave_call_repair (whole, length));
}

/* Whatever comes: what is given back is an object that parses. */
static void
test_noise (void)
{
  static const char letters[] = "{}[]\"\\,:'` \n\tTrueNonea1\xc3\xa9";
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 200000; i++)
    {
      char text[24];
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof text);
      g_autofree char *repaired = NULL;

      for (gsize k = 0; k < length; k++)
        text[k] = letters[g_rand_int_range (random, 0, sizeof letters - 1)];
      repaired = enclave_call_repair (text, length);
      if (repaired != NULL)
        {
          g_autoptr (JsonObject) object = enclave_json_parse_object (repaired, -1, NULL);

          g_assert_nonnull (object);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-repair/cases", test_cases);
  g_test_add_func ("/call-repair/closed", test_closed);
  g_test_add_func ("/call-repair/beginnings", test_beginnings);
  g_test_add_func ("/call-repair/noise", test_noise);
  return g_test_run ();
}
