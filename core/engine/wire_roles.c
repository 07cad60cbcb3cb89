#include <stdio.h>
#include <string.h>

#include "engine/builder.h"
#include "engine/text.h"
#include "engine/validate.h"

// "left" or "right" when the text starts with that word and `separator`, else "".
static const char *side_of(const char *text, char separator) {
  if (!strncmp(text, "left", 4) && text[4] == separator) return "left";
  if (!strncmp(text, "right", 5) && text[5] == separator) return "right";
  return "";
}

// Spells a default source out for one side: "controller.*_brake" -> "controller.left_brake",
// "motor.iq_a" -> "left.motor.iq_a". False when it needs a side and there is none.
static bool spell_source(const char *source, const char *side, char *text, size_t size) {
  const char *star = strchr(source, '*');
  const char *dot = strchr(source, '.');
  char role_name[64];
  snprintf(role_name, sizeof role_name, "%.*s", (int)(dot - source), source);
  const taut_role *role = taut_role_find(role_name);
  bool is_per_side = role && role->is_per_side;
  if ((star || is_per_side) && !side[0]) return false;
  if (star)
    snprintf(text, size, "%.*s%s%s", (int)(star - source), source, side, star + 1);
  else
    snprintf(text, size, "%s%s%s", is_per_side ? side : "", is_per_side ? "." : "", source);
  return true;
}

// The output of that name when its instance and port are in the rig.
static builder_wire find_output(const taut_builder *builder, const char *name) {
  char path[TAUT_PATH_MAX];
  const char *dot = strrchr(name, '.');
  snprintf(path, sizeof path, "%.*s", (int)(dot - name), name);
  uint32_t i = taut_builder_find(builder, path);
  if (i == TAUT_NONE) return (builder_wire){TAUT_NONE, TAUT_NONE};
  const taut_model *model = builder->instances[i].model;
  const taut_signal *output = taut_signal_find(model->outputs, model->n_outputs, dot + 1);
  if (!output) return (builder_wire){TAUT_NONE, TAUT_NONE};
  return (builder_wire){i, (uint32_t)(output - model->outputs)};
}

taut_status taut_builder_wire_roles(taut_builder *builder) {
  for (size_t i = 0; i < builder->n_instances; i++) {
    builder_instance *instance = &builder->instances[i];
    const taut_model *model = instance->model;
    const taut_role *role = taut_role_find(model->role);
    if (!role) continue;
    for (size_t k = 0; k < role->n_inputs; k++) {
      const taut_role_port *port = &role->inputs[k];
      const taut_signal *input =
          taut_signal_find(model->inputs, model->n_inputs, port->signal->name);
      if (!port->source || !input) continue;
      builder_wire *wire = &instance->wires[input - model->inputs];
      const char *side =
          role->is_per_side ? side_of(instance->path, '.') : side_of(port->signal->name, '_');
      char source[TAUT_PATH_MAX];
      if (wire->instance == TAUT_NONE && spell_source(port->source, side, source, sizeof source))
        *wire = find_output(builder, source);
    }
  }
  return TAUT_OK;
}
