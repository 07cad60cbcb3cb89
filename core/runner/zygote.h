/// The zygote: a small single-threaded process, forked before anything else exists, that forks one
/// worker per job. It holds no plugin, no event loop and no files; it dies with the main process
/// and its workers die with it.
#ifndef TAUT_RUNNER_ZYGOTE_H
#define TAUT_RUNNER_ZYGOTE_H

#include <sys/types.h>

#include "runner/job.h"

typedef struct taut_zygote {
  const taut_runner_config *config;  ///< borrowed
  pid_t pid;
  int socket;      ///< SOCK_SEQPACKET, main's end
  uint8_t *slots;  ///< n_slots pages, shared
  size_t slots_size;
} taut_zygote;

/// Forks the zygote. Call it while the process has one thread. EIO with errno, ENOMEM. [main]
taut_status taut_zygote_start(const taut_runner_config *config, taut_zygote *out);

/// Ends the zygote and every worker, and waits for it. [main]
void taut_zygote_stop(taut_zygote *zygote);

/// The page of a slot. [main]
taut_slot *taut_zygote_slot(const taut_zygote *zygote, uint32_t slot);

/// Sends an order; START passes copies of the two descriptors. EIO. [main]
taut_status taut_zygote_send(const taut_zygote *zygote, const taut_order *order, int result_fd,
                             int output_fd);

/// Receives one notice. OK, ENOTFOUND when none is waiting, EIO when the zygote is gone. [main]
taut_status taut_zygote_receive(const taut_zygote *zygote, taut_notice *out);

#endif
