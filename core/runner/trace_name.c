#include "runner/trace_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

enum { FILE_MAX = 60, CASE_MAX = 100 };

/// A case and the name that it would like to have.
typedef struct wish {
  taut_item *item;
  char *file, *name;  ///< both parts (owned)
  bool is_cut, has_twin, has_namesake;
} wish;

/// "safety/leak" of ".../scenarios/safety/leak.lua"; "leak" of a file that is in no such
/// folder.
static char *place_of(const char *file) {
  static const char folder[] = "scenarios/";
  char *path = realpath(file, NULL);
  // A scenario that came with Taut is shown by a name that means nothing here.
  if (path == NULL) path = taut_text_copy(file);
  const char *start = NULL;
  for (const char *at = path; (at = strstr(at, folder)) != NULL; at++) {
    if (at == path || at[-1] == '/') start = at + sizeof folder - 1;
  }
  if (start == NULL) {
    const char *slash = strrchr(path, '/');
    start = slash != NULL ? slash + 1 : path;
  }
  size_t size = strlen(start);
  if (size > 4 && strcmp(start + size - 4, ".lua") == 0) size -= 4;
  char *place = taut_text_format("%.*s", (int)size, start);
  free(path);
  return place;
}

static void make_wish(taut_item *item, const wish *before, wish *out) {
  *out = (wish){.item = item};
  taut_buffer file = {0}, name = {0};
  if (before != NULL && before->item->file == item->file) {
    taut_buffer_text(&file, before->file);
  } else {
    char *place = place_of(item->file);
    taut_text_slug_within(&file, place, FILE_MAX);
    free(place);
  }
  out->is_cut = !taut_text_slug_within(&name, item->name, CASE_MAX);
  out->file = file.data;
  out->name = name.data;
}

static int compare_wishes(const void *left, const void *right) {
  const wish *a = left, *b = right;
  int order = strcmp(a->file, b->file);
  if (order == 0) order = strcmp(a->name, b->name);
  if (order == 0) order = strcmp(a->item->file, b->item->file);
  return order;
}

static bool is_shared(const wish *a, const wish *b) {
  return strcmp(a->file, b->file) == 0 && strcmp(a->name, b->name) == 0;
}

static void add_hash(taut_buffer *out, const char *text) {
  uint64_t hash = taut_text_hash(TAUT_TEXT_HASH_START, text);
  taut_buffer_printf(out, "-%08lx", (unsigned long)((hash ^ hash >> 32) & 0xffffffff));
}

static json_t *granted(const wish *w) {
  taut_buffer out = {0};
  taut_buffer_text(&out, w->file);
  if (w->has_namesake) add_hash(&out, w->item->file);
  taut_buffer_printf(&out, ".%s", w->name);
  if (w->is_cut || w->has_twin) add_hash(&out, w->item->name);
  json_t *name = json_string(out.data);
  taut_buffer_fini(&out);
  return name;
}

void taut_trace_names(taut_collection *collection) {
  size_t n = collection->n_items;
  wish *wishes = taut_memory_resize(NULL, (n + 1) * sizeof *wishes);
  for (size_t i = 0; i < n; i++) {
    make_wish(&collection->items[i], i > 0 ? &wishes[i - 1] : NULL, &wishes[i]);
  }
  if (n > 1) qsort(wishes, n, sizeof *wishes, compare_wishes);
  for (size_t first = 0, end; first < n; first = end) {
    for (end = first + 1; end < n && is_shared(&wishes[first], &wishes[end]); end++) {
      bool is_twin = strcmp(wishes[end - 1].item->file, wishes[end].item->file) == 0;
      if (is_twin) wishes[end - 1].has_twin = wishes[end].has_twin = true;
    }
    // Sorted by file: first and last differ when any do.
    if (strcmp(wishes[first].item->file, wishes[end - 1].item->file) == 0) continue;
    for (size_t i = first; i < end; i++) wishes[i].has_namesake = true;
  }
  json_t *names = json_array();
  for (size_t i = 0; i < n; i++) {
    json_t *name = granted(&wishes[i]);
    wishes[i].item->trace = json_string_value(name);
    json_array_append_new(names, name);
    free(wishes[i].file);
    free(wishes[i].name);
  }
  json_array_append_new(collection->listed, names);
  free(wishes);
}
