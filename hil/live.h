/// An instance that runs on the wall clock by itself: it steps when its time has come, with the
/// newest inputs there are. When no more come its own watchdogs see the time pass, as they would on
/// a device.
#ifndef TAUT_HIL_LIVE_H
#define TAUT_HIL_LIVE_H

#include "hil/black_box.h"
#include "hil/served.h"

/// Age from which inputs are stale and the log says so [ns].
#define TAUT_LIVE_STALE_NS (TAUT_SECOND / 20)
/// For so long an instance runs on when its harness has gone, so that it can unload [ns].
#define TAUT_LIVE_RUN_DOWN_NS TAUT_SECOND

enum { TAUT_LIVE_DEEDS_MAX = 256, TAUT_LIVE_TEXT_MAX = 256 };

typedef struct taut_live {
  taut_served *served;  ///< owned; NULL: there is no instance
  char path[128];
  int64_t period_ns;
  double *inputs;                        ///< the newest ones, owned
  bool is_running;                       ///< it has been reset
  bool is_stale;                         ///< its inputs are older than TAUT_LIVE_STALE_NS
  int64_t start_wall_ns, start_ns;       ///< wall and simulated time of the reset
  int64_t next_ns;                       ///< simulated time of the next step
  int64_t heard_ns;                      ///< wall time of the newest inputs
  int64_t written_ns;                    ///< simulated time of the last line in the black box
  char broken[256];                      ///< why the model runs no more; "" while it does
  taut_deed deeds[TAUT_LIVE_DEEDS_MAX];  ///< since the last answer; later ones are dropped
  char texts[TAUT_LIVE_DEEDS_MAX][TAUT_LIVE_TEXT_MAX];
  size_t n_deeds;
} taut_live;

/// Takes over an instance. ENOMEM, and it stays the caller's. [main]
taut_status taut_live_init(taut_live *live, taut_served *served, const char *path,
                           int64_t period_ns);
void taut_live_fini(taut_live *live);

/// The instance was reset at `tick_ns`: from now on it runs. [main]
void taut_live_start(taut_live *live, int64_t tick_ns, int64_t now_ns, taut_black_box *box);

/// Newer inputs (n_inputs of the instance). [main]
void taut_live_take(taut_live *live, const double *inputs, int64_t now_ns, taut_black_box *box);

/// Makes all steps that are due, and writes down every 5 ms what comes of them. After more than 10
/// s without a call it leaves out what is older. [main]
void taut_live_advance(taut_live *live, int64_t now_ns, taut_black_box *box);

#endif
