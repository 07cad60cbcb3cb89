/// Shared-library files, read before the dynamic linker sees them: a truncated file mapped by
/// dlopen ends in SIGBUS, so it is checked first.
#ifndef TAUT_ENGINE_ELF_H
#define TAUT_ENGINE_ELF_H

#include <stdbool.h>
#include <stddef.h>

#include "taut/status.h"

/// Is the file a shared library of this machine, and does it hold every segment and section its
/// headers name? ENOTFOUND, EIO with the reason in `text`. No allocation of its own. [any]
taut_status taut_elf_check(const char *file, char *text, size_t size);

/// A symbol of the dynamic symbol table. `name` is borrowed during the call.
typedef void (*taut_elf_symbol_fn)(void *user, const char *name, bool is_defined);

/// Calls `fn` for every global or weak symbol that a checked library exports (visible, defined) or
/// imports. EIO, ENOMEM. Allocates with malloc and frees. [any]
taut_status taut_elf_symbols(const char *file, taut_elf_symbol_fn fn, void *user);

#endif
