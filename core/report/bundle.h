/// A bundle of evidence: a folder whose every file is named with its SHA-256 in a signed manifest.
///
///     BUNDLE/manifest.json           canonical JSON: what this is, and every other file
///     BUNDLE/manifest.json.minisig   signature of it; its comment has date, reviewer, approver
///     BUNDLE/SHA256SUMS              the same hashes for sha256sum -c
///
/// Nothing but the signature depends on clock, host or path.
#ifndef TAUT_REPORT_BUNDLE_H
#define TAUT_REPORT_BUNDLE_H

#include <jansson.h>
#include <stdint.h>

#include "report/digest.h"
#include "report/minisign.h"

#define TAUT_BUNDLE_SCHEMA "taut.bundle/1"
#define TAUT_BUNDLE_MANIFEST "manifest.json"
#define TAUT_BUNDLE_SIGNATURE "manifest.json.minisig"
#define TAUT_BUNDLE_SUMS "SHA256SUMS"

/// JSON in the one form that bundles have: keys sorted, one space of indentation, at most 15
/// significant digits, a newline at the end. Reading and writing it again changes no byte. The
/// caller frees it. [any]
char *taut_json_canonical(const json_t *document);

/// Whether a file of a bundle may be called so: parts between slashes, none empty, none beginning
/// with a dot, no control characters, valid UTF-8, nothing that leads out of the bundle. [any]
bool taut_bundle_name_is_fine(const char *name);

/// A bundle being made. Zero-initialise it.
typedef struct taut_bundle {
  char *folder;     ///< (owned)
  json_t *files;    ///< object: name to {bytes, sha256} (owned)
  char error[512];  ///< of the first failure, "" as long as all is well
} taut_bundle;

/// Begins in a new folder. EIO with a sentence in `error` of the bundle. [main]
taut_status taut_bundle_begin(taut_bundle *bundle, const char *folder);
void taut_bundle_fini(taut_bundle *bundle);

/// Adds a file. A failure stays in the bundle and is told by taut_bundle_seal. [main]
void taut_bundle_put(taut_bundle *bundle, const char *name, const void *data, size_t size);
/// Adds a document in canonical form, whose reference it takes.
void taut_bundle_put_json(taut_bundle *bundle, const char *name, json_t *document);
/// Adds a copy of a file of at most 256 MiB.
void taut_bundle_copy(taut_bundle *bundle, const char *name, const char *path);

/// Writes manifest (`head` with schema and the list of files), sums and signature. EIO, EINVAL
/// with a sentence in `error` of the bundle. [main]
taut_status taut_bundle_seal(taut_bundle *bundle, const json_t *head, const taut_secret_key *key,
                             const char *comment);

/// The text of SHA256SUMS for these files and this manifest. [any]
void taut_bundle_sums(const json_t *files, const char *manifest, taut_buffer *out);

#endif
