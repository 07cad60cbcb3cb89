/// Two traces that should be one: the first tick, instance and port that differ, and what was
/// around.
#include "trace/bisect.h"

#include "support/trace.h"

enum { N_ROWS = 40, AT = 17 };

/// A plan whose order in the table is not the order of cause: the gain stands before the ramp that
/// it reads.
typedef struct world {
  fixture f;
  uint32_t y, gained;
} world;

static void world_init(world *w, const char *extra) {
  fixture_init(&w->f);
  fixture_add(&w->f, "gain", "gain", 0, 0);
  fixture_add(&w->f, "ramp", "ramp", 0, 0);
  fixture_add(&w->f, "listener", "listener", 0, 0);
  if (extra != NULL) fixture_add(&w->f, extra, "ramp", 0, 0);
  fixture_wire(&w->f, "gain.x", "ramp.y");
  fixture_start(&w->f, 1);
  w->y = fixture_slot(&w->f, "ramp.y");
  w->gained = fixture_slot(&w->f, "gain.y");
}

/// What is written, and what of it is otherwise from row AT on.
typedef struct recipe {
  size_t n_rows;
  bool has_ramp, has_gain;  ///< one bit in row AT
  bool is_nan;              ///< ramp.y is no number in row AT
  int64_t event;            ///< value of an event in row AT; -1 for none
  int64_t shift_ns;         ///< of the rows from AT on
  const char *state_hash;   ///< result; NULL for none
} recipe;

static const recipe PLAIN = {.n_rows = N_ROWS, .event = 1};

static taut_status keep_bytes(void *user, const void *data, size_t size) {
  taut_bytes_put(user, data, size);
  return TAUT_OK;
}

/// The next double: one bit of `x` is another.
static double perturbed(double x) {
  return nextafter(x, HUGE_VAL);
}

static taut_bytes write_trace(const world *w, const recipe *r) {
  taut_bytes file = {0};
  const taut_trace_sink sink = {keep_bytes, &file};
  const taut_trace_options options = {.chunk_bytes = 600};
  taut_trace_writer *writer = NULL;
  double values[TRACED_SLOTS_MAX] = {0};
  assert_int_equal(taut_trace_writer_create(&sink, &options, &writer), TAUT_OK);
  assert_int_equal(taut_trace_writer_begin(writer, w->f.plan, 1, "twice"), TAUT_OK);
  for (size_t i = 0; i < r->n_rows; i++) {
    bool is_at = i == AT;
    values[w->y] = 0.1 * (double)i;
    if (is_at && r->has_ramp) values[w->y] = perturbed(values[w->y]);
    values[w->gained] = 2 * values[w->y];
    if (is_at && r->has_gain) values[w->gained] = perturbed(values[w->gained]);
    if (is_at && r->is_nan) values[w->y] = (double)NAN;
    const taut_event event = {.tick_ns = (int64_t)i * MS, .instance = 2, .value = (double)r->event};
    const taut_row row = {.tick_ns = (int64_t)i * MS + (i >= AT ? r->shift_ns : 0),
                          .values = values,
                          .n_values = taut_plan_n_slots(w->f.plan),
                          .events = &event,
                          .n_events = is_at && r->event >= 0 ? 1 : 0};
    assert_int_equal(taut_trace_writer_row(writer, &row), TAUT_OK);
  }
  if (r->state_hash != NULL) {
    const taut_pair pair = {"state_hash", r->state_hash};
    assert_int_equal(taut_trace_writer_note(writer, "taut.result", &pair, 1), TAUT_OK);
  }
  assert_int_equal(taut_trace_writer_finish(writer), TAUT_OK);
  taut_trace_writer_destroy(writer);
  return file;
}

/// The bisection of a plain trace and one of another recipe; `extra` is an instance that only B
/// has.
static void bisect(const recipe *a, const recipe *b, const char *extra, taut_bisection *out) {
  world w, v;
  world_init(&w, NULL);
  world_init(&v, extra);
  taut_bytes first = write_trace(&w, a), second = write_trace(&v, b);
  const taut_trace_source sources[2] = {taut_trace_source_memory(first.data, first.size),
                                        taut_trace_source_memory(second.data, second.size)};
  assert_int_equal(taut_trace_bisect(&sources[0], &sources[1], 3, out), TAUT_OK);
  taut_bytes_fini(&first);
  taut_bytes_fini(&second);
  fixture_fini(&w.f);
  fixture_fini(&v.f);
}

static void the_same_bits_are_the_same_run(void **state) {
  (void)state;
  taut_bisection b;
  bisect(&PLAIN, &PLAIN, NULL, &b);
  assert_true(b.is_same);
  assert_int_equal(b.comparison.n_rows, N_ROWS);
  taut_bisection_fini(&b);
  // A number that is none in both is one and the same.
  const recipe nan = {.n_rows = N_ROWS, .event = 1, .is_nan = true};
  bisect(&nan, &nan, NULL, &b);
  assert_true(b.is_same);
  taut_bisection_fini(&b);
  bisect(&PLAIN, &nan, NULL, &b);
  assert_false(b.is_same);
  taut_bisection_fini(&b);
}

