#include "report/history.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/file.h"
#include "report/finding.h"
#include "report/text.h"

enum {
  SCHEMA = 1,
  BUSY_MS = 5000,
  BUSY_STEP_MS = 20,
  TEXT_MAX_BYTES = 1 << 20,
  CASES_MAX = 10000,
  DIGEST_MAX_BYTES = 64 << 20
};

struct taut_history {
  sqlite3 *db;
  char *path;
};

static const char schema[] =
    "CREATE TABLE cases("
    "  id INTEGER PRIMARY KEY,"
    "  run TEXT NOT NULL, date TEXT NOT NULL,"  // UTC, when the case was finished
    "  file TEXT NOT NULL, name TEXT NOT NULL,"
    "  version TEXT NOT NULL,"
    "  controller TEXT NOT NULL, controller_digest TEXT NOT NULL,"
    "  seed INTEGER NOT NULL, verdict TEXT NOT NULL,"
    "  sim_s REAL NOT NULL, wall_s REAL NOT NULL,"
    "  trace_hash TEXT);"
    "CREATE TABLE requirements("
    "  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,"
    "  id TEXT NOT NULL, verdict TEXT NOT NULL, margin REAL, unit TEXT NOT NULL,"
    "  PRIMARY KEY(case_id, id)) WITHOUT ROWID;"
    "CREATE INDEX cases_by_name ON cases(file, name, id);";

// -------------------------------------------------------------------------------------------
// errors

/// What went wrong and what to do about it.
static taut_status explain(const char *path, sqlite3 *db, int code, char *error, size_t size) {
  const char *why = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOMEM: snprintf(error, size, "%s: not enough memory", path); return TAUT_ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      snprintf(error, size, "%s: another program holds it; close that one", path);
      return TAUT_EFULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      snprintf(error, size, "%s: %s; move it away, and the next run begins a new one", path, why);
      return TAUT_EINVAL;
    default:
      snprintf(error, size, "%s: %s; make room there and let it be written, or choose --out", path,
               why);
      return TAUT_EIO;
  }
}

static taut_status explain_newer(const char *path, int version, char *error, size_t size) {
  snprintf(error, size,
           "%s: its schema is %d and this version of Taut knows %d; it is left as it is: use the "
           "newer version, or choose --out",
           path, version, SCHEMA);
  return TAUT_EINVAL;
}

// -------------------------------------------------------------------------------------------- open

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Runs statements; waits where SQLite itself gives up at once, to keep two that wait for each
/// other from waiting for ever.
static int execute(sqlite3 *db, const char *sql) {
  const int64_t end_ms = now_ms() + BUSY_MS;
  int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
  while ((code & 0xff) == SQLITE_BUSY && now_ms() < end_ms) {
    sqlite3_sleep(BUSY_STEP_MS);
    code = sqlite3_exec(db, sql, NULL, NULL, NULL);
  }
  return code;
}

static int read_version(sqlite3 *db, int *out) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);
  if (code == SQLITE_OK) {
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
      *out = sqlite3_column_int(statement, 0);
      code = SQLITE_OK;
    }
  }
  sqlite3_finalize(statement);
  return code;
}

static int make_schema(sqlite3 *db, int *version) {
  int code = execute(db, "BEGIN IMMEDIATE");
  if (code != SQLITE_OK) return code;
  // Another run may have been faster.
  code = read_version(db, version);
  if (code == SQLITE_OK && *version == 0) {
    code = execute(db, schema);
    if (code == SQLITE_OK) code = execute(db, "PRAGMA user_version = 1");
    if (code == SQLITE_OK) *version = SCHEMA;
  }
  int ended = execute(db, code == SQLITE_OK ? "COMMIT" : "ROLLBACK");
  return code != SQLITE_OK ? code : ended;
}

/// Nothing in the file is trusted: no function runs from its schema, no value is larger than it may
/// be.
static int prepare_db(sqlite3 *db, bool may_write) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, TEXT_MAX_BYTES);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  int code = execute(db, "PRAGMA foreign_keys = ON");
  if (code == SQLITE_OK && may_write) {
    code = execute(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  }
  return code;
}

static taut_status open_db(const char *path, bool may_write, taut_history **out, char *error,
                           size_t size) {
  int flags = SQLITE_OPEN_READWRITE | (may_write ? SQLITE_OPEN_CREATE : 0), version = 0;
  sqlite3 *db = NULL;
  *out = NULL;
  int code = sqlite3_open_v2(path, &db, flags, NULL);
  if (code == SQLITE_OK) {
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    code = read_version(db, &version);
  }
  if (code == SQLITE_OK && version > SCHEMA) {
    sqlite3_close(db);
    return explain_newer(path, version, error, size);
  }
  if (code == SQLITE_OK) code = prepare_db(db, may_write);
  if (code == SQLITE_OK && may_write) code = make_schema(db, &version);
  if (code == SQLITE_OK && version > SCHEMA) {
    sqlite3_close(db);
    return explain_newer(path, version, error, size);
  }
  if (code != SQLITE_OK) {
    taut_status status = explain(path, db, code, error, size);
    sqlite3_close(db);
    return status;
  }
  *out = taut_memory_resize(NULL, sizeof **out);
  **out = (taut_history){.db = db, .path = taut_text_copy(path)};
  return TAUT_OK;
}

