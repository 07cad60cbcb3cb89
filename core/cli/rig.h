/// A rig as describe shows it: which instance feeds which, bundled.
#ifndef TAUT_CLI_RIG_H
#define TAUT_CLI_RIG_H

#include <stdbool.h>

#include "report/text.h"
#include "taut/engine.h"

/// All wires from one instance to another.
typedef struct taut_bundle {
  size_t from, to;  ///< instances
  size_t n_wires;
  taut_buffer ports;    ///< names of the inputs fed: "left_hand_presence, report"
  taut_buffer summary;  ///< the same without sides and counters: "hand_presence, report"
} taut_bundle;

typedef struct taut_rig_view {
  const taut_plan *plan;  ///< borrowed
  const char *name;       ///< borrowed
  taut_bundle *bundles;
  size_t n_bundles;
  size_t n_wires;
} taut_rig_view;

void taut_rig_view_init(taut_rig_view *view, const taut_plan *plan, const char *name);
void taut_rig_view_fini(taut_rig_view *view);
/// The bundle between two instances, or NULL.
const taut_bundle *taut_rig_view_bundle(const taut_rig_view *view, size_t from, size_t to);

/// A period as people say it: "20 kHz", "100 Hz", "0.5 Hz". [any]
void taut_rate_text(int64_t period_ns, char *text, size_t size);

/// The rig as tables of text, and as a picture. Appends. [main]
void taut_rig_table(const taut_rig_view *view, taut_buffer *out);
void taut_rig_svg(const taut_rig_view *view, taut_buffer *out);

#endif
