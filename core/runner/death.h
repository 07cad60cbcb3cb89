/// What to say of a worker, or a branch of one, that did not answer as it should.
#ifndef TAUT_RUNNER_DEATH_H
#define TAUT_RUNNER_DEATH_H

#include <stddef.h>
#include <stdint.h>

typedef struct taut_death {
  int status;         ///< of waitpid
  int64_t tick_ns;    ///< last row, -1 for none
  int call;           ///< of its slot
  const char *fault;  ///< what is wrong with its frames; NULL when nothing is
} taut_death;

/// "plugin or scenario ended the process: signal 11 (SIGSEGV) at 1.250 s". [main]
void taut_death_describe(const taut_death *death, char *text, size_t size);

/// "at 1.250 s", "before the first tick". [main]
void taut_death_when(int64_t tick_ns, char *text, size_t size);

#endif
