/// Where things are: data (rigs, users, exercises, machines), plugins, the installation.
#ifndef TAUT_CLI_PLACES_H
#define TAUT_CLI_PLACES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum { TAUT_PLUGIN_DIRS_MAX = 32 };

typedef struct taut_places {
  char binary[PATH_MAX];  ///< folder of the running binary
  char data[PATH_MAX];    ///< holds models/ and scenarios/lib/
  bool is_source_tree;    ///< data is the source tree the binary was built from
  bool has_data;          ///< data holds models/rigs
  const char *plugins[TAUT_PLUGIN_DIRS_MAX + 1];  ///< NULL-terminated, in search order (owned)
  size_t n_plugins;
} taut_places;

/// Data: $TAUT_DATA, else the source tree when the binary stands in its build folder, else
/// <prefix>/share/taut. Plugins: $TAUT_PLUGIN_PATH (colon-separated), <binary>/plugins,
/// <prefix>/lib/taut/plugins and the multi-arch variant of it. [main]
void taut_places_find(taut_places *places);
void taut_places_fini(taut_places *places);

/// Finds a plugin library: a path that exists, "NAME.so" or "NAME" in the plugin folders. Writes an
/// absolute path. False when there is none. [main]
bool taut_places_plugin(const taut_places *places, const char *name, char *path, size_t size);

/// The nearest plugin name to a misspelt one, or NULL; owned by the caller. [main]
char *taut_places_suggest_plugin(const taut_places *places, const char *name);

#endif
