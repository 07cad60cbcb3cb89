/// How names of ports are spelt.
#ifndef TAUT_ENGINE_NAMES_H
#define TAUT_ENGINE_NAMES_H

#include <stddef.h>

/// The full name of an alias: "load.command_n" is "controller.load_command_n" and
/// "load.left_command_n" is "controller.left_load_command_n"; other names are copied. [any]
void taut_name_spell(const char *name, char *text, size_t size);

#endif