taut_status taut_history_create(const char *path, taut_history **out, char *error, size_t size) {
  return open_db(path, true, out, error, size);
}

taut_status taut_history_open(const char *path, taut_history **out, char *error, size_t size) {
  *out = NULL;
  if (access(path, F_OK) != 0) {
    snprintf(error, size, "%s: %s; a run makes it", path, strerror(errno));
    return TAUT_ENOTFOUND;
  }
  return open_db(path, false, out, error, size);
}

void taut_history_close(taut_history *history) {
  if (history == NULL) return;
  sqlite3_close(history->db);
  free(history->path);
  free(history);
}

// --------------------------------------------------------------------------------------------- add

static void bind_text(sqlite3_stmt *statement, int i, const char *text) {
  sqlite3_bind_text(statement, i, text != NULL ? text : "", -1, SQLITE_TRANSIENT);
}

/// Runs a statement that gives no row.
static int finish_statement(sqlite3_stmt *statement) {
  int code = sqlite3_step(statement);
  if (code == SQLITE_DONE) code = SQLITE_OK;
  sqlite3_finalize(statement);
  return code;
}

static int add_case(sqlite3 *db, const taut_history_run *run, const taut_record *record) {
  static const char sql[] =
      "INSERT INTO cases(run, date, file, name, version, controller, controller_digest, seed,"
      " verdict, sim_s, wall_s, trace_hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) return code;
  char date[32] = "", hash[33];
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc) != NULL) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  taut_record_hex(record->trace_hash, hash);
  const char *texts[] = {run->id,
                         date,
                         record->file,
                         record->name,
                         TAUT_VERSION,
                         run->controller,
                         run->controller_digest};
  for (int i = 0; i < 7; i++) bind_text(statement, i + 1, texts[i]);
  sqlite3_bind_int64(statement, 8, (sqlite3_int64)record->seed);
  bind_text(statement, 9, taut_verdict_name(record->verdict));
  sqlite3_bind_double(statement, 10, (double)record->sim_ns * 1e-9);
  sqlite3_bind_double(statement, 11, record->wall_s);
  if (record->has_hashes) bind_text(statement, 12, hash);
  return finish_statement(statement);
}

static int add_requirements(sqlite3 *db, const taut_record *record) {
  sqlite3_int64 case_id = sqlite3_last_insert_rowid(db);
  size_t n = 0;
  taut_finding *findings = taut_findings_gather(record->checks, record->n_checks, true, &n);
  int code = SQLITE_OK;
  for (size_t i = 0; code == SQLITE_OK && i < n; i++) {
    sqlite3_stmt *statement = NULL;
    code = sqlite3_prepare_v2(db, "INSERT INTO requirements VALUES(?, ?, ?, ?, ?)", -1, &statement,
                              NULL);
    if (code != SQLITE_OK) break;
    sqlite3_bind_int64(statement, 1, case_id);
    bind_text(statement, 2, findings[i].id);
    bind_text(statement, 3, taut_verdict_name(findings[i].verdict));
    bool has_margin = findings[i].has_margin && isfinite(findings[i].margin);
    if (has_margin) sqlite3_bind_double(statement, 4, findings[i].margin);
    bind_text(statement, 5, has_margin ? findings[i].unit : "");
    code = finish_statement(statement);
  }
  free(findings);
  return code;
}

static int drop_old(sqlite3 *db, const taut_record *record) {
  static const char sql[] =
      "DELETE FROM cases WHERE file = ?1 AND name = ?2 AND id <= (SELECT id FROM cases"
      " WHERE file = ?1 AND name = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)";
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) return code;
  bind_text(statement, 1, record->file);
  bind_text(statement, 2, record->name);
  sqlite3_bind_int(statement, 3, TAUT_HISTORY_CASE_MAX);
  return finish_statement(statement);
}

taut_status taut_history_add(taut_history *history, const taut_history_run *run,
                             const taut_record *record, char *error, size_t size) {
  sqlite3 *db = history->db;
  int code = execute(db, "BEGIN IMMEDIATE");
  if (code == SQLITE_OK) {
    code = add_case(db, run, record);
    if (code == SQLITE_OK) code = add_requirements(db, record);
    if (code == SQLITE_OK) code = drop_old(db, record);
    if (code == SQLITE_OK) code = execute(db, "COMMIT");
  }
  if (code == SQLITE_OK) return TAUT_OK;
  taut_status status = explain(history->path, db, code, error, size);
  if (!sqlite3_get_autocommit(db)) (void)execute(db, "ROLLBACK");
  return status;
}

