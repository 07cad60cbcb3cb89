/// Reads a journal back: what it is of, and its messages one after the other. Nothing that stands
/// in the file is believed, and no more memory is taken than its longest chunk needs, which is
/// bounded.
#ifndef TAUT_TRACE_JOURNAL_READER_H
#define TAUT_TRACE_JOURNAL_READER_H

#include "trace/journal_writer.h"
#include "trace/reader.h"

typedef struct taut_journal_reader taut_journal_reader;

/// Opens a journal. EINVAL with a sentence in `error` (no journal, another format), EIO, ENOMEM.
/// `source` is copied, its `user` borrowed. Allocates. [main]
taut_status taut_journal_reader_open(const taut_trace_source *source, taut_journal_reader **out,
                                     char *error, size_t size);
void taut_journal_reader_close(taut_journal_reader *reader);

/// Metadata: what the journal is of and, where the run came to its end, how it was judged. The
/// reader must not be asked for rows. Borrowed until close.
const taut_trace_reader *taut_journal_reader_notes(const taut_journal_reader *reader);

uint32_t taut_journal_reader_n_links(const taut_journal_reader *reader);
/// What was noted with the i-th link; NULL when there is no such key. Borrowed until close.
const char *taut_journal_reader_link_value(const taut_journal_reader *reader, uint32_t i_link,
                                           const char *key);

/// The next message, valid until the next call. ENOTFOUND at the end of what there is; EINVAL (what
/// follows is damaged: see taut_journal_reader_trouble) from then on, EIO, ENOMEM. [any]
taut_status taut_journal_reader_next(taut_journal_reader *reader, taut_journal_message *out);

/// What is wrong with the part that could not be read, and where; "" when nothing is.
const char *taut_journal_reader_trouble(const taut_journal_reader *reader);

/// Whether the journal is of this plan, by its hash. If not, the first thing that differs is in
/// `text`: "left.motor.resistance_ohm is 0.2 ohm, 0.1 ohm was recorded". ENOMEM. Allocates. [any]
taut_status taut_journal_reader_compare_plan(const taut_journal_reader *reader,
                                             const taut_plan *plan, bool *is_same, char *text,
                                             size_t size);

/// What a look through a whole journal found.
typedef struct taut_journal_survey {
  bool is_whole;        ///< it was finished, and every byte is as its checksum says
  bool is_damaged;      ///< something in it is not as it was written; else it only has no end
  uint64_t n_messages;  ///< that can be read, from the first on
  int64_t last_ns;      ///< simulated time of the last of them; 0 for none
  char trouble[256];    ///< "" when whole
} taut_journal_survey;

/// Reads a journal from one end to the other. OK whenever there is a survey; else as
/// taut_journal_reader_open. Whatever the bytes are, this ends, in time and memory that their
/// number bounds. Allocates. [main]
taut_status taut_journal_survey_read(const taut_trace_source *source, taut_journal_survey *out,
                                     char *error, size_t size);

#endif
