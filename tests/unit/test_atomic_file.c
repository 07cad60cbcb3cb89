/// A file is the old one or the new one, whatever call fails and at which repetition.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/file.h"
#include "report/text.h"
#include "support/folder.h"

static const char folder[] = ".";

/// The n-th call of any kind fails; 0 lets all pass.
static int n_calls, i_failing, failing_errno;

static int fails(void) {
  if (++n_calls != i_failing) return 0;
  errno = failing_errno;
  return 1;
}
static int try_open(const char *path, int flags, mode_t mode) {
  return fails() ? -1 : taut_file_system()->open(path, flags, mode);
}
/// Writes five bytes at a time, so that there are several calls to fail.
static ssize_t try_write(int fd, const void *data, size_t size) {
  return fails() ? -1 : taut_file_system()->write(fd, data, size < 5 ? size : 5);
}
static int try_fsync(int fd) {
  return fails() ? -1 : taut_file_system()->fsync(fd);
}
static int try_close(int fd) {
  int result = taut_file_system()->close(fd);
  return fails() ? -1 : result;
}
static int try_rename(const char *from, const char *to) {
  return fails() ? -1 : taut_file_system()->rename(from, to);
}
static const taut_file_calls calls = {try_open, try_write, try_fsync, try_close, try_rename};

static size_t n_entries(void) {
  size_t n = 0;
  DIR *dir = opendir(folder);
  assert_non_null(dir);
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) n += entry->d_name[0] != '.';
  closedir(dir);
  return n;
}

static void a_failing_call_leaves_the_old_file_or_the_new_one(void **state) {
  (void)state;
  static const char old_text[] = "old text", new_text[] = "a new and longer text";
  static const int errors[] = {ENOSPC, EIO, EDQUOT};
  char *path = taut_text_format("%s/file.json", folder);
  for (size_t k = 0; k < 3; k++) {
    failing_errno = errors[k];
    int n_all = 100;
    for (i_failing = 0; i_failing <= n_all; i_failing++) {
      assert_int_equal(taut_file_write_atomic(path, old_text, strlen(old_text), NULL), TAUT_OK);
      n_calls = 0;
      taut_status status = taut_file_write_atomic(path, new_text, strlen(new_text), &calls);
      if (i_failing == 0) {
        n_all = n_calls;
        assert_in_range(n_all, 10, 20);
      }
      char *text = NULL;
      assert_int_equal(taut_file_read(path, 1000, &text, NULL), TAUT_OK);
      if (i_failing == 0) {
        assert_int_equal(status, TAUT_OK);
        assert_string_equal(text, new_text);
      } else if (i_failing > n_all - 3) {
        // Opening, flushing and closing the folder come after the rename: the new file is in place.
        assert_string_equal(text, new_text);
      } else {
        assert_int_equal(status, TAUT_EIO);
        assert_int_equal(errno, errors[k]);
        assert_string_equal(text, old_text);
      }
      free(text);
      assert_int_equal(n_entries(), 1);
    }
  }
  unlink(path);
  free(path);
}

static ssize_t write_nothing(int fd, const void *data, size_t size) {
  (void)fd;
  (void)data;
  (void)size;
  return 0;
}

static void a_disk_that_takes_nothing_is_an_error_not_a_hang(void **state) {
  (void)state;
  taut_file_calls none = *taut_file_system();
  none.write = write_nothing;
  char *path = taut_text_format("%s/none", folder);
  assert_int_equal(taut_file_write_atomic(path, "x", 1, &none), TAUT_EIO);
  assert_int_equal(n_entries(), 0);
  free(path);
}

static void folders_are_made_with_their_parents(void **state) {
  (void)state;
  char *deep = taut_text_format("%s/a/b/c", folder), *below = taut_text_format("%s/file/x", folder);
  char *file = taut_text_format("%s/file", folder);
  assert_int_equal(taut_file_make_folder(deep), TAUT_OK);
  assert_int_equal(taut_file_make_folder(deep), TAUT_OK);
  assert_int_equal(taut_file_write_atomic(file, "", 0, NULL), TAUT_OK);
  assert_int_equal(taut_file_make_folder(below), TAUT_EIO);
  assert_int_equal(taut_file_make_folder(file), TAUT_EIO);
  free(deep);
  free(below);
  free(file);
}

static void reading_is_bounded(void **state) {
  (void)state;
  char *path = taut_text_format("%s/big", folder), *text = NULL;
  assert_int_equal(taut_file_write_atomic(path, "0123456789", 10, NULL), TAUT_OK);
  assert_int_equal(taut_file_read(path, 9, &text, NULL), TAUT_EFULL);
  size_t size = 0;
  assert_int_equal(taut_file_read(path, 10, &text, &size), TAUT_OK);
  assert_int_equal(size, 10);
  free(text);
  unlink(path);
  assert_int_equal(taut_file_read(path, 10, &text, NULL), TAUT_ENOTFOUND);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_failing_call_leaves_the_old_file_or_the_new_one,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_disk_that_takes_nothing_is_an_error_not_a_hang,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(reading_is_bounded, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(folders_are_made_with_their_parents, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
