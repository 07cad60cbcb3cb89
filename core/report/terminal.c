#include "report/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report/matrix.h"

enum { GAPS_SHOWN = 4 };

bool taut_terminal_use_color(int fd, bool no_color) {
  const char *none = getenv("NO_COLOR"), *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");
  if (no_color || (none != NULL && none[0] != '\0')) return false;
  if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0) return true;
  return isatty(fd) == 1 && term != NULL && strcmp(term, "dumb") != 0;
}

void taut_terminal_init(taut_terminal *terminal, size_t n_total, bool is_quiet, bool no_color) {
  const char *term = getenv("TERM"), *ci = getenv("CI");
  bool is_ci = ci != NULL && ci[0] != '\0';
  *terminal = (taut_terminal){
      .is_quiet = is_quiet,
      .is_live = isatty(STDERR_FILENO) == 1 && !is_ci && term != NULL && strcmp(term, "dumb") != 0,
      .n_total = n_total,
      .out = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, no_color)),
      .err = taut_palette_get(taut_terminal_use_color(STDERR_FILENO, no_color)),
  };
}

void taut_terminal_clear(taut_terminal *terminal) {
  if (!terminal->is_line_open) return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  terminal->is_line_open = false;
}

void taut_terminal_case(taut_terminal *terminal, const taut_record *record) {
  bool is_pass = record->verdict == TAUT_PASS;
  if (is_pass && terminal->is_quiet) return;
  taut_terminal_clear(terminal);
  const taut_palette *p = terminal->out;
  printf("%s%-12s%s %s%s:%s %s  %s(%.1f s simulated in %.2f s%s)%s\n",
         taut_palette_verdict(p, record->verdict), taut_verdict_name(record->verdict), p->reset,
         p->dim, record->file, p->reset, record->name, p->dim, (double)record->sim_ns * 1e-9,
         record->wall_s, record->replay != NULL ? ", replayed, not re-executed" : "", p->reset);
  fflush(stdout);
}

void taut_terminal_progress(taut_terminal *terminal, const char *running) {
  if (!terminal->is_live) return;
  struct winsize size;
  int width = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
  char head[96];
  int n = snprintf(head, sizeof head, "[%zu/%zu] ", terminal->n_done, terminal->n_total);
  if (terminal->n_bad > 0) {
    n += snprintf(head + n, sizeof head - (size_t)n, "%zu not passed  ", terminal->n_bad);
  }
  int room = width - 1 - n;
  if (room < 0) room = 0;
  // Never half of a character.
  if (running != NULL && strlen(running) > (size_t)room) {
    while (room > 0 && ((unsigned char)running[room] & 0xc0) == 0x80) room--;
  }
  const taut_palette *p = terminal->err;
  fprintf(stderr, "\r\033[K%s%s%s%.*s", terminal->n_bad > 0 ? p->red : p->cyan, head, p->reset,
          room, running != NULL ? running : "");
  fflush(stderr);
  terminal->is_line_open = true;
}

static void print_failures(const taut_terminal *terminal, const taut_results *results) {
  const taut_palette *p = terminal->out;
  for (size_t i = 0; i < results->n_records; i++) {
    const taut_record *record = &results->records[i];
    if (record->verdict == TAUT_PASS) continue;
    if (record->verdict == TAUT_INCONCLUSIVE && results->allow_inconclusive) continue;
    taut_buffer block = {0};
    taut_explain(record, results->with, program_invocation_name, p, &block);
    printf("\n%s%s%s %s%s%s  %s(%s:%d)%s\n%s", taut_palette_verdict(p, record->verdict),
           taut_verdict_name(record->verdict), p->reset, p->bold, record->name, p->reset, p->dim,
           record->file, record->line > 0 ? record->line : 1, p->reset, block.data);
    taut_buffer_fini(&block);
  }
}

/// "requirements: 52 exercised, 2 failed; not exercised in this run: SR-090 ..."
static void print_requirements(const taut_palette *p, const taut_results *results) {
  taut_matrix_tally tally = taut_matrix_count(results->requirements);
  if (tally.n == 0) return;
  printf("requirements: %zu of %zu exercised", tally.n_exercised, tally.n);
  if (tally.n_failed > 0) printf(", %s%zu failed%s", p->red, tally.n_failed, p->reset);
  if (tally.n_error > 0) printf(", %s%zu in error%s", p->red, tally.n_error, p->reset);
  if (tally.n_inconclusive > 0)
    printf(", %s%zu inconclusive%s", p->yellow, tally.n_inconclusive, p->reset);
  taut_buffer gaps = {0};
  taut_matrix_gaps(results->requirements, GAPS_SHOWN, &gaps);
  if (gaps.size > 0) {
    printf("; not in this run: %s", gaps.data);
    if (tally.n - tally.n_exercised > GAPS_SHOWN)
      printf(" %s(all: taut report)%s", p->dim, p->reset);
  }
  printf("\n");
  taut_buffer_fini(&gaps);
}

void taut_terminal_summary(taut_terminal *terminal, const taut_results *results,
                           const char *folder) {
  taut_terminal_clear(terminal);
  print_failures(terminal, results);
  const taut_palette *p = terminal->out;
  taut_tally tally = taut_results_tally(results->records, results->n_records);
  double sim_s = 0;
  for (size_t i = 0; i < results->n_records; i++)
    sim_s += (double)results->records[i].sim_ns * 1e-9;
  size_t n_passed = tally.count[TAUT_PASS];
  printf("\n%s%zu passed%s", n_passed > 0 ? p->green : "", n_passed, n_passed > 0 ? p->reset : "");
  static const struct {
    taut_verdict verdict;
    const char *word;
  } rest[] = {{TAUT_FAIL, "failed"}, {TAUT_INCONCLUSIVE, "inconclusive"}, {TAUT_ERROR, "in error"}};
  for (size_t i = 0; i < 3; i++) {
    size_t count = tally.count[rest[i].verdict];
    if (count == 0) continue;
    printf(", %s%zu %s%s", taut_palette_verdict(p, rest[i].verdict), count, rest[i].word, p->reset);
  }
  if (terminal->n_total > results->n_records) {
    printf(", %zu not run", terminal->n_total - results->n_records);
  }
  printf("  %s(%.1f s simulated in %.2f s)%s\n", p->dim, sim_s, results->wall_s, p->reset);
  print_requirements(p, results);
  if (folder != NULL) printf("results in %s\n", folder);
  fflush(stdout);
}
