/// The picture of a rig. Every role has its place, so that the signal flow reads from the person on
/// the left over cable and motor to the software on the right, and so that no wire crosses a box.
/// Instances of other roles stand in a row below, joined by straight lines.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/rig.h"
#include "report/junit.h"

enum { WIDTH = 1240, HEIGHT = 740, STRIP = 120, POINTS_MAX = 6, BOXES_MAX = 64, LABEL_GAP = 7 };

typedef struct point {
  double x, y;
} point;

/// Roles in the order of the signal flow; a wire is routed from the lower to the higher.
typedef enum rank { USER, CABLE, MOTOR, CONTROLLER, SPOTTER, SESSION, FORM_CHECK, OTHER } rank;

typedef struct box {
  rank role;
  bool is_right;  ///< lower of the two rows
  double x, y, w, h;
} box;

static const char *const role_names[] = {"user",    "cable",   "motor",     "controller",
                                         "spotter", "session", "form_check"};

/// Centre and size of each role; cable and motor have a row per side.
static const struct {
  double x, y, w, h;
} places[] = {
    [USER] = {105, 365, 150, 310},      [CABLE] = {365, 255, 150, 84},
    [MOTOR] = {620, 255, 150, 84},      [CONTROLLER] = {885, 365, 160, 310},
    [SPOTTER] = {1120, 365, 140, 110},  [SESSION] = {885, 95, 160, 84},
    [FORM_CHECK] = {885, 660, 160, 84},
};
enum { ROW_DISTANCE = 220, LANE_X = 1222 };

static box place(const taut_instance_info *info, size_t *n_other) {
  box b = {.role = OTHER, .is_right = strncmp(info->path, "right.", 6) == 0};
  for (int role = USER; role <= FORM_CHECK; role++) {
    if (strcmp(info->model->role, role_names[role]) == 0) b.role = (rank)role;
  }
  if (b.role == OTHER) {
    size_t i = (*n_other)++;
    b.w = 150;
    b.h = 84;
    b.x = 105 + 200.0 * (double)(i % 6);
    b.y = HEIGHT + 60 + 110.0 * floor((double)i / 6.0);
    return b;
  }
  b.x = places[b.role].x;
  b.y = places[b.role].y;
  b.w = places[b.role].w;
  b.h = places[b.role].h;
  if (b.is_right && (b.role == CABLE || b.role == MOTOR)) b.y += ROW_DISTANCE;
  return b;
}

static double left_of(const box *b) {
  return b->x - b->w / 2;
}
static double right_of(const box *b) {
  return b->x + b->w / 2;
}
static double top_of(const box *b) {
  return b->y - b->h / 2;
}
static double bottom_of(const box *b) {
  return b->y + b->h / 2;
}

/// A horizontal wire at the height of the side's row, or in the middle.
static size_t route_level(const box *a, const box *b, double y, point *p) {
  p[0] = (point){right_of(a), y};
  p[1] = (point){left_of(b), y};
  return 2;
}

static size_t route_vertical(const box *upper, const box *lower, bool is_from_upper, point *p) {
  point top = {upper->x, bottom_of(upper)}, bottom = {upper->x, top_of(lower)};
  p[0] = is_from_upper ? top : bottom;
  p[1] = is_from_upper ? bottom : top;
  return 2;
}

/// The load cell's wire passes the motor on the outside.
static size_t route_around_motor(const box *cable, const box *controller, point *p) {
  double edge = cable->is_right ? bottom_of(cable) : top_of(cable);
  double lane = edge + (cable->is_right ? 30 : -30);
  double x = controller->x - 45;
  p[0] = (point){cable->x, edge};
  p[1] = (point){cable->x, lane};
  p[2] = (point){x, lane};
  p[3] = (point){x, cable->is_right ? bottom_of(controller) : top_of(controller)};
  return 4;
}

static size_t route_straight(const box *a, const box *b, point *p) {
  bool is_below = a->y < b->y;
  p[0] = (point){a->x, is_below ? bottom_of(a) : top_of(a)};
  p[1] = (point){b->x, is_below ? top_of(b) : bottom_of(b)};
  return 2;
}

