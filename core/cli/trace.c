/// `taut trace`: looks into a trace, checks it, saves what is left of it, writes it as text.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/file.h"
#include "report/record.h"
#include "trace/check.h"
#include "trace/export.h"
#include "trace/judgement.h"

static const taut_option options[] = {
    {"csv", '\0', "FILE", "export: header t[s],name[unit],... and a line per row; - is stdout"},
    {"vcd", '\0', "FILE", "export: bools and enums as a waveform for GTKWave; - is stdout"},
    {"from", '\0', "SECONDS", "export: leave out what was before"},
    {"to", '\0', "SECONDS", "export: leave out what came after"},
    {"json", '\0', NULL, "info, verify and recover: print JSON"},
    {NULL, '\0', NULL, NULL},
};

/// A trace that was opened.
typedef struct trace_file {
  const char *path;
  int fd;
  taut_trace_source source;
} trace_file;

static bool open_file(const taut_verb *verb, const char *path, trace_file *out) {
  *out = (trace_file){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (out->fd < 0) {
    taut_usage(verb, "%s: %s", path, strerror(errno));
    return false;
  }
  if (taut_trace_source_fd(&out->fd, &out->source) == TAUT_OK) return true;
  taut_usage(verb, "%s is not a file", path);
  close(out->fd);
  return false;
}

/// What is written must not take the place of the trace it is made from.
static bool is_same_file(const trace_file *file, const char *path) {
  struct stat ours, theirs;
  return stat(path, &theirs) == 0 && fstat(file->fd, &ours) == 0 && ours.st_dev == theirs.st_dev &&
         ours.st_ino == theirs.st_ino;
}

static int complain(const char *path, taut_status status) {
  bool is_foreign = status == TAUT_EINVAL;
  fprintf(stderr, "taut trace: %s: %s\n", path,
          is_foreign ? "not an MCAP file, or damaged" : taut_status_text(status));
  return is_foreign ? TAUT_EXIT_EVIDENCE : TAUT_EXIT_OWN_FAULT;
}

// ------------------------------------------------------------------------------------------- info

static json_t *channels_json(const taut_columns *columns, const taut_trace_figures *figures) {
  json_t *list = json_array();
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    const taut_channel *channel = &columns->channels[i];
    json_t *object = json_object(), *names = json_array();
    for (uint32_t k = 0; k < channel->n_columns; k++) {
      const taut_trace_column *column = &channel->columns[k];
      json_t *at = json_object();
      json_object_set_new(at, "name", taut_record_string(column->name));
      json_object_set_new(at, "unit", taut_record_string(column->unit));
      if (column->count > 1) json_object_set_new(at, "count", json_integer(column->count));
      if (column->labels != NULL) {
        json_object_set_new(at, "labels", taut_record_string(column->labels));
      }
      json_array_append_new(names, at);
    }
    json_object_set_new(object, "topic", taut_record_string(channel->topic));
    json_object_set_new(object, "schema", taut_record_string(channel->schema));
    json_object_set_new(object, "messages", json_integer((json_int_t)figures->n_by_channel[i]));
    json_object_set_new(object, "columns", names);
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *metadata_json(const taut_trace_reader *reader) {
  json_t *object = json_object();
  size_t n;
  const taut_trace_metadata *items = taut_trace_reader_metadata(reader, &n);
  for (size_t i = 0; i < n; i++) {
    json_t *map = json_object();
    for (size_t k = 0; k < items[i].n_pairs; k++) {
      char *key = taut_text_clean(items[i].pairs[k].key, strlen(items[i].pairs[k].key));
      json_object_set_new(map, key, taut_record_string(items[i].pairs[k].value));
      free(key);
    }
    char *name = taut_text_clean(items[i].name, strlen(items[i].name));
    json_object_set_new(object, name, map);
    free(name);
  }
  return object;
}

static void print_info_json(const taut_trace_reader *reader, const taut_trace_figures *figures) {
  json_t *document = json_object();
  json_object_set_new(document, "whole", json_boolean(taut_trace_reader_is_whole(reader)));
  json_object_set_new(document, "messages", json_integer((json_int_t)figures->n_messages));
  json_object_set_new(document, "chunks", json_integer((json_int_t)figures->n_chunks));
  json_object_set_new(document, "first_ns", json_integer((json_int_t)figures->first_ns));
  json_object_set_new(document, "last_ns", json_integer((json_int_t)figures->last_ns));
  json_object_set_new(document, "bytes_packed", json_integer((json_int_t)figures->packed_bytes));
  json_object_set_new(document, "bytes_unpacked", json_integer((json_int_t)figures->bytes));
  json_object_set_new(document, "channels",
                      channels_json(taut_trace_reader_columns(reader), figures));
  json_object_set_new(document, "metadata", metadata_json(reader));
  taut_print_json(document);
}

/// A text of the file, cleaned: nothing in a trace may drive the terminal.
static void print_clean(const char *label, const char *text) {
  if (text == NULL || text[0] == '\0') return;
  char *clean = taut_text_clean(text, strlen(text));
  printf("%-11s %s\n", label, clean);
  free(clean);
}

/// "SR-030 pass 0.5 N -": verdict, margin and first violation [s] of each.
static void print_requirements(const taut_trace_reader *reader) {
  size_t n;
  const taut_trace_metadata *all = taut_trace_reader_metadata(reader, &n);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(all[i].name, TAUT_TRACE_REQUIREMENTS) != 0) continue;
    for (size_t k = 0; k < all[i].n_pairs; k++) {
      char *text = taut_text_format("%s %s", all[i].pairs[k].key, all[i].pairs[k].value);
      print_clean(k == 0 ? "judged" : "", text);
      free(text);
    }
  }
}

