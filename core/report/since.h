/// What has changed since an earlier bundle.
#ifndef TAUT_REPORT_SINCE_H
#define TAUT_REPORT_SINCE_H

#include "report/bundle_check.h"

/// Compares an earlier bundle, which was verified (`check`), with what will be in a new one:
/// `documents` by name, `runs` by campaign, `head` of the manifest. Gives {bundle: SHA-256 of its
/// manifest, controller, requirements, limits, results}, lists of {what, before, now}. NULL with
/// the fault in `check` when the bundle lacks a document. New reference. [main]
json_t *taut_since(const char *folder, taut_bundle_check *check, const json_t *documents,
                   const json_t *runs, const json_t *head);

#endif
