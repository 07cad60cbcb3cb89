/// Whether the documents of a bundle say the same: what can be computed from others is computed
/// again.
#ifndef TAUT_REPORT_BUNDLE_JUDGE_H
#define TAUT_REPORT_BUNDLE_JUDGE_H

#include "report/bundle_check.h"

/// Of a bundle that taut_bundle_verify accepted. False with the first contradiction in the fault of
/// `check`. [main]
bool taut_bundle_judge(const char *folder, taut_bundle_check *check);

#endif
