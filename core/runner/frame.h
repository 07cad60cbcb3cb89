/// Frames: how a worker answers. Each is a length (4 bytes, little-endian) and that many bytes of
/// JSON, an object with "nonce" and "type": any number of "item", then exactly one "end", then
/// nothing.
#ifndef TAUT_RUNNER_FRAME_H
#define TAUT_RUNNER_FRAME_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "report/text.h"
#include "runner/job.h"

/// Writes one frame to a descriptor, taking over `body` (a new reference) and adding nonce and type
/// to it. EIO, EFULL when larger than TAUT_FRAME_MAX. [worker]
taut_status taut_frame_write(int fd, const uint8_t nonce[TAUT_NONCE_SIZE], const char *type,
                             json_t *body);

/// Collects the bytes of one worker and takes frames out of them.
typedef struct taut_frame_reader {
  taut_buffer bytes;
  size_t taken;  ///< bytes of `bytes` that were consumed
  uint8_t nonce[TAUT_NONCE_SIZE];
  json_t *end;        ///< the final frame once it came (owned)
  const char *fault;  ///< what is wrong with the stream; NULL while nothing is
} taut_frame_reader;

/// Called with each "item" frame; the frame is borrowed, take a reference to keep it.
typedef void (*taut_frame_fn)(void *user, json_t *item);

/// Adds bytes and handles the frames they complete. After a fault further bytes are ignored. [main]
void taut_frame_reader_push(taut_frame_reader *reader, const void *data, size_t size,
                            taut_frame_fn on_item, void *user);
/// States the fault of a stream that ended now: a frame cut short. [main]
void taut_frame_reader_finish(taut_frame_reader *reader);
void taut_frame_reader_fini(taut_frame_reader *reader);

#endif