#define PAIR(a, b) ((a)*16 + (b))

/// The corners of the wire from `a` to `b`; a->role <= b->role.
static size_t route(const box *a, const box *b, point *p) {
  switch (PAIR(a->role, b->role)) {
    case PAIR(USER, CABLE): return route_level(a, b, b->y, p);
    case PAIR(CABLE, MOTOR):
    case PAIR(MOTOR, CONTROLLER):
    case PAIR(USER, CONTROLLER):
    case PAIR(CONTROLLER, SPOTTER): return route_level(a, b, a->y, p);
    case PAIR(CABLE, CONTROLLER): return route_around_motor(a, b, p);
    case PAIR(CONTROLLER, SESSION): return route_vertical(b, a, false, p);
    case PAIR(CONTROLLER, FORM_CHECK): return route_vertical(a, b, true, p);
    case PAIR(USER, SESSION):
      p[0] = (point){a->x, top_of(a)};
      p[1] = (point){a->x, b->y};
      p[2] = (point){left_of(b), b->y};
      return 3;
    case PAIR(USER, FORM_CHECK):
      p[0] = (point){a->x - 30, bottom_of(a)};
      p[1] = (point){a->x - 30, b->y};
      p[2] = (point){left_of(b), b->y};
      return 3;
    case PAIR(USER, SPOTTER):
      p[0] = (point){a->x + 30, bottom_of(a)};
      p[1] = (point){a->x + 30, 582};
      p[2] = (point){b->x - 30, 582};
      p[3] = (point){b->x - 30, bottom_of(b)};
      return 4;
    case PAIR(SPOTTER, SESSION):
      p[0] = (point){a->x, top_of(a)};
      p[1] = (point){a->x, b->y + 14};
      p[2] = (point){right_of(b), b->y + 14};
      return 3;
    case PAIR(SPOTTER, FORM_CHECK):
      p[0] = (point){a->x + 30, bottom_of(a)};
      p[1] = (point){a->x + 30, b->y - 14};
      p[2] = (point){right_of(b), b->y - 14};
      return 3;
    case PAIR(SESSION, FORM_CHECK):
      p[0] = (point){right_of(a), a->y - 14};
      p[1] = (point){LANE_X, a->y - 14};
      p[2] = (point){LANE_X, b->y + 14};
      p[3] = (point){right_of(b), b->y + 14};
      return 4;
    default: return route_straight(a, b, p);
  }
}

// ------------------------------------------------------------------------------------------
// drawing

static void text_element(taut_buffer *out, double x, double y, const char *class_name,
                         const char *anchor, const char *text) {
  taut_buffer_printf(out, "<text x=\"%.0f\" y=\"%.0f\" class=\"%s\" text-anchor=\"%s\">", x, y,
                     class_name, anchor);
  taut_junit_escape(out, text);
  taut_buffer_text(out, "</text>\n");
}

/// As much of the summary as fits, with the number of wires before it.
static void wire_label(const taut_bundle *bundle, const char *arrow, size_t room, char *text,
                       size_t size) {
  snprintf(text, size, "%s %zu", arrow, bundle->n_wires);
  const char *names = bundle->summary.data;
  size_t n = strlen(names);
  if (room < 9) return;
  if (n > room) {
    // Cut at a comma; a list without even one whole name is not worth its space.
    n = room - 3;
    while (n > 0 && names[n] != ',') n--;
    if (n == 0) return;
    snprintf(text, size, "%s %zu: %.*s, ...", arrow, bundle->n_wires, (int)n, names);
  } else {
    snprintf(text, size, "%s %zu: %s", arrow, bundle->n_wires, names);
  }
}

