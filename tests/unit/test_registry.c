#include "support/models.h"

#include <elf.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/fpenv.h"

#define PLUGIN(name) TAUT_BUILD_DIR "/tests/plugins/" name ".so"

static char copy_path[] = "/tmp/taut-registry-XXXXXX";

static unsigned char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) fail_msg("%s is not there", path);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *bytes = malloc(*size);
  assert_int_equal(fread(bytes, 1, *size, file), *size);
  fclose(file);
  return bytes;
}

static void write_copy(const unsigned char *bytes, size_t size) {
  FILE *file = fopen(copy_path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

static void a_plugin_is_loaded_once(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("integrator")), TAUT_OK);
  const taut_model *model = taut_registry_find(f.registry, "integrator");
  assert_non_null(model);
  assert_non_null(strstr(taut_registry_file(f.registry, model), "integrator.so"));
  size_t n = 0;
  while (taut_registry_at(f.registry, n)) n++;
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("../plugins/integrator")), TAUT_OK);
  assert_null(taut_registry_at(f.registry, n));
  assert_string_equal(taut_registry_file(f.registry, &ramp_model), "");
  fixture_fini(&f);
}

static void a_library_truncated_anywhere_is_a_clean_error(void **state) {
  (void)state;
  size_t size = 0;
  unsigned char *bytes = read_file(PLUGIN("integrator"), &size);
  fixture f;
  fixture_init(&f);
  for (size_t length = 0; length < size; length += length < 200 ? 7 : 331) {
    write_copy(bytes, length);
    assert_int_equal(taut_registry_load(f.registry, copy_path), TAUT_EIO);
    assert_string_equal(f.path, copy_path);
  }
  write_copy(bytes, size - 1);
  assert_int_equal(taut_registry_load(f.registry, copy_path), TAUT_EIO);
  fixture_says(&f, copy_path, "truncated");
  write_copy(bytes, size);
  assert_int_equal(taut_registry_load(f.registry, copy_path), TAUT_OK);
  free(bytes);
  fixture_fini(&f);
}

static void a_library_of_another_machine_is_refused(void **state) {
  (void)state;
  size_t size = 0;
  unsigned char *bytes = read_file(PLUGIN("integrator"), &size);
  fixture f;
  fixture_init(&f);
  bytes[offsetof(Elf64_Ehdr, e_machine)] = EM_RISCV;
  write_copy(bytes, size);
  assert_int_equal(taut_registry_load(f.registry, copy_path), TAUT_EIO);
  fixture_says(&f, copy_path, "another processor");
  bytes[EI_CLASS] = ELFCLASS32;
  write_copy(bytes, size);
  assert_int_equal(taut_registry_load(f.registry, copy_path), TAUT_EIO);
  fixture_says(&f, copy_path, "64-bit");
  free(bytes);
  fixture_fini(&f);
}

static void what_is_no_library_is_refused(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_load(f.registry, "/nowhere/at/all.so"), TAUT_ENOTFOUND);
  assert_int_equal(taut_registry_load(f.registry, "/tmp"), TAUT_EIO);
  assert_int_equal(taut_registry_load(f.registry, TAUT_SOURCE_DIR "/CMakeLists.txt"), TAUT_EIO);
  fixture_says(&f, TAUT_SOURCE_DIR "/CMakeLists.txt", "not a shared library");
  fixture_fini(&f);
}

static void a_wrong_major_is_refused(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("bad_abi")), TAUT_EABI);
  assert_non_null(strstr(f.text, "major 1 of the plugin ABI"));
  assert_null(taut_registry_find(f.registry, "integrator"));
  fixture_fini(&f);
}

static void an_invalid_table_is_refused_by_name(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("bad_table")), TAUT_EINVAL);
  assert_non_null(strstr(f.path, "bad_table.so"));
  assert_non_null(strstr(f.text, "integrator.speed_m_s: min -10 is above max -20"));
  fixture_fini(&f);
}

static void a_name_can_be_taken_once(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("integrator")), TAUT_OK);
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("bad_hidden_static")), TAUT_EINVAL);
  assert_non_null(strstr(f.text, "integrator: a model of that name is loaded already"));
  fixture_fini(&f);
}

static void a_library_that_flushes_to_zero_is_refused_and_undone(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  volatile double least = 2.2250738585072014e-308;
  assert_int_equal(taut_registry_load(f.registry, PLUGIN("bad_fast_math")), TAUT_EFPENV);
  assert_true(taut_fpenv_is_default());
  assert_true(least / 2 > 0);
  fixture_fini(&f);
}

