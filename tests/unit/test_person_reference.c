// The reference trajectories beside the plugins user and form_check. With TAUT_WRITE_REFERENCE set
// the test writes them instead of comparing; a change of a file is a change of the model and
// belongs in a review.
#include "support/person.h"

#include "models/form_check.h"

typedef struct reference {
  FILE *file;
  int is_writing;
  int n_rows;
  double tolerance;  // relative to the greater of 1 and the value
} reference;

static reference reference_open(const char *plugin, const char *header, double tolerance) {
  char path[512], line[512];
  reference r = {.is_writing = getenv("TAUT_WRITE_REFERENCE") != NULL, .tolerance = tolerance};
  snprintf(path, sizeof path, "%s/plugins/%s/reference.csv", TAUT_SOURCE_DIR, plugin);
  r.file = fopen(path, r.is_writing ? "w" : "r");
  assert_non_null(r.file);
  if (r.is_writing) {
    fprintf(r.file, "%s\n", header);
    return r;
  }
  assert_non_null(fgets(line, sizeof line, r.file));
  line[strcspn(line, "\n")] = '\0';
  assert_string_equal(line, header);
  return r;
}

static void reference_row(reference *r, int n, const double values[]) {
  r->n_rows++;
  if (r->is_writing) {
    for (int i = 0; i < n; i++) fprintf(r->file, "%s%.6g", i ? "," : "", values[i]);
    fputc('\n', r->file);
    return;
  }
  char line[512], *at = line;
  if (fgets(line, sizeof line, r->file) == NULL)
    fail_msg("the reference ends at row %d", r->n_rows);
  for (int i = 0; i < n; i++) {
    double expected = strtod(at, &at);
    if (*at == ',') at++;
    double allowed = r->tolerance * fmax(1.0, fabs(expected));
    if (!(fabs(values[i] - expected) <= allowed))
      fail_msg("row %d column %d is %.9g, expected %.9g", r->n_rows, i + 1, values[i], expected);
  }
}

static void reference_close(reference *r) {
  char line[8];
  if (!r->is_writing && fgets(line, sizeof line, r->file) != NULL) fail_msg("rows are missing");
  fclose(r->file);
}

static void the_person_follows_its_reference(void **unused) {
  (void)unused;
  taut_person_params params = person_of("postpartum_coning", "seated_row");
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 15 * TAUT_LBF_N);
  reference r =
      reference_open("user",
                     "t[s],left_handle_position_m[m],left_hand_force_n[N],left_capacity_n[N],"
                     "effort[1],fatigue[1],iap[cmH2O],leak_point[cmH2O],pelvic_floor[1],"
                     "cone_height[mm],phase[1],rep[1]",
                     2e-4);
  for (int i = 0; i < 160; i++) {
    const taut_person *p = &g.person;
    const double row[] = {gym_now(&g),
                          g.cable[0].handle_m,
                          p->side[0].force_n,
                          p->side[0].capacity_n,
                          p->effort,
                          p->side[0].muscle.fatigued,
                          p->iap_pa / TAUT_CMH2O_PA,
                          p->leak_point_pa / TAUT_CMH2O_PA,
                          p->pelvic.activation,
                          p->linea.height_m * 1e3,
                          taut_person_phase(p),
                          p->rep};
    reference_row(&r, 12, row);
    gym_run(&g, 0.1);
  }
  reference_close(&r);
}

static void the_form_check_follows_its_reference(void **unused) {
  (void)unused;
  taut_form_check_params params = {
#define FORM_DEFAULT(id, field, unit, lo, hi, value, ...) .field = (value),
      TAUT_FORM_CHECK_PARAMS(FORM_DEFAULT)
#undef FORM_DEFAULT
  };
  taut_form_check state = {0};
  reference r = reference_open(
      "form_check",
      "t[s],cone_height[mm],form_fault[1],alert[1],alert_seq[1],confidence[1],frame_seq[1]", 1e-5);
  for (int64_t ms = 0; ms < 12000; ms++) {
    // A dome for one second in three, and a bad back from the seventh second on.
    taut_form_check_input input = {ms % 3000 < 1000 ? 0.004 : 0.001,
                                   ms >= 7000 ? TAUT_FORM_FAULT_LUMBAR : TAUT_FORM_FAULT_NONE};
    taut_form_check_step(&params, &state, &input, ms * 1000000, SEED);
    if (ms % 100 != 0) continue;
    const double row[] = {(double)ms * 1e-3, input.cone_height_m * 1e3, input.form_fault,
                          state.alert,       state.alert_seq,           state.confidence,
                          state.frame_seq};
    reference_row(&r, 7, row);
  }
  reference_close(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_person_follows_its_reference),
      cmocka_unit_test(the_form_check_follows_its_reference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
