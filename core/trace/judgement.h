/// What a trace says about its requirements: metadata `taut.requirements`, a value per id.
#ifndef TAUT_TRACE_JUDGEMENT_H
#define TAUT_TRACE_JUDGEMENT_H

#include "taut/monitor.h"
#include "trace/reader.h"

/// Name of the metadata record; keys are ids of requirements.
#define TAUT_TRACE_REQUIREMENTS "taut.requirements"

enum { TAUT_JUDGEMENT_UNIT_MAX = 32, TAUT_JUDGEMENT_TEXT_MAX = 128 };

/// One requirement as the run judged it.
typedef struct taut_trace_judgement {
  taut_verdict verdict;
  bool has_margin;
  double margin;  ///< in `unit`, negative when violated
  char unit[TAUT_JUDGEMENT_UNIT_MAX];
  int64_t first_ns;  ///< first violation; -1 for none
} taut_trace_judgement;

/// "fail -0.25 N 12.345000000": verdict, margin, unit and time of the first violation [s], each "-"
/// where there is none. [any]
void taut_trace_judgement_format(const taut_trace_judgement *judgement,
                                 char text[TAUT_JUDGEMENT_TEXT_MAX]);
/// The same read back, bit for bit but for NaN. EINVAL. [any]
taut_status taut_trace_judgement_parse(const char *text, taut_trace_judgement *out);

/// A requirement that the new trace judges otherwise than the golden one.
typedef struct taut_judgement_change {
  const char *id;    ///< borrowed from the golden trace's reader
  bool is_missing;   ///< the new trace does not judge it
  bool is_readable;  ///< both judgements could be read; else base and other are zero
  taut_trace_judgement base, other;
} taut_judgement_change;

/// How far a margin may move [in its unit], by the id of the requirement.
typedef double (*taut_margin_tolerance_fn)(void *user, const char *id);

/// Requirements of `base` whose verdict, unit or margin is another in `other`, in the order of
/// `base`; those that only `other` has are no change. `tolerance` NULL means the same bits. The
/// array is the caller's. ENOMEM. Allocates.
taut_status taut_trace_compare_judgements(const taut_trace_reader *base,
                                          const taut_trace_reader *other,
                                          taut_margin_tolerance_fn tolerance, void *user,
                                          taut_judgement_change **out, size_t *n_out);

#endif
