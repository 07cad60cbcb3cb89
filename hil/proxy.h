/// The model that stands for a peer in a plan: its ports are the peer's, its functions exchanges.
///
/// One exchange per due update: the inputs of a tick go out, the outputs of the next due tick come
/// back and are held until then. Roles have no feedthrough, so that is exactly what the model would
/// have written in process. With K periods per exchange everything comes K - 1 periods later; the
/// twin of that is a model in this process behind the same delay. Only after a fault left out a
/// call are the outputs asked for on their own.
#ifndef TAUT_HIL_PROXY_H
#define TAUT_HIL_PROXY_H

#include "hil/link.h"

typedef struct taut_proxy taut_proxy;

/// Makes a proxy of an open link, which is borrowed until destroy. `name` becomes the model's.
/// EINVAL with a sentence in `error` when the peer's table is not usable, such as one with
/// feedthrough. ENOMEM.
taut_status taut_proxy_create(taut_link *link, const char *name, taut_proxy **out, char *error,
                              size_t size);
/// Makes the twin of a peer with `n_ticks` periods per exchange of a model in this process, which
/// is borrowed until destroy. Has the same trace. ENOMEM.
taut_status taut_proxy_create_twin(const taut_model *inner, const char *name, uint32_t n_ticks,
                                   taut_proxy **out);
void taut_proxy_destroy(taut_proxy *proxy);

/// The first output that depends on inputs of the same tick, which no link can carry; NULL when
/// there is none. [any]
const char *taut_proxy_feedthrough(const taut_model *model);

/// The model, for a registry; flagged TAUT_MODEL_EFFECT. Borrowed until destroy.
const taut_model *taut_proxy_model(const taut_proxy *proxy);

/// Where the trouble of the next run is written to; borrowed, may be NULL.
void taut_proxy_log(taut_proxy *proxy, const taut_log_sink *log);

#endif
