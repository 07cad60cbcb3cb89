/// The folder of a run, read back.
#ifndef TAUT_REPORT_FOLDER_H
#define TAUT_REPORT_FOLDER_H

#include <jansson.h>
#include <stddef.h>

#include "report/history.h"
#include "report/results.h"
#include "report/text.h"

/// A run as it lies on disk. Zero-initialise it.
typedef struct taut_run_folder {
  char *path;
  json_t *results;     ///< results.json, checked
  json_t *population;  ///< population.json; NULL when the run was none of a population
  char **files;        ///< (n_files) names in cases/, by their number (owned)
  bool *is_taken;      ///< (n_files) belongs to a case that was already found
  size_t n_files;
  size_t i_next;         ///< where the file of the next case most likely is
  taut_record *records;  ///< (n_records) the cases of results.json (owned)
  size_t n_records;
  taut_history *history;  ///< beside the runs; NULL when there is none
} taut_run_folder;

/// Reads results.json and lists cases/. Whatever is missing, cut, of another schema or contradicts
/// itself is named in `error`. ENOTFOUND (no such run), EINVAL, EIO. [main]
taut_status taut_run_folder_open(const char *path, taut_run_folder *folder, char *error,
                                 size_t error_size);
void taut_run_folder_fini(taut_run_folder *folder);

/// The file of the i-th case of the results, with its plots, and as "history" what became of it up
/// to this run: a new reference, or NULL when the file is missing or cut. Fits taut_html_case_fn,
/// with the folder as `user`. [main]
json_t *taut_run_folder_case(size_t i_case, void *user);

/// Appends the page of the run: that of the population where it is one, else that of its cases.
/// [main]
void taut_run_folder_page(taut_run_folder *folder, taut_buffer *out);

#endif
