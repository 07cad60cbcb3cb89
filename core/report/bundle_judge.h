/// Whether the documents of a bundle say the same: what can be computed from others is computed
/// again.
#ifndef TAUT_REPORT_BUNDLE_JUDGE_H
#define TAUT_REPORT_BUNDLE_JUDGE_H

#include "report/bundle_check.h"

/// Of a bundle that taut_bundle_verify accepted. False with the first contradiction in the fault of
/// `check`. In a bundle of another version of Taut nothing is computed again but the verdicts that
/// the manifest counts. [main]
bool taut_bundle_judge(const char *folder, taut_bundle_check *check);

/// Whether the bundle was made by this version of Taut. [any]
bool taut_bundle_is_of_this_version(const taut_bundle_check *check);

#endif
