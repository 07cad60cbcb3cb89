/// The post-mortem log: labelled values a line at a time, in two files of bounded length.
#include "hil/black_box.h"

#include <math.h>
#include <sys/stat.h>

#include "support/command.h"

static const taut_signal outputs[] = {
    {.name = "force_n", .count = 1, .max = 100},
    {.name = "state",
     .flags = TAUT_ENUM,
     .count = 1,
     .max = 1,
     .labels = (const char *const[]){"off", "run", NULL}},
    {.name = "phase_a", .count = 2, .max = 10},
};
static const taut_model model = {.outputs = outputs, .n_outputs = 3};

static void a_line_is_in_the_file_when_the_call_returns(void **state) {
  (void)state;
  taut_black_box *box;
  char error[256];
  const double values[] = {12.5, 1, -1, 0.25}, odd[] = {NAN, 7, 0, 0};
  assert_int_equal(taut_black_box_open("b.csv", &model, 1000000000, &box, error, sizeof error), 0);
  taut_black_box_row(box, 1500000000, "motor", 250000, 2000000, values);
  taut_black_box_row(box, 1500000000, "motor", 250000, 2000000, odd);
  taut_black_box_note(box, 2000000000, "gone");
  expect_text("b.csv",
              "wall_s,instance,tick_s,age_ms,force_n,state,phase_a[0],phase_a[1]\n"
              "0.500000,motor,0.000250,2.000,12.5,run,-1,0.25\n"
              "0.500000,motor,0.000250,2.000,nan,7,0,0\n"
              "# 1.000000 gone\n");
  taut_black_box_close(box);
  // The next start keeps the one before.
  assert_int_equal(taut_black_box_open("b.csv", &model, 0, &box, error, sizeof error), 0);
  expect_text("b.csv.1", "# 1.000000 gone\n");
  taut_black_box_close(box);
  assert_int_equal(taut_black_box_open("none/b.csv", &model, 0, &box, error, sizeof error),
                   TAUT_EIO);
  assert_non_null(strstr(error, "none/b.csv cannot be written"));
}

static void two_files_are_all_it_takes(void **state) {
  (void)state;
  taut_black_box *box;
  char error[256], text[1001];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_int_equal(taut_black_box_open("b.csv", &model, 0, &box, error, sizeof error), 0);
  for (int i = 0; i < 40000; i++) taut_black_box_note(box, i, text);
  taut_black_box_close(box);
  struct stat newer, older;
  assert_int_equal(stat("b.csv", &newer), 0);
  assert_int_equal(stat("b.csv.1", &older), 0);
  assert_true(newer.st_size <= TAUT_BLACK_BOX_BYTES + 2000);
  assert_true(older.st_size >= TAUT_BLACK_BOX_BYTES);
  assert_true(older.st_size <= TAUT_BLACK_BOX_BYTES + 2000);
  expect_text("b.csv", "wall_s,instance");
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_line_is_in_the_file_when_the_call_returns),
      IN_FOLDER(two_files_are_all_it_takes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