/// One spoilt copy of the ramp model per row.
static void tables_are_checked_line_by_line(void **state) {
  (void)state;
  static const taut_signal good = SIGNAL(1, 0, "y", -1, 1, 0);
  static const struct {
    const char *says;
    taut_signal signal;
  } rows[] = {
      {"is not a lower-case name", SIGNAL(1, 0, "Y", -1, 1, 0)},
      {"is not a lower-case name", SIGNAL(1, 0, "", -1, 1, 0)},
      {"must be finite", SIGNAL(1, 0, "y", -HUGE_VAL, 1, 0)},
      {"min 2 is above max 1", SIGNAL(1, 0, "y", 2, 1, 0)},
      {"init 3 is outside", SIGNAL(1, 0, "y", -1, 1, 3)},
      {"init 0.5 is not a whole number", SIGNAL(1, TAUT_INTEGER, "y", 0, 1, 0.5)},
      {"a bool ranges from 0 to 1", SIGNAL(1, TAUT_BOOL, "y", 0, 2, 0)},
      {"more than one of bool, enum", SIGNAL(1, TAUT_BOOL | TAUT_INTEGER, "y", 0, 1, 0)},
      {"flags 0x10 are not known here", SIGNAL(1, TAUT_TUNABLE, "y", 0, 1, 0)},
      {"an enum needs labels", SIGNAL(1, TAUT_ENUM, "y", 0, 1, 0)},
      {"ranges from 0 to 2",
       {1, TAUT_ENUM, "y", TAUT_UNIT_NONE, 0, 1, 0, test_labels, 1, 0, 0, 0, "h"}},
      {"only an enum may have labels",
       {1, 0, "y", TAUT_UNIT_NONE, 0, 2, 0, test_labels, 1, 0, 0, 0, "h"}},
      {"does not fit its SI exponents", {1, 0, "y", "N", {0}, 0, 2, 0, NULL, 1, 0, 0, 0, "h"}},
      {"count must be", {1, 0, "y", TAUT_UNIT_NONE, 0, 2, 0, NULL, 0, 0, 0, 0, "h"}},
      {"reserved field", {1, 0, "y", TAUT_UNIT_NONE, 0, 2, 0, NULL, 1, 7, 0, 0, "h"}},
      {"has no help", {1, 0, "y", TAUT_UNIT_NONE, 0, 2, 0, NULL, 1, 0, 0, 0, ""}},
      {"accuracy", {1, 0, "y", TAUT_UNIT_NONE, 0, 2, 0, NULL, 1, 0, 0, -1, "h"}},
      {"value that permits", {1, TAUT_SAFETY, "y", TAUT_UNIT_NONE, 0, 2, 0, NULL, 1, 0, 3, 0, "h"}},
  };
  char text[1024];
  taut_model model = ramp_model;
  model.n_outputs = 1;
  model.outputs = &good;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_OK);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    model.outputs = &rows[i].signal;
    assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
    if (!strstr(text, rows[i].says)) fail_msg("\"%s\" does not say \"%s\"", text, rows[i].says);
    assert_non_null(strstr(text, "ramp"));
  }
}

static void ids_and_names_are_unique_within_a_table(void **state) {
  (void)state;
  const taut_signal same_id[] = {SIGNAL(1, 0, "a", 0, 1, 0), SIGNAL(1, 0, "b", 0, 1, 0)};
  const taut_signal same_name[] = {SIGNAL(1, 0, "a", 0, 1, 0), SIGNAL(2, 0, "a", 0, 1, 0)};
  char text[1024];
  taut_model model = ramp_model;
  model.n_outputs = 2;
  model.outputs = same_id;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  assert_string_equal(text, "ramp.b: id 1 is taken by a");
  model.outputs = same_name;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  assert_string_equal(text, "ramp.a: the name stands twice in the outputs");
}

static void descriptors_are_checked(void **state) {
  (void)state;
  char text[1024];
  taut_model model = ramp_model;
  model.period_ns_max = model.period_ns - 1;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  model = ramp_model;
  model.update = NULL;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  model = ramp_model;
  model.events_per_tick = 1000;
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  model = ramp_model;
  model.version = "";
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  assert_int_equal(taut_model_validate(NULL, text, sizeof text), TAUT_EINVAL);
}

static void a_later_minor_with_longer_rows_is_understood(void **state) {
  (void)state;
  // As a plugin of a later minor would bring them: rows and descriptor with fields at the end that
  // this version does not know.
  static const struct row {
    taut_signal known;
    double unknown[2];
  } outputs[] = {{SIGNAL(1, 0, "first", 0, 1, 0), {7, 7}},
                 {SIGNAL(2, 0, "second", 0, 9, 4), {7, 7}}};
  static struct {
    taut_model known;
    void *unknown;
  } later;
  later.known = ramp_model;
  later.known.struct_size = sizeof later;
  later.known.signal_size = sizeof outputs[0];
  later.known.abi_minor = 9;
  later.known.name = "later";
  later.known.n_params = 0;
  later.known.n_outputs = 2;
  later.known.outputs = &outputs[0].known;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_registry_add(f.registry, &later.known), TAUT_OK);
  const taut_model *model = taut_registry_find(f.registry, "later");
  assert_string_equal(model->outputs[1].name, "second");
  assert_true(model->outputs[1].init == 4);
  later.known.signal_size = 8;
  later.known.name = "shorter";
  assert_int_equal(taut_registry_add(f.registry, &later.known), TAUT_EABI);
  fixture_fini(&f);
}

static int make_copy_path(void **state) {
  (void)state;
  int file = mkstemp(copy_path);
  return file < 0 ? -1 : close(file);
}

static int remove_copy(void **state) {
  (void)state;
  return unlink(copy_path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plugin_is_loaded_once),
      cmocka_unit_test(a_library_truncated_anywhere_is_a_clean_error),
      cmocka_unit_test(a_library_of_another_machine_is_refused),
      cmocka_unit_test(what_is_no_library_is_refused),
      cmocka_unit_test(a_wrong_major_is_refused),
      cmocka_unit_test(an_invalid_table_is_refused_by_name),
      cmocka_unit_test(a_name_can_be_taken_once),
      cmocka_unit_test(a_library_that_flushes_to_zero_is_refused_and_undone),
      cmocka_unit_test(tables_are_checked_line_by_line),
      cmocka_unit_test(ids_and_names_are_unique_within_a_table),
      cmocka_unit_test(descriptors_are_checked),
      cmocka_unit_test(a_later_minor_with_longer_rows_is_understood),
  };
  return cmocka_run_group_tests(tests, make_copy_path, remove_copy);
}
