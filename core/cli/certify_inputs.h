/// What a certification was made of: the Lua files that were read, which go into the bundle, and
/// the libraries, of which the hash does.
#ifndef TAUT_CLI_CERTIFY_INPUTS_H
#define TAUT_CLI_CERTIFY_INPUTS_H

#include "cli/places.h"
#include "report/bundle.h"

#define TAUT_INPUTS_SHIPPED "inputs/taut"  ///< came with Taut: stands for its data folder
#define TAUT_INPUTS_SUITE "inputs/suite"   ///< the user's: stands for the working folder

/// Zero-initialise it.
typedef struct taut_inputs {
  const taut_places *places;
  json_t *files;      ///< object: name in the bundle to the path it is read from (owned)
  json_t *libraries;  ///< object: file name to SHA-256 (owned)
  json_t *seen;       ///< object: paths that were looked at (owned)
  char error[1200];   ///< of the first file that cannot go into a bundle
} taut_inputs;

void taut_inputs_init(taut_inputs *inputs, const taut_places *places);
void taut_inputs_fini(taut_inputs *inputs);

/// Takes the paths of an array, absolute ones; a file that lies neither in the data folder nor
/// below the working folder is an error, since nobody could run it again. [main]
void taut_inputs_take(taut_inputs *inputs, const json_t *paths);

/// A path of a record or register as it stands in a bundle: relative to the data folder when it is
/// in there. The caller's. [main]
char *taut_inputs_shown(const taut_inputs *inputs, const char *path);

/// Name in the bundle of a scenario file that records show as `shown`. The caller's. [main]
char *taut_inputs_name(const taut_inputs *inputs, const char *shown);

/// Puts the files into the bundle. [main]
void taut_inputs_put(const taut_inputs *inputs, taut_bundle *bundle);

#endif
