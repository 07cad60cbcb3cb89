/// A small run that is traced, and what its rows were: for tests of traces.
#ifndef TAUT_TESTS_SUPPORT_TRACE_H
#define TAUT_TESTS_SUPPORT_TRACE_H

#include <stdlib.h>

#include "support/models.h"
#include "trace/check.h"
#include "trace/reader.h"
#include "trace/writer.h"

enum { TRACED_SLOTS_MAX = 64, TRACED_ROWS_MAX = 512 };

/// A trace in memory and the rows it must hold.
typedef struct traced {
  fixture f;
  taut_trace_writer *writer;
  taut_bytes file;
  size_t n_bytes_max;  ///< of the disk; 0 is no bound
  size_t n_rows, n_events, n_slots;
  int64_t ticks[TRACED_ROWS_MAX];
  double values[TRACED_ROWS_MAX][TRACED_SLOTS_MAX];
  taut_status status;  ///< of the writer, at its end
} traced;

static inline taut_status traced_write(void *user, const void *data, size_t size) {
  traced *t = user;
  if (t->n_bytes_max > 0 && t->file.size + size > t->n_bytes_max) {
    // A full disk takes what still fits.
    taut_bytes_put(&t->file, data, t->n_bytes_max - t->file.size);
    t->n_bytes_max = t->file.size;
    return TAUT_EIO;
  }
  taut_bytes_put(&t->file, data, size);
  return TAUT_OK;
}

static inline taut_status traced_row(void *user, const taut_row *row) {
  traced *t = user;
  t->ticks[t->n_rows] = row->tick_ns;
  memcpy(t->values[t->n_rows++], row->values, t->n_slots * sizeof(double));
  t->n_events += row->n_events;
  return taut_trace_writer_row(t->writer, row);
}

/// Runs `n_rows` rows of a plan with peaks, arrays, bools, enums, events and a bool that a broken
/// wire turns into other numbers. `t` is the caller's, zeroed but for `n_bytes_max`.
static inline void traced_make(traced *t, int64_t n_rows, size_t chunk_bytes, uint64_t seed) {
  fixture *f = &t->f;
  fixture_init(f);
  fixture_add(f, "left.ramp", "ramp", 0, 0);
  fixture_add(f, "reporter", "reporter", 0, 0);
  fixture_add(f, "listener", "listener", 0, 0);
  fixture_wire(f, "listener.note", "reporter.report");
  fixture_wire(f, "listener.note_seq", "reporter.report_seq");
  fixture_add(f, "sink", "sink", 0, 0);
  fixture_wire(f, "sink.flag", "left.ramp.is_odd");
  fixture_add(f, "noisy", "noisy", 0, 0);
  const taut_fault half = {
      .name = "half", .target = "left.ramp.is_odd", .kind = TAUT_FAULT_BIAS, .magnitude = 0.5};
  assert_int_equal(taut_builder_fault(f->builder, &half), TAUT_OK);
  fixture_start(f, seed);
  t->n_slots = taut_plan_n_slots(f->plan);
  assert_in_range(t->n_slots, 1, TRACED_SLOTS_MAX);
  const taut_trace_sink sink = {traced_write, t};
  const taut_trace_options options = {.chunk_bytes = chunk_bytes};
  assert_int_equal(taut_trace_writer_create(&sink, &options, &t->writer), TAUT_OK);
  t->status = taut_trace_writer_begin(t->writer, f->plan, seed, "a \"small\" run");
  taut_run_on_row(f->run, traced_row, t);
  for (int64_t i = 1; i <= n_rows && t->status == TAUT_OK; i++) {
    if (i == n_rows / 2) taut_run_apply(f->run, TAUT_EFFECT_FAULT, 0, 1);
    t->status = taut_run_advance(f->run, i * MS);
  }
  const taut_pair pair = {"verdict", "pass"};
  if (t->status == TAUT_OK) {
    t->status = taut_trace_writer_note(t->writer, "taut.result", &pair, 1);
  }
  taut_status status = taut_trace_writer_finish(t->writer);
  if (t->status == TAUT_OK) t->status = status;
}

static inline void traced_fini(traced *t) {
  taut_trace_writer_destroy(t->writer);
  taut_bytes_fini(&t->file);
  fixture_fini(&t->f);
}

/// For each value of a reader's rows, the slot it came from.
static inline void traced_slots(const traced *t, const taut_columns *columns,
                                uint32_t slots[TRACED_SLOTS_MAX]) {
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      for (uint32_t e = 0; e < column->count; e++) {
        char name[256], other[256];
        uint32_t slot = 0;
        taut_column_value_name(column, e, name, sizeof name);
        for (; slot < t->n_slots; slot++) {
          taut_plan_slot_name(t->f.plan, slot, other, sizeof other);
          if (strcmp(name, other) == 0) break;
        }
        if (slot == t->n_slots) fail_msg("no slot is named %s", name);
        slots[column->first + e] = slot;
      }
    }
  }
}

/// Reads all there is; returns the rows, each compared bit for bit with what was written.
static inline size_t traced_compare(const traced *t, const uint8_t *data, size_t size,
                                    size_t *n_events) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  taut_trace_reader *reader = NULL;
  assert_int_equal(taut_trace_reader_open(&source, &reader), TAUT_OK);
  uint32_t slots[TRACED_SLOTS_MAX];
  const taut_columns *columns = taut_trace_reader_columns(reader);
  // A file that is cut before its last channel holds no row.
  bool has_columns = columns->n_values == t->n_slots;
  if (has_columns) traced_slots(t, columns, slots);
  size_t n_rows = 0;
  *n_events = 0;
  taut_trace_item item;
  while (taut_trace_reader_next(reader, &item) == TAUT_OK) {
    if (item.kind == TAUT_TRACE_EVENT) {
      ++*n_events;
      continue;
    }
    assert_true(has_columns && n_rows < t->n_rows);
    assert_int_equal(item.tick_ns, t->ticks[n_rows]);
    for (uint32_t i = 0; i < columns->n_values; i++) {
      if (memcmp(&item.values[i], &t->values[n_rows][slots[i]], sizeof(double)) != 0) {
        fail_msg("row %zu, value %u: %.17g, written was %.17g", n_rows, i, item.values[i],
                 t->values[n_rows][slots[i]]);
      }
    }
    n_rows++;
  }
  taut_trace_reader_close(reader);
  return n_rows;
}

#endif
