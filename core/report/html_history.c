/// What became of a case in the runs before: verdict, duration and margin, as small static
/// pictures.
#include <math.h>
#include <string.h>

#include "report/html_parts.h"

enum { WIDTH = 10, HEIGHT = 30, TOP = 12 };

static double wall_of(const json_t *entry) {
  double wall_s = taut_html_number_at(entry, "wall_s", 0);
  return wall_s > 0 && wall_s < 1e9 ? wall_s : 0;
}

/// A bar per run, as high as the run was long; those that did not pass are full and carry their
/// sign.
static void bars(const json_t *entries, double most_s, taut_buffer *out) {
  size_t n = json_array_size(entries);
  taut_buffer_printf(out,
                     "<svg class=\"history\" viewBox=\"0 0 %zu %d\" width=%zu height=%d "
                     "aria-hidden=true>",
                     n * WIDTH, HEIGHT + TOP, n * WIDTH, HEIGHT + TOP);
  for (size_t i = 0; i < n; i++) {
    const json_t *entry = json_array_get(entries, i);
    const char *verdict = taut_html_verdict_at(entry);
    double height = most_s > 0 ? 2 + (HEIGHT - 2) * wall_of(entry) / most_s : 2;
    const char *sign = strcmp(verdict, "fail") == 0           ? "✕"
                       : strcmp(verdict, "error") == 0        ? "!"
                       : strcmp(verdict, "inconclusive") == 0 ? "?"
                                                              : "";
    taut_buffer_printf(out, "<rect class=%s x=%zu y=%.1f width=%d height=%.1f />", verdict,
                       i * WIDTH + 1, HEIGHT + TOP - height, WIDTH - 3, height);
    if (sign[0] == '\0') continue;
    taut_buffer_printf(out, "<text class=%s x=%zu y=%.1f>%s</text>", verdict, i * WIDTH + 1,
                       HEIGHT + TOP - height - 2, sign);
  }
  taut_buffer_text(out, "</svg>");
}

/// The requirement whose margin is drawn: the first that has one now.
static const char *choose_requirement(const json_t *margins) {
  const char *id;
  json_t *value;
  json_object_foreach((json_t *)margins, id, value) {
    if (json_is_number(value) && id[0] != '\0') return id;
  }
  return NULL;
}

/// The margin over the runs as a line, with a stroke at 0 where that is in sight.
static void margin_line(const json_t *entries, const char *id, taut_buffer *out) {
  size_t n = json_array_size(entries);
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    const json_t *margins = json_object_get(json_array_get(entries, i), "margins");
    double margin = taut_html_number_at(margins, id, NAN);
    if (margin < least) least = margin;
    if (margin > most) most = margin;
  }
  if (!(least <= most) || !isfinite(least) || !isfinite(most)) return;
  double span = most > least ? most - least : 1, bottom = HEIGHT + TOP - 3;
  taut_buffer_printf(out,
                     "<svg class=\"history\" viewBox=\"0 0 %zu %d\" width=%zu height=%d "
                     "aria-hidden=true>",
                     n * WIDTH, HEIGHT + TOP, n * WIDTH, HEIGHT + TOP);
  if (least <= 0 && most >= 0) {
    taut_buffer_printf(out, "<path class=zero d=\"M0 %.1fH%zu\"/>", bottom + least / span * HEIGHT,
                       n * WIDTH);
  }
  taut_buffer_text(out, "<path d=\"");
  bool is_first = true;
  for (size_t i = 0; i < n; i++) {
    const json_t *margins = json_object_get(json_array_get(entries, i), "margins");
    double margin = taut_html_number_at(margins, id, NAN);
    if (!isfinite(margin)) continue;
    taut_buffer_printf(out, "%s%zu %.1f", is_first ? "M" : "L", i * WIDTH + WIDTH / 2,
                       bottom - (margin - least) / span * HEIGHT);
    is_first = false;
  }
  taut_buffer_text(out, "\"/></svg>");
}

void taut_html_history(const json_t *entries, taut_buffer *out) {
  size_t n = json_array_size(entries), n_passed = 0;
  if (n < 2) return;
  double least_s = INFINITY, most_s = 0;
  for (size_t i = 0; i < n; i++) {
    const json_t *entry = json_array_get(entries, i);
    n_passed += strcmp(taut_html_verdict_at(entry), "pass") == 0;
    if (wall_of(entry) < least_s) least_s = wall_of(entry);
    if (wall_of(entry) > most_s) most_s = wall_of(entry);
  }
  const json_t *now = json_array_get(entries, n - 1), *margins = json_object_get(now, "margins");
  const char *id = choose_requirement(margins);
  taut_buffer_printf(out,
                     "<!--environment--><details class=\"part\"><summary>History (%zu runs, "
                     "%zu passed)</summary>\n<p class=\"note\">Oldest left. ",
                     n, n_passed);
  taut_buffer_printf(out, "Duration %.3g s now, %.3g to %.3g s.", wall_of(now), least_s, most_s);
  if (id != NULL) {
    taut_buffer_text(out, " Margin of ");
    taut_html_escape(out, id);
    taut_buffer_text(out, " now ");
    taut_html_quantity(out, taut_html_number_at(margins, id, NAN), "");
    taut_buffer_text(out, ".");
  }
  taut_buffer_text(out, "</p>\n<div class=\"sparks\">");
  bars(entries, most_s, out);
  if (id != NULL) margin_line(entries, id, out);
  taut_buffer_text(out, "</div></details><!--/environment-->\n");
}
