/// The files that `taut new` writes. "@NAME@", "@ROLE@", "@UPPER@" (role in capitals), "@PERIOD@"
/// (of the role, in ns) and "@LIBRARY@" (folder of the Lua library) are filled in.
#ifndef TAUT_CLI_TEMPLATES_H
#define TAUT_CLI_TEMPLATES_H

typedef struct taut_template {
  const char *path;  ///< relative to the new folder; may hold "@NAME@"
  const char *text;
} taut_template;

/// Files of a plugin project; ends with a NULL path.
extern const taut_template taut_templates_plugin[];
/// The one file of a scenario.
extern const taut_template taut_templates_scenario[];

#endif
