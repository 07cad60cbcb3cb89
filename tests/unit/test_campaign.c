// What a bundle says about the fault campaign, from its runs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/campaign.h"

static json_t *read_json(const char *text) {
  json_t *value = json_loads(text, 0, NULL);
  assert_non_null(value);
  return value;
}

static void expect(const json_t *row, const char *key, const char *text) {
  json_t *want = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(want);
  if (!json_equal(json_object_get(row, key), want)) {
    char *got = json_dumps(json_object_get(row, key), JSON_ENCODE_ANY);
    fail_msg("%s is %s, not %s", key, got, text);
  }
  json_decref(want);
}

static void a_hazard_has_its_strikes_times_margins_and_reasons(void **state) {
  (void)state;
  json_t *hazards = read_json("[{\"id\": \"H1\"}, {\"id\": \"H2\"}]");
  json_t *runs = read_json(
      "[{\"hazard\": \"H1\", \"covers\": [\"SR-1\"], \"file\": \"a.lua\", \"name\": \"one\", "
      "\"verdict\": \"pass\","
      "  \"checks\": [{\"id\": \"SR-1\", \"requirement\": true, \"margin\": 5, \"unit\": \"N\"}],"
      "  \"not_applicable\": [\"phase=top: it is still\"],"
      "  \"notes\": [{\"kind\": \"detection\", \"fault\": \"stuck\", \"phase\": \"rest\", "
      "\"load_lb\": 10,"
      "    \"latency_s\": 0.004}]},"
      " {\"hazard\": \"H1\", \"covers\": [\"SR-1\"], \"file\": \"a.lua\", \"name\": \"two\", "
      "\"verdict\": \"fail\","
      "  \"checks\": [{\"id\": \"SR-1\", \"requirement\": true, \"margin\": 2, \"unit\": \"N\"}],"
      "  \"not_applicable\": [\"phase=top: it is still\"],"
      "  \"notes\": [{\"kind\": \"detection\", \"fault\": \"stuck\", \"phase\": \"start\", "
      "\"load_lb\": 10,"
      "    \"latency_s\": 0.060}, {\"kind\": \"other\", \"latency_s\": 9}]},"
      " {\"file\": \"b.lua\", \"name\": \"of no hazard\", \"verdict\": \"pass\", \"checks\": []}]");
  json_t *rows = taut_campaign_hazards(hazards, runs);
  const json_t *struck = json_array_get(rows, 0), *open = json_array_get(rows, 1);
  expect(struck, "id", "\"H1\"");
  expect(struck, "runs", "2");
  expect(struck, "faults", "[\"stuck\"]");
  expect(struck, "phases", "[\"rest\", \"start\"]");
  expect(struck, "loads", "[10]");
  expect(struck, "latency_s", "{\"least\": 0.004, \"greatest\": 0.060}");
  expect(struck, "not_applicable", "[\"phase=top: it is still\"]");
  assert_true(json_number_value(json_object_get(
                  json_object_get(json_object_get(struck, "margins"), "SR-1"), "margin")) == 2);
  expect(open, "runs", "0");
  expect(open, "latency_s", "null");
  expect(open, "not_applicable", "[]");
  json_decref(rows);
  json_decref(runs);
  json_decref(hazards);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hazard_has_its_strikes_times_margins_and_reasons),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