/// Labels above and below the longest horizontal stretch, or beside a vertical wire.
static void draw_labels(taut_buffer *out, const point *p, size_t n, const taut_bundle *there,
                        const taut_bundle *back) {
  size_t best = 0;
  double length = 0;
  for (size_t i = 0; i + 1 < n; i++) {
    double dx = fabs(p[i + 1].x - p[i].x);
    if (dx <= length) continue;
    length = dx;
    best = i;
  }
  char text[512];
  if (length < 1.0) {
    bool is_down = p[1].y > p[0].y;
    double x = p[0].x + 9, y = (p[0].y + p[1].y) / 2 + 4;
    if (there != NULL) {
      wire_label(there, is_down ? "\xe2\x86\x93" : "\xe2\x86\x91", 0, text, sizeof text);
      text_element(out, x, back != NULL ? y - 9 : y, "w", "start", text);
    }
    if (back != NULL) {
      wire_label(back, is_down ? "\xe2\x86\x91" : "\xe2\x86\x93", 0, text, sizeof text);
      text_element(out, x, there != NULL ? y + 9 : y, "w", "start", text);
    }
    return;
  }
  bool is_rightward = p[best + 1].x > p[best].x;
  const taut_bundle *rightward = is_rightward ? there : back,
                    *leftward = is_rightward ? back : there;
  double x = (p[best].x + p[best + 1].x) / 2, y = p[best].y;
  size_t room = length > 60.0 ? (size_t)((length - 60.0) / 8.2) : 0;
  if (rightward != NULL) {
    wire_label(rightward, "\xe2\x86\x92", room, text, sizeof text);
    text_element(out, x, y - LABEL_GAP, "w", "middle", text);
  }
  if (leftward != NULL) {
    wire_label(leftward, "\xe2\x86\x90", room, text, sizeof text);
    text_element(out, x, rightward != NULL ? y + 18 : y - LABEL_GAP, "w", "middle", text);
  }
}

static void draw_path(taut_buffer *out, const point *p, size_t n, const char *attributes) {
  taut_buffer_text(out, "<path d=\"");
  for (size_t i = 0; i < n; i++) {
    taut_buffer_printf(out, "%s%.0f %.0f", i == 0 ? "M" : "L", p[i].x, p[i].y);
  }
  taut_buffer_printf(out, "\"%s", attributes);
}

static void draw_title(taut_buffer *out, const taut_rig_view *view, const taut_bundle *bundle) {
  if (bundle == NULL) return;
  char *text =
      taut_text_format("%s to %s: %s\n", taut_plan_instance(view->plan, bundle->from).path,
                       taut_plan_instance(view->plan, bundle->to).path, bundle->ports.data);
  taut_junit_escape(out, text);
  free(text);
}

static void draw_wire(taut_buffer *out, const taut_rig_view *view, const box *boxes, size_t a,
                      size_t b) {
  const taut_bundle *there = taut_rig_view_bundle(view, a, b);
  const taut_bundle *back = taut_rig_view_bundle(view, b, a);
  if (there == NULL && back == NULL) return;
  point p[POINTS_MAX];
  size_t n = route(&boxes[a], &boxes[b], p);
  // A wider white line below keeps crossing wires apart.
  draw_path(out, p, n, " class=\"halo\"/>\n");
  char attributes[96];
  snprintf(attributes, sizeof attributes, " class=\"wire\"%s%s>",
           back != NULL ? " marker-start=\"url(#head)\"" : "",
           there != NULL ? " marker-end=\"url(#head)\"" : "");
  draw_path(out, p, n, attributes);
  taut_buffer_text(out, "<title>");
  draw_title(out, view, there);
  draw_title(out, view, back);
  taut_buffer_text(out, "</title></path>\n");
  draw_labels(out, p, n, there, back);
}

static void draw_box(taut_buffer *out, const box *b, const taut_instance_info *info) {
  bool is_physical = b->role <= MOTOR;
  const char *kind = b->role == FORM_CHECK ? "sensor" : is_physical ? "plant" : "software";
  taut_buffer_printf(out, "<g><title>");
  taut_junit_escape(out, info->model->help);
  taut_buffer_printf(out,
                     "</title><rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" rx=\"10\" "
                     "class=\"%s\"/>\n",
                     left_of(b), top_of(b), b->w, b->h, kind);
  char rate[32];
  taut_rate_text(info->period_ns, rate, sizeof rate);
  text_element(out, b->x, b->y - 14, "name", "middle", info->path);
  text_element(out, b->x, b->y + 7, "model", "middle", info->model->name);
  text_element(out, b->x, b->y + 26, "rate", "middle", rate);
  taut_buffer_text(out, "</g>\n");
}

