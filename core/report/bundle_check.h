/// Whether a bundle is the one that was signed, byte for byte.
#ifndef TAUT_REPORT_BUNDLE_CHECK_H
#define TAUT_REPORT_BUNDLE_CHECK_H

#include "report/bundle.h"

/// What was found. Zero-initialise it.
typedef struct taut_bundle_check {
  char fault[1024];  ///< the first thing that is wrong, "FILE: what"; "" when nothing is
  json_t *manifest;  ///< NULL unless its signature holds (owned)
  char *comment;     ///< what was signed with it; NULL as above (owned)
  char signer[TAUT_SIGNER_ID];
  size_t n_files;  ///< files that are what the manifest says
  int64_t n_bytes;
} taut_bundle_check;

/// Looks at signature, names, sizes and hashes; nothing of a bundle is believed before its
/// signature holds. `pubkey` as of taut_trust_find. True when all is well. [main]
bool taut_bundle_verify(const char *folder, const char *pubkey, taut_bundle_check *out);
void taut_bundle_check_fini(taut_bundle_check *check);

/// Reads a document of a bundle that was verified; NULL when it is no JSON in canonical form, with
/// the fault in `check`. New reference. [main]
json_t *taut_bundle_read(const char *folder, const char *name, taut_bundle_check *check);

#endif