static void one_bit_is_named_by_tick_instance_and_port(void **state) {
  (void)state;
  taut_bisection b;
  const recipe other = {.n_rows = N_ROWS, .event = 1, .has_gain = true};
  bisect(&PLAIN, &other, NULL, &b);
  assert_false(b.is_same);
  assert_int_equal(b.first_ns, AT * MS);
  assert_non_null(b.culprit);
  assert_string_equal(b.culprit->instance, "gain");
  assert_string_equal(b.culprit->port, "y");
  assert_true(b.culprit->base == 2 * (0.1 * AT));
  assert_true(b.culprit->other == perturbed(2 * (0.1 * AT)));
  assert_int_equal(b.n_beside, 0);
  taut_bisection_fini(&b);
}

static void what_feeds_the_others_is_the_culprit(void **state) {
  (void)state;
  taut_bisection b;
  const recipe other = {.n_rows = N_ROWS, .event = 1, .has_ramp = true};
  bisect(&PLAIN, &other, NULL, &b);
  // The gain differs in the same row and stands first in the table, but it only follows.
  assert_string_equal(b.comparison.differences[0].instance, "gain");
  assert_string_equal(b.culprit->instance, "ramp");
  assert_string_equal(b.culprit->port, "y");
  assert_int_equal(b.n_beside, 1);
  taut_bisection_fini(&b);
}

static void the_window_shows_rows_around_and_what_is_read(void **state) {
  (void)state;
  taut_bisection b;
  const recipe other = {.n_rows = N_ROWS, .event = 1, .has_gain = true};
  bisect(&PLAIN, &other, NULL, &b);
  assert_int_equal(b.n_rows, 7);
  assert_int_equal(b.ticks_ns[0], (AT - 3) * MS);
  assert_int_equal(b.ticks_ns[6], (AT + 3) * MS);
  assert_int_equal(b.n_columns, 2);
  assert_string_equal(b.columns[0].column->name, "gain.y");
  assert_true(b.columns[0].is_other && !b.columns[0].is_feeding);
  assert_string_equal(b.columns[1].column->name, "ramp.y");
  assert_true(b.columns[1].is_feeding && !b.columns[1].is_other);
  for (size_t i = 0; i < 7; i++) {
    assert_true(b.columns[1].a[i] == 0.1 * (double)(AT - 3 + i));
    assert_true(b.columns[1].b[i] == b.columns[1].a[i]);
    assert_true((b.columns[0].a[i] == b.columns[0].b[i]) == (i != 3));
  }
  taut_bisection_fini(&b);
}

static void an_event_alone_is_found(void **state) {
  (void)state;
  taut_bisection b;
  const recipe other = {.n_rows = N_ROWS, .event = 2}, none = {.n_rows = N_ROWS, .event = -1};
  bisect(&PLAIN, &other, NULL, &b);
  assert_int_equal(b.first_ns, AT * MS);
  assert_null(b.culprit);
  assert_int_equal(b.comparison.event_ns, AT * MS);
  assert_string_equal(b.instance, "listener");
  assert_non_null(strstr(b.comparison.base_event, "\"value\":1"));
  assert_non_null(strstr(b.comparison.other_event, "\"value\":2"));
  taut_bisection_fini(&b);
  bisect(&PLAIN, &none, NULL, &b);
  assert_non_null(b.comparison.base_event);
  assert_null(b.comparison.other_event);
  assert_int_equal(b.first_ns, AT * MS);
  taut_bisection_fini(&b);
}

static void a_trace_that_ends_earlier_is_told(void **state) {
  (void)state;
  taut_bisection b;
  const recipe shorter = {.n_rows = N_ROWS - 5, .event = 1};
  bisect(&PLAIN, &shorter, NULL, &b);
  assert_int_equal(b.first_ns, (N_ROWS - 5) * MS);
  assert_int_equal(b.comparison.end_ns, b.first_ns);
  assert_false(b.comparison.is_base_shorter);
  assert_null(b.culprit);
  taut_bisection_fini(&b);
  bisect(&shorter, &PLAIN, NULL, &b);
  assert_true(b.comparison.is_base_shorter);
  taut_bisection_fini(&b);
  const recipe late = {.n_rows = N_ROWS, .event = 1, .shift_ns = MS};
  bisect(&PLAIN, &late, NULL, &b);
  assert_false(b.is_same);
  assert_int_equal(b.comparison.grid_ns, AT * MS);
  taut_bisection_fini(&b);
}

