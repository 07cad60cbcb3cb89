/// Whose signatures count: the keys a user has said so of, and the key this user signs with.
#ifndef TAUT_REPORT_TRUST_H
#define TAUT_REPORT_TRUST_H

#include "report/minisign.h"

/// Reads a public key from a file. ENOTFOUND, EREJECT (others can write it), EINVAL, EIO, with a
/// sentence in `error`. [main]
taut_status taut_trust_read(const char *path, taut_public_key *out, char *error, size_t size);

/// The trusted key of that id: the one in `pubkey` where that is given, else one of *.pub in
/// taut/trust below $XDG_CONFIG_HOME or ~/.config. EREJECT when nobody here trusts it, otherwise as
/// taut_trust_read, with a sentence and the next step in `error`. [main]
taut_status taut_trust_find(const uint8_t id[8], const char *pubkey, taut_public_key *out,
                            char *error, size_t size);

/// The key to sign with: that of `path`, or the user's own, taut/sign.key beside taut/trust, which
/// is made (0600) and trusted when there is none; `is_made` says so. EREJECT (others can read it),
/// EINVAL, EIO, with a sentence in `error`. [main]
taut_status taut_trust_signer(const char *path, taut_secret_key *out, bool *is_made, char *error,
                              size_t size);

#endif