static void print_info(const taut_trace_reader *reader, const taut_trace_figures *figures) {
  static const struct {
    const char *label, *metadata, *key;
  } lines[] = {{"scenario", "taut.run", "scenario"},
               {"seed", "taut.run", "seed"},
               {"verdict", "taut.result", "verdict"},
               {"reason", "taut.result", "reason"},
               {"trace hash", "taut.result", "trace_hash"},
               {"plan hash", "taut.run", "plan_hash"},
               {"taut", "taut.run", "taut"}};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    print_clean(lines[i].label, taut_trace_reader_value(reader, lines[i].metadata, lines[i].key));
  }
  print_requirements(reader);
  printf("%-11s %.3f s to %.3f s\n", "time", (double)figures->first_ns * 1e-9,
         (double)figures->last_ns * 1e-9);
  printf("%-11s %" PRIu64 " in %" PRIu64 " chunks, %.1f MB (unpacked %.1f MB)\n", "messages",
         figures->n_messages, figures->n_chunks, (double)figures->packed_bytes * 1e-6,
         (double)figures->bytes * 1e-6);
  if (!taut_trace_reader_is_whole(reader)) {
    printf("%-11s the end is missing; taut trace recover saves what there is\n", "cut");
  }
  const taut_columns *columns = taut_trace_reader_columns(reader);
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    char *topic = taut_text_clean(columns->channels[i].topic, strlen(columns->channels[i].topic));
    printf("  %-20s %8" PRIu64 " messages, %3" PRIu32 " columns\n", topic, figures->n_by_channel[i],
           columns->channels[i].n_columns);
    free(topic);
  }
}

static int run_info(const trace_file *file, const taut_arguments *arguments) {
  taut_trace_reader *reader = NULL;
  taut_status status = taut_trace_reader_open(&file->source, &reader);
  taut_trace_figures figures = {0};
  if (status == TAUT_OK) status = taut_trace_figures_read(reader, &figures);
  if (status == TAUT_OK && taut_arguments_has(arguments, "json")) {
    print_info_json(reader, &figures);
  } else if (status == TAUT_OK) {
    print_info(reader, &figures);
  }
  free(figures.n_by_channel);
  taut_trace_reader_close(reader);
  return status == TAUT_OK ? TAUT_EXIT_OK : complain(file->path, status);
}

// ----------------------------------------------------------------------------- verify and recover

static int run_verify(const trace_file *file, const taut_arguments *arguments) {
  taut_trace_verdict verdict;
  taut_status status = taut_trace_verify(&file->source, &verdict);
  if (status != TAUT_OK) return complain(file->path, status);
  if (taut_arguments_has(arguments, "json")) {
    json_t *document = json_object();
    json_object_set_new(document, "file", taut_record_string(file->path));
    json_object_set_new(document, "ok", json_boolean(verdict.is_ok));
    json_object_set_new(document, "fault", taut_record_string(verdict.fault));
    json_object_set_new(document, "chunks", json_integer((json_int_t)verdict.n_chunks));
    json_object_set_new(document, "messages", json_integer((json_int_t)verdict.n_messages));
    taut_print_json(document);
  } else if (verdict.is_ok) {
    printf("%s: whole, %" PRIu64 " messages in %" PRIu64 " chunks\n", file->path,
           verdict.n_messages, verdict.n_chunks);
  } else {
    printf("%s: damaged %s\n", file->path, verdict.fault);
  }
  return verdict.is_ok ? TAUT_EXIT_OK : TAUT_EXIT_EVIDENCE;
}