static void other_tables_are_told_and_the_rest_is_compared(void **state) {
  (void)state;
  taut_bisection b;
  const recipe other = {.n_rows = N_ROWS, .event = 1, .has_gain = true};
  bisect(&PLAIN, &PLAIN, "third", &b);
  assert_false(b.is_same);
  assert_true(b.n_tables >= 3);
  assert_string_equal(b.tables[0], "only B has third.y");
  assert_int_equal(b.first_ns, -1);
  taut_bisection_fini(&b);
  bisect(&PLAIN, &other, "third", &b);
  assert_string_equal(b.tables[0], "only B has third.y");
  assert_int_equal(b.first_ns, AT * MS);
  assert_string_equal(b.culprit->instance, "gain");
  taut_bisection_fini(&b);
}

static void a_state_that_no_row_shows_differs_too(void **state) {
  (void)state;
  taut_bisection b;
  const recipe one = {.n_rows = N_ROWS, .event = 1, .state_hash = "1234"},
               two = {.n_rows = N_ROWS, .event = 1, .state_hash = "5678"};
  bisect(&one, &two, NULL, &b);
  assert_false(b.is_same);
  assert_int_equal(b.first_ns, -1);
  assert_string_equal(b.hashes, "state_hash is 1234 in A, 5678 in B");
  taut_bisection_fini(&b);
}

// ------------------------------------------------------------------------------- a hidden order

/// Instances of this model count in a static: what each sees hangs on the order of the updates.
static int n_updates;
static taut_status order_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = ((const double *)inst->state)[0];
  return TAUT_OK;
}
static taut_status order_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  ((double *)inst->state)[0] = n_updates++;
  return TAUT_OK;
}
static const taut_signal order_outputs[] = {SIGNAL(1, 0, "seen", -1e9, 1e9, 0)};
static const taut_model order_model = {COMMON_FIELDS,
                                       .name = "order",
                                       .outputs = order_outputs,
                                       .n_outputs = 1,
                                       .state_size = test_state_size,
                                       .init = test_nothing,
                                       .output = order_output,
                                       .update = order_update};

static taut_status trace_row(void *user, const taut_row *row) {
  return taut_trace_writer_row(user, row);
}

static taut_bytes run_in_order(bool is_stress) {
  fixture f;
  taut_bytes file = {0};
  const taut_trace_sink sink = {keep_bytes, &file};
  taut_trace_writer *writer = NULL;
  fixture_init(&f);
  assert_int_equal(taut_registry_add(f.registry, &order_model), TAUT_OK);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_add(&f, "first", "order", 0, 0);
  fixture_add(&f, "second", "order", 0, 0);
  n_updates = 0;
  const taut_run_options options = {.seed = 1, .is_stress = is_stress};
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  assert_int_equal(taut_run_create(f.plan, &options, NULL, &f.log, &f.run), TAUT_OK);
  assert_int_equal(taut_trace_writer_create(&sink, &(taut_trace_options){0}, &writer), TAUT_OK);
  assert_int_equal(taut_trace_writer_begin(writer, f.plan, 1, "order"), TAUT_OK);
  taut_run_on_row(f.run, trace_row, writer);
  fixture_advance(&f, 50 * MS);
  assert_int_equal(taut_trace_writer_finish(writer), TAUT_OK);
  taut_trace_writer_destroy(writer);
  fixture_fini(&f);
  return file;
}

static void a_hidden_order_is_found_by_who_suffers_from_it(void **state) {
  (void)state;
  taut_bytes runs[3] = {run_in_order(false), run_in_order(false), run_in_order(true)};
  taut_trace_source sources[3];
  taut_bisection b;
  for (size_t i = 0; i < 3; i++) sources[i] = taut_trace_source_memory(runs[i].data, runs[i].size);
  assert_int_equal(taut_trace_bisect(&sources[0], &sources[1], 3, &b), TAUT_OK);
  assert_true(b.is_same);
  taut_bisection_fini(&b);
  assert_int_equal(taut_trace_bisect(&sources[0], &sources[2], 3, &b), TAUT_OK);
  assert_false(b.is_same);
  assert_non_null(b.culprit);
  bool is_theirs =
      strcmp(b.culprit->instance, "first") == 0 || strcmp(b.culprit->instance, "second") == 0;
  assert_true(is_theirs);
  assert_string_equal(b.culprit->port, "seen");
  taut_bisection_fini(&b);
  for (size_t i = 0; i < 3; i++) taut_bytes_fini(&runs[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_same_bits_are_the_same_run),
      cmocka_unit_test(one_bit_is_named_by_tick_instance_and_port),
      cmocka_unit_test(what_feeds_the_others_is_the_culprit),
      cmocka_unit_test(the_window_shows_rows_around_and_what_is_read),
      cmocka_unit_test(an_event_alone_is_found),
      cmocka_unit_test(a_trace_that_ends_earlier_is_told),
      cmocka_unit_test(other_tables_are_told_and_the_rest_is_compared),
      cmocka_unit_test(a_state_that_no_row_shows_differs_too),
      cmocka_unit_test(a_hidden_order_is_found_by_who_suffers_from_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