// -------------------------------------------------------------------------------------------- read

static json_t *column_text(sqlite3_stmt *statement, int i) {
  return taut_record_string((const char *)sqlite3_column_text(statement, i));
}

static json_t *column_number(sqlite3_stmt *statement, int i) {
  double value = sqlite3_column_double(statement, i);
  bool is_there = sqlite3_column_type(statement, i) != SQLITE_NULL && isfinite(value);
  return is_there ? json_real(value) : json_null();
}

static json_t *margins_of(sqlite3 *db, sqlite3_int64 case_id) {
  json_t *object = json_object();
  sqlite3_stmt *statement = NULL;
  int code =
      sqlite3_prepare_v2(db, "SELECT id, margin FROM requirements WHERE case_id = ? ORDER BY id",
                         -1, &statement, NULL);
  if (code == SQLITE_OK) sqlite3_bind_int64(statement, 1, case_id);
  while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    json_t *id = column_text(statement, 0);
    json_object_set_new(object, json_string_value(id), column_number(statement, 1));
    json_decref(id);
  }
  sqlite3_finalize(statement);
  return object;
}

json_t *taut_history_case(taut_history *history, const char *file, const char *name, size_t n_max) {
  static const char sql[] =
      "SELECT id, run, date, version, verdict, wall_s, sim_s, trace_hash FROM cases"
      " WHERE file = ? AND name = ? ORDER BY id DESC LIMIT ?";
  json_t *array = json_array();
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(history->db, sql, -1, &statement, NULL);
  if (code == SQLITE_OK) {
    bind_text(statement, 1, file);
    bind_text(statement, 2, name);
    size_t n = n_max < TAUT_HISTORY_CASE_MAX ? n_max : TAUT_HISTORY_CASE_MAX;
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)n);
  }
  while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    taut_verdict verdict;
    const char *word = (const char *)sqlite3_column_text(statement, 4);
    if (word == NULL || taut_verdict_parse(word, &verdict) != TAUT_OK) continue;
    json_t *entry = json_object();
    bool has_hash = sqlite3_column_type(statement, 7) == SQLITE_TEXT;
    json_object_set_new(entry, "run", column_text(statement, 1));
    json_object_set_new(entry, "date", column_text(statement, 2));
    json_object_set_new(entry, "version", column_text(statement, 3));
    json_object_set_new(entry, "verdict", json_string(taut_verdict_name(verdict)));
    json_object_set_new(entry, "wall_s", column_number(statement, 5));
    json_object_set_new(entry, "sim_s", column_number(statement, 6));
    json_object_set_new(entry, "trace_hash", has_hash ? column_text(statement, 7) : json_null());
    json_object_set_new(entry, "margins",
                        margins_of(history->db, sqlite3_column_int64(statement, 0)));
    json_array_insert_new(array, 0, entry);
  }
  sqlite3_finalize(statement);
  return array;
}

json_t *taut_history_cases(taut_history *history, const char *words, size_t n_max) {
  json_t *array = json_array();
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(history->db,
                                "SELECT DISTINCT file, name FROM cases ORDER BY file, name LIMIT ?",
                                -1, &statement, NULL);
  if (code == SQLITE_OK) sqlite3_bind_int(statement, 1, CASES_MAX);
  while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    const char *file = (const char *)sqlite3_column_text(statement, 0);
    const char *name = (const char *)sqlite3_column_text(statement, 1);
    if (file == NULL || name == NULL) continue;
    bool is_asked = words == NULL || strstr(file, words) != NULL || strstr(name, words) != NULL;
    if (!is_asked) continue;
    json_t *item = json_object();
    json_object_set_new(item, "file", taut_record_string(file));
    json_object_set_new(item, "name", taut_record_string(name));
    json_object_set_new(item, "entries", taut_history_case(history, file, name, n_max));
    json_array_append_new(array, item);
  }
  sqlite3_finalize(statement);
  return array;
}

void taut_history_digest(const char *file, char text[17]) {
  char *bytes = NULL;
  size_t size = 0;
  text[0] = '\0';
  if (taut_file_read(file, DIGEST_MAX_BYTES, &bytes, &size) != TAUT_OK) return;
  uint64_t hash = TAUT_TEXT_HASH_START;
  for (size_t i = 0; i < size; i++) {
    hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
  }
  snprintf(text, 17, "%016" PRIx64, hash);
  free(bytes);
}