static int run_recover(const taut_verb *verb, const trace_file *file,
                       const taut_arguments *arguments) {
  const char *path = arguments->words[2];
  if (is_same_file(file, path))
    return taut_usage(verb, "%s is the damaged trace itself; name another file", path);
  char *temporary = taut_text_format("%s.tmp-%ld", path, (long)getpid());
  int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    int result = taut_usage(verb, "%s cannot be written: %s", path, strerror(errno));
    free(temporary);
    return result;
  }
  const taut_trace_sink sink = {taut_trace_sink_fd, &fd};
  taut_trace_rescue rescue;
  taut_status status = taut_trace_recover(&file->source, &sink, &rescue);
  if (close(fd) != 0 && status == TAUT_OK) status = TAUT_EIO;
  if (status == TAUT_OK) status = taut_file_commit(temporary, path, NULL);
  if (status != TAUT_OK) unlink(temporary);
  free(temporary);
  if (status != TAUT_OK) return complain(file->path, status);
  if (taut_arguments_has(arguments, "json")) {
    json_t *document = json_object();
    json_object_set_new(document, "file", taut_record_string(path));
    json_object_set_new(document, "chunks", json_integer((json_int_t)rescue.n_chunks));
    json_object_set_new(document, "messages", json_integer((json_int_t)rescue.n_messages));
    json_object_set_new(document, "damaged_chunks", json_integer((json_int_t)rescue.n_damaged));
    json_object_set_new(document, "left_out_records", json_integer((json_int_t)rescue.n_left_out));
    json_object_set_new(document, "lost_bytes", json_integer((json_int_t)rescue.bytes_lost));
    taut_print_json(document);
    return TAUT_EXIT_OK;
  }
  printf("%s: %" PRIu64 " messages in %" PRIu64 " chunks saved; %" PRIu64
         " damaged chunks and %" PRIu64 " bytes at the end lost\n",
         path, rescue.n_messages, rescue.n_chunks, rescue.n_damaged, rescue.bytes_lost);
  if (rescue.n_left_out > 0) {
    fprintf(stderr, "taut trace: %" PRIu64 " records of other kinds were left out\n",
            rescue.n_left_out);
  }
  return TAUT_EXIT_OK;
}

// ----------------------------------------------------------------------------------------- export

typedef taut_status (*export_fn)(taut_trace_reader *reader, FILE *out, uint64_t *n_rows);

/// Writes to `path` whole or not at all; "-" is stdout.
static taut_status export_to(taut_trace_reader *reader, const char *path, export_fn write,
                             uint64_t *n_rows, bool *is_damaged) {
  bool is_stdout = strcmp(path, "-") == 0;
  char *temporary = taut_text_format("%s.tmp-%ld", path, (long)getpid());
  FILE *out = is_stdout ? stdout : fopen(temporary, "we");
  taut_status status = out == NULL ? TAUT_EIO : write(reader, out, n_rows);
  // What stands before the damage is exported all the same.
  *is_damaged = status == TAUT_EINVAL;
  if (*is_damaged) status = TAUT_OK;
  if (!is_stdout && out != NULL && fclose(out) != 0 && status == TAUT_OK) status = TAUT_EIO;
  if (!is_stdout && status == TAUT_OK) status = taut_file_commit(temporary, path, NULL);
  int saved = errno;
  if (!is_stdout && status != TAUT_OK) unlink(temporary);
  free(temporary);
  errno = saved;
  return status;
}

