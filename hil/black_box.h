/// The post-mortem log of a device: what it did and how old its commands were, as comma-separated
/// values, written so that everything up to the last line survives the end of the process.
#ifndef TAUT_HIL_BLACK_BOX_H
#define TAUT_HIL_BLACK_BOX_H

#include <stdbool.h>
#include <stdint.h>

#include "taut/plugin.h"
#include "taut/status.h"

/// Length at which a file becomes FILE.1 and another is begun [bytes]: at most two of these exist.
#define TAUT_BLACK_BOX_BYTES ((int64_t)16 << 20)

typedef struct taut_black_box taut_black_box;

/// Begins a file for instances of a model, which is borrowed; one that is there becomes FILE.1. Its
/// first line names the columns: wall_s (since `now_ns`), instance, tick_s, age_ms, then the
/// outputs in SI units, enums by label. EIO with a sentence in `error`, ENOMEM. [main]
taut_status taut_black_box_open(const char *path, const taut_model *model, int64_t now_ns,
                                taut_black_box **out, char *error, size_t size);
/// NULL is fine, here and below. [main]
void taut_black_box_close(taut_black_box *box);

/// A line of values. `age_ns` is the age of the newest inputs. [main]
void taut_black_box_row(taut_black_box *box, int64_t now_ns, const char *instance, int64_t tick_ns,
                        int64_t age_ns, const double *outputs);
/// A line "# wall_s text". [main]
void taut_black_box_note(taut_black_box *box, int64_t now_ns, const char *text);

#endif
