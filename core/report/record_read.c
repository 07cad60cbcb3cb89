/// A record from its JSON in results, ledgers and bundles.
#include <string.h>

#include "report/record.h"
#include "report/text.h"

taut_status taut_record_read(const json_t *item, taut_record *record) {
  const char *name = json_string_value(json_object_get(item, "name"));
  const char *file = json_string_value(json_object_get(item, "file"));
  const json_t *line = json_object_get(item, "line"), *sim = json_object_get(item, "simulated_s");
  double sim_s = json_number_value(sim);
  if (name == NULL || file == NULL || !json_is_integer(line) || !json_is_number(sim) ||
      !(sim_s >= 0 && sim_s < 1e9)) {
    return TAUT_EINVAL;
  }
  json_t *answer = json_copy((json_t *)item);
  json_object_set_new(answer, "sim_ns", json_integer((json_int_t)(sim_s * 1e9 + 0.5)));
  double skipped_s = json_number_value(json_object_get(item, "skipped_s"));
  if (!(skipped_s > 0 && skipped_s <= sim_s)) skipped_s = 0;
  json_object_set_new(answer, "skipped_ns", json_integer((json_int_t)(skipped_s * 1e9 + 0.5)));
  // In results.json they stand in the case's own file.
  if (json_object_get(item, "notes") == NULL) json_object_set_new(answer, "notes", json_array());
  taut_status status = taut_record_decode(answer, record);
  json_decref(answer);
  if (status != TAUT_OK) return status;
  record->name = taut_text_copy(name);
  record->file = taut_text_copy(file);
  record->line = (int)json_integer_value(line);
  const char *rig = json_string_value(json_object_get(item, "rig"));
  if (rig != NULL) record->rig = taut_text_copy(rig);
  record->covers = json_incref(json_object_get(item, "covers"));
  const char *fidelity = json_string_value(json_object_get(item, "fidelity"));
  record->is_fast = fidelity != NULL && strcmp(fidelity, "fast") == 0;
  record->is_live = json_is_true(json_object_get(item, "live"));
  record->is_load_error = strcmp(name, "(load)") == 0;
  json_int_t repeats = json_integer_value(json_object_get(item, "repeats"));
  record->repeats = repeats > 1 && repeats < 1000000 ? (int)repeats : 1;
  record->wall_s =
      json_number_value(json_object_get(json_object_get(item, "environment"), "wall_s"));
  const char *output = json_string_value(json_object_get(item, "output"));
  if (output != NULL) record->output = taut_text_copy(output);
  const char *trace = json_string_value(json_object_get(item, "trace"));
  if (trace != NULL) record->trace = taut_text_copy(trace);
  const char *baseline = json_string_value(json_object_get(item, "baseline"));
  if (baseline != NULL) record->baseline = taut_text_copy(baseline);
  return TAUT_OK;
}