static int export_one(taut_trace_reader *reader, const trace_file *file, const char *path,
                      export_fn write) {
  uint64_t n_rows = 0;
  bool is_damaged;
  taut_status status = export_to(reader, path, write, &n_rows, &is_damaged);
  if (status == TAUT_ENOTFOUND) {
    fprintf(stderr, "taut trace: %s has no bool and no enum\n", file->path);
    return TAUT_EXIT_NOTHING_RAN;
  }
  if (status == TAUT_EIO) {
    fprintf(stderr, "taut trace: %s could not be written: %s\n", path, strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  if (status != TAUT_OK) return complain(file->path, status);
  if (!is_damaged && taut_trace_reader_is_whole(reader)) return TAUT_EXIT_OK;
  fprintf(stderr, "taut trace: %s is %s: %" PRIu64 " rows before that were exported\n", file->path,
          is_damaged ? "damaged" : "cut", n_rows);
  return TAUT_EXIT_EVIDENCE;
}

static int run_export(const taut_verb *verb, const trace_file *file,
                      const taut_arguments *arguments) {
  const char *csv = taut_arguments_value(arguments, "csv");
  const char *vcd = taut_arguments_value(arguments, "vcd");
  char error[512];
  double from_s = 0.0, to_s = 9.0e9;
  if ((csv == NULL) == (vcd == NULL)) return taut_usage(verb, "export takes --csv or --vcd FILE");
  if (taut_arguments_seconds(arguments, "from", &from_s, error, sizeof error) != TAUT_OK ||
      taut_arguments_seconds(arguments, "to", &to_s, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  if (!(to_s <= 9.0e9)) to_s = 9.0e9;
  if (!(from_s <= to_s)) return taut_usage(verb, "--from lies after --to");
  if (is_same_file(file, csv != NULL ? csv : vcd))
    return taut_usage(verb, "%s is the trace itself; name another file", file->path);
  taut_trace_reader *reader = NULL;
  taut_status status = taut_trace_reader_open(&file->source, &reader);
  if (status != TAUT_OK) return complain(file->path, status);
  taut_trace_reader_window(reader, (int64_t)rint(from_s * 1e9), (int64_t)rint(to_s * 1e9));
  int result = csv != NULL ? export_one(reader, file, csv, taut_trace_export_csv)
                           : export_one(reader, file, vcd, taut_trace_export_vcd);
  taut_trace_reader_close(reader);
  return result;
}

// ------------------------------------------------------------------------------------------- verb

static int run_trace(const taut_verb *verb, const taut_arguments *arguments) {
  static const char *const actions[] = {"info", "verify", "recover", "export"};
  enum { INFO, VERIFY, RECOVER, EXPORT, N_ACTIONS };
  if (arguments->n_words == 0) return taut_usage(verb, "give info, verify, recover or export");
  size_t action = 0;
  while (action < N_ACTIONS && strcmp(arguments->words[0], actions[action]) != 0) action++;
  if (action == N_ACTIONS) {
    const char *nearest = taut_text_nearest(arguments->words[0], actions, N_ACTIONS);
    return taut_usage(verb, "there is no '%s'%s%s%s", arguments->words[0],
                      nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                      nearest != NULL ? "?" : "");
  }
  size_t n_wanted = action == RECOVER ? 3 : 2;
  if (arguments->n_words != n_wanted) {
    return taut_usage(
        verb,
        action == RECOVER ? "recover takes a trace and the file to write" : "%s takes one trace",
        actions[action]);
  }
  trace_file file;
  if (!open_file(verb, arguments->words[1], &file)) return TAUT_EXIT_USAGE;
  int result = action == INFO      ? run_info(&file, arguments)
               : action == VERIFY  ? run_verify(&file, arguments)
               : action == RECOVER ? run_recover(verb, &file, arguments)
                                   : run_export(verb, &file, arguments);
  close(file.fd);
  return result;
}

const taut_verb taut_verb_trace = {
    .name = "trace",
    .summary = "look into a recorded run, check it, export it",
    .usage = "taut trace info|verify|recover|export TRACE [OUT] [options]",
    .examples =
        "  taut trace info traces/leak.mcap                     what is in it\n"
        "  taut trace verify traces/leak.mcap                   every checksum and index\n"
        "  taut trace export traces/leak.mcap --csv leak.csv    for a spreadsheet\n"
        "  taut trace export traces/leak.mcap --vcd leak.vcd    states for GTKWave\n"
        "  taut trace recover cut.mcap saved.mcap                 all whole chunks of a cut file\n",
    .notes =
        "A trace is MCAP: Lichtblick, Foxglove and PlotJuggler open it as it is. Exit status: 0,\n"
        "3 reading or writing failed, 4 usage, 6 the trace is damaged.\n",
    .options = options,
    .run = run_trace,
};
