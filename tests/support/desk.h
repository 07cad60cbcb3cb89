/// `taut bridge` at a terminal of its own, with the test as the person in front of it, and the
/// emulated drive that it turns.
#ifndef TAUT_TESTS_SUPPORT_DESK_H
#define TAUT_TESTS_SUPPORT_DESK_H

#include <poll.h>
#include <pty.h>

#include "support/served.h"

typedef struct desk {
  pid_t bridge, drive;
  int fd;              ///< of the terminal
  int words;           ///< to the drive; see taut_bridge_emulate
  char text[1 << 16];  ///< what it has shown
  size_t n_text;
} desk;

/// Starts "taut bridge emulate WORDS --log drive.csv" and waits until a bridge may come.
static inline void start_drive(desk *d, const char *words) {
  int pipes[2];
  unlink("drive.log");
  assert_int_equal(pipe(pipes), 0);
  d->words = pipes[1];
  d->drive = fork();
  assert_true(d->drive >= 0);
  if (d->drive == 0) {
    char line[1024], *list[WORDS_MAX];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(line, sizeof line, "%s/taut bridge emulate %s --log drive.csv", TAUT_BUILD_DIR, words);
    split_words(line, list);
    int err = open("drive.log", O_WRONLY | O_CREAT, 0600);
    dup2(pipes[0], STDIN_FILENO);
    close(pipes[1]);
    dup2(err, STDERR_FILENO);
    execv(list[0], list);
    _exit(127);
  }
  close(pipes[0]);
  wait_for_text("drive.log", "an emulated");
}

static inline void tell_drive(const desk *d, const char *word) {
  assert_int_equal(write(d->words, word, strlen(word)), (ssize_t)strlen(word));
  assert_int_equal(write(d->words, "\n", 1), 1);
}

/// Takes what the terminal shows, for at most so long.
static inline void desk_read(desk *d, int ms) {
  struct pollfd item = {d->fd, POLLIN, 0};
  if (poll(&item, 1, ms) <= 0) return;
  const ssize_t n = read(d->fd, d->text + d->n_text, sizeof d->text - 1 - d->n_text);
  if (n > 0) d->n_text += (size_t)n;
  if (n <= 0) sleep_ms(1);
  d->text[d->n_text] = '\0';
}

/// Whether a text is shown within so long; `from` is an offset in what was shown.
static inline bool desk_shows(desk *d, size_t from, const char *part, int ms) {
  const int64_t end_ns = taut_wall_ns() + ms * INT64_C(1000000);
  while (strstr(d->text + from, part) == NULL) {
    if (taut_wall_ns() > end_ns) return false;
    desk_read(d, 5);
  }
  return true;
}

static inline void desk_expect(desk *d, size_t from, const char *part) {
  if (!desk_shows(d, from, part, 20000)) fail_msg("never '%s' in:\n%s", part, d->text + from);
}

static inline void desk_type(const desk *d, const char *line) {
  assert_int_equal(write(d->fd, line, strlen(line)), (ssize_t)strlen(line));
  assert_int_equal(write(d->fd, "\n", 1), 1);
}

/// Starts "taut bridge WORDS --listen ADDRESS --log box.csv" on a terminal.
static inline void desk_start(desk *d, const char *words, const char *address) {
  struct termios quiet;
  d->n_text = 0;
  d->text[0] = '\0';
  d->bridge = forkpty(&d->fd, NULL, NULL, NULL);
  assert_true(d->bridge >= 0);
  if (d->bridge == 0) {
    char line[1024], *list[WORDS_MAX];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // No echo: what is typed is not what is shown.
    tcgetattr(STDIN_FILENO, &quiet);
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
    snprintf(line, sizeof line, "%s/taut bridge %s --listen %s --log box.csv", TAUT_BUILD_DIR,
             words, address);
    split_words(line, list);
    execv(list[0], list);
    _exit(127);
  }
  desk_expect(d, 0, "listens on");
}

/// Arms as a person does. False when it did not come to that; a busy machine may refuse.
static inline bool desk_arm(desk *d) {
  const size_t from = d->n_text;
  desk_type(d, "arm");
  if (!desk_shows(d, from, "Type ", 2000)) return false;
  desk_read(d, 5);
  char code[16];
  snprintf(code, sizeof code, "%ld", strtol(strstr(d->text + from, "Type ") + 5, NULL, 10));
  // Sooner than half a second after the request is no confirmation.
  const int64_t end_ns = taut_wall_ns() + 650 * INT64_C(1000000);
  while (taut_wall_ns() < end_ns) desk_read(d, 5);
  desk_type(d, code);
  return desk_shows(d, from, "ARMED", 2000);
}

/// Ends both processes, whatever they do.
static inline void desk_end(desk *d) {
  if (d->bridge > 0) kill(d->bridge, SIGKILL);
  if (d->bridge > 0) end_taut(d->bridge);
  if (d->drive > 0) kill(d->drive, SIGKILL);
  if (d->drive > 0) end_taut(d->drive);
  if (d->fd > 0) close(d->fd);
  if (d->words > 0) close(d->words);
  d->words = -1;
  d->bridge = d->drive = 0;
  d->fd = -1;
}

// ---------------------------------------------------------------------- what the emulated drive
// did

typedef struct drive_moment {
  double time_s, torque_nm;  ///< of CLOCK_MONOTONIC
  int state;                 ///< VESC: timed out; ODrive: axis state
  unsigned fault;
} drive_moment;

enum { DRIVE_MOMENTS_MAX = 100000 };
static drive_moment drive_moments[DRIVE_MOMENTS_MAX];

/// Reads drive.csv; returns how many lines.
static inline size_t read_drive(void) {
  char *text = text_of("drive.csv"), *rest = text, *line;
  size_t n = 0;
  while ((line = strsep(&rest, "\n")) != NULL && n < DRIVE_MOMENTS_MAX) {
    drive_moment *m = &drive_moments[n];
    if (sscanf(line, "%lf,%lf,%*f,%d,%u", &m->time_s, &m->torque_nm, &m->state, &m->fault) == 4)
      n++;
  }
  free(text);
  return n;
}

/// Seconds from `time_s` until the torque stays at most `torque_nm`; -1: it does not.
static inline double falls_after(double time_s, double torque_nm) {
  size_t n = read_drive(), last = n;
  for (size_t i = n; i-- > 0;) {
    if (drive_moments[i].torque_nm > torque_nm) break;
    last = i;
  }
  if (last == n) return -1.0;
  return drive_moments[last].time_s - time_s;
}

static inline double greatest_torque(void) {
  double most_nm = 0.0;
  for (size_t i = read_drive(); i-- > 0;) {
    if (drive_moments[i].torque_nm > most_nm) most_nm = drive_moments[i].torque_nm;
  }
  return most_nm;
}

#endif