static void draw_head(taut_buffer *out, const taut_rig_view *view, double height) {
  taut_buffer_printf(
      out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
      "height=\"%.0f\" role=\"img\" font-family=\"DejaVu Sans, Verdana, Helvetica, sans-serif\">\n"
      "<title>",
      WIDTH, height, WIDTH, height);
  taut_junit_escape(out, view->name);
  taut_buffer_text(
      out,
      "</title>\n<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
      "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">"
      "<path d=\"M0 0L10 5L0 10z\" fill=\"#4a5568\"/></marker></defs>\n"
      "<style>\n"
      ".plant{fill:#e3effb;stroke:#3b75af;stroke-width:1.6}\n"
      ".software{fill:#fdf0dc;stroke:#b9771a;stroke-width:1.6}\n"
      ".sensor{fill:#e5f4e7;stroke:#3c8a4b;stroke-width:1.6}\n"
      ".wire{fill:none;stroke:#4a5568;stroke-width:1.6}\n"
      ".halo{fill:none;stroke:#ffffff;stroke-width:7}\n"
      ".name{font-size:18px;font-weight:bold;fill:#1a202c}\n"
      ".model{font-size:15px;fill:#2d3748}\n"
      ".rate{font-size:14px;fill:#5a6577}\n"
      ".w{font-size:14.5px;fill:#2d3748;paint-order:stroke;stroke:#ffffff;stroke-width:4px}\n"
      ".head{font-size:20px;font-weight:bold;fill:#1a202c}\n"
      ".note{font-size:14px;fill:#5a6577}\n"
      "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
}

static void draw_legend(taut_buffer *out, const taut_rig_view *view) {
  char text[160];
  snprintf(text, sizeof text, "%zu instances, %zu signals wired; numbers count signals",
           taut_plan_n_instances(view->plan), view->n_wires);
  text_element(out, 20, 34, "head", "start", view->name);
  text_element(out, 20, 56, "note", "start", text);
  static const struct {
    const char *kind, *text;
  } entries[] = {{"plant", "machine and person"}, {"software", "software"}, {"sensor", "sensor"}};
  for (size_t i = 0; i < 3; i++) {
    double y = HEIGHT - 72 + 22.0 * (double)i;
    taut_buffer_printf(out,
                       "<rect x=\"20\" y=\"%.0f\" width=\"16\" height=\"12\" rx=\"3\" "
                       "class=\"%s\"/>\n",
                       y, entries[i].kind);
    text_element(out, 44, y + 11, "note", "start", entries[i].text);
  }
}

void taut_rig_svg(const taut_rig_view *view, taut_buffer *out) {
  box boxes[BOXES_MAX];
  size_t n = taut_plan_n_instances(view->plan), n_other = 0;
  if (n > BOXES_MAX) n = BOXES_MAX;
  for (size_t i = 0; i < n; i++) {
    taut_instance_info info = taut_plan_instance(view->plan, i);
    boxes[i] = place(&info, &n_other);
  }
  double height = HEIGHT + (n_other > 0 ? STRIP * ceil((double)n_other / 6.0) : 0);
  draw_head(out, view, height);
  draw_legend(out, view);
  for (size_t a = 0; a < n; a++) {
    for (size_t b = 0; b < n; b++) {
      bool is_forward = a < b ? boxes[a].role <= boxes[b].role : boxes[a].role < boxes[b].role;
      if (is_forward) draw_wire(out, view, boxes, a, b);
    }
  }
  for (size_t i = 0; i < n; i++) {
    taut_instance_info info = taut_plan_instance(view->plan, i);
    draw_box(out, &boxes[i], &info);
  }
  taut_buffer_text(out, "</svg>\n");
}
