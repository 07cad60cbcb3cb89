/// Waits until files change. Folders are watched, not files: an editor that saves by renaming puts
/// another file in the old one's place.
#ifndef TAUT_RUNNER_WATCHER_H
#define TAUT_RUNNER_WATCHER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "taut/status.h"

typedef struct taut_watcher taut_watcher;

/// From now on SIGINT and SIGTERM end the next wait, also those that arrive before it. ENOMEM, EIO.
/// [main]
taut_status taut_watcher_create(taut_watcher **out);
void taut_watcher_destroy(taut_watcher *watcher);

/// Wall time as files are stamped with it [ns since 1970]. [main]
int64_t taut_watcher_now(void);

/// Watches exactly these files and folders (keys of the object; values are ignored). What is
/// watched already and looks otherwise than when its change was last told counts as changed, and so
/// does a new one that was touched at or after `since_ns`. Of a folder only the names in it that
/// end in .lua, and of folders, count. [main]
void taut_watcher_set(taut_watcher *watcher, const json_t *paths, int64_t since_ns);

/// Waits until something changed and all that did stays as it is for a moment: a file that is gone
/// may come back, and a library that is no whole one may still be written. `out` gets the array of
/// their paths, sorted (new reference). False when a signal ended it. [main]
bool taut_watcher_wait(taut_watcher *watcher, json_t **out);

#endif
