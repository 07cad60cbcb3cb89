// Fuzz target: one message of a link, as both sides decode it. What can be decoded comes out of
// another turn through the codec as the same bytes; a table of ports becomes a model or is refused.
#include <string.h>

#include "fuzz.h"
#include "hil/table.h"

static taut_wire wires[2];

/// What the harness does with the table of a Welcome.
static void make_model(taut_wire *wire, const Taut__Link__Table *table) {
  static taut_model model;
  char why[512] = "";
  memset(&model, 0, sizeof model);
  taut_table_hash(table);
  taut_table_slots(table->outputs, table->n_outputs);
  if (taut_table_to_model(table, wire, &model) != TAUT_OK) return;
  model.name = "remote";
  taut_status status = taut_model_validate(&model, why, sizeof why);
  fuzz_promise((status == TAUT_OK) == (why[0] == '\0'), "a table that is refused has a reason");
  fuzz_promise(fuzz_is_printable(why), "reasons are printable");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *bytes;
  taut_message *message, *again;
  size_t n, n_again;
  for (int i = 0; i < 2; i++) {
    bool is_ready =
        wires[i].arena != NULL || taut_wire_init(&wires[i], TAUT_LINK_ARENA_BYTES) == TAUT_OK;
    fuzz_promise(is_ready, "there is memory");
  }
  taut_status status = taut_wire_decode(&wires[0], data, size, &message);
  fuzz_promise((status == TAUT_OK) == (message != NULL), "a status tells whether there is one");
  if (status != TAUT_OK) return 0;
  status = taut_wire_encode(&wires[0], message, &bytes, &n);
  // Numbers in more bytes than they need, and defaults, are left out: it only becomes shorter, but
  // for packed fields that came one by one.
  fuzz_promise(status == TAUT_OK || status == TAUT_EFULL, "what was decoded can be encoded");
  if (status != TAUT_OK) return 0;
  uint8_t *first = malloc(n + 1);
  fuzz_promise(first != NULL, "there is memory");
  memcpy(first, bytes, n);
  status = taut_wire_decode(&wires[1], first, n, &again);
  // Its memory may come in another order, and no longer fit.
  if (status == TAUT_OK) {
    fuzz_promise(taut_wire_encode(&wires[1], again, &bytes, &n_again) == TAUT_OK,
                 "it encodes again");
    fuzz_promise(n == n_again && memcmp(first, bytes, n) == 0, "the second turn changes nothing");
  }
  free(first);
  if (message->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME && message->welcome->table != NULL)
    make_model(&wires[0], message->welcome->table);
  return 0;
}
