/// An exchange that is played from a tape instead of done.
#ifndef TAUT_HIL_REPLAY_H
#define TAUT_HIL_REPLAY_H

#include "hil/link.h"

/// The recorded answer to `request`, which is `bytes` on the wire. The tape must hold exactly this
/// request next: else the peer was asked something else, its answers are not to this run, and the
/// link breaks with the first difference in `trouble`. NULL then, and when the tape ends, is
/// damaged, or there was no answer. Valid until the next exchange. [step]
taut_message *taut_replay_exchange(taut_link *link, const taut_message *request,
                                   const uint8_t *bytes, size_t size);

#endif
