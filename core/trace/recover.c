#include "trace/check.h"

static taut_status save_chunk(taut_mcap_reader *reader, const taut_mcap_item *item,
                              taut_mcap_file *file, taut_bytes *records, taut_trace_rescue *out) {
  taut_mcap_chunk chunk;
  taut_status status = taut_mcap_unpack(reader, item->body, &chunk, records);
  if (status == TAUT_OK) {
    // A chunk without a checksum gets one: what can be unpacked is what there is.
    chunk.crc = taut_mcap_crc(0, records->data, records->size);
    status = taut_mcap_file_packed(file, &chunk, records->data);
    file->block.size = status == TAUT_EINVAL ? 0 : file->block.size;
  }
  if (status == TAUT_EINVAL) {
    out->n_damaged++;
    return TAUT_OK;
  }
  if (status == TAUT_OK) out->n_chunks++;
  return status;
}

static taut_status save_records(taut_mcap_reader *reader, taut_mcap_file *file, taut_bytes *records,
                                taut_trace_rescue *out) {
  taut_mcap_item item;
  taut_status status = TAUT_OK;
  while (status == TAUT_OK) {
    status = taut_mcap_read(reader, &item);
    if (status != TAUT_OK) break;
    switch (item.opcode) {
      case TAUT_MCAP_DATA_END:
      case TAUT_MCAP_FOOTER: return TAUT_OK;
      case TAUT_MCAP_SCHEMA:
      case TAUT_MCAP_CHANNEL:
      case TAUT_MCAP_METADATA:
        status = taut_mcap_file_records(file, reader->record.data, reader->record.size);
        break;
      case TAUT_MCAP_CHUNK: status = save_chunk(reader, &item, file, records, out); break;
      case TAUT_MCAP_HEADER:
      case TAUT_MCAP_MESSAGE_INDEX: break;
      default: out->n_left_out++; break;
    }
  }
  if (status != TAUT_ENOTFOUND) return status;
  out->bytes_lost = reader->source.size - reader->offset;
  return TAUT_OK;
}

taut_status taut_trace_recover(const taut_trace_source *source, const taut_trace_sink *sink,
                               taut_trace_rescue *out) {
  *out = (taut_trace_rescue){0};
  taut_mcap_reader reader;
  taut_mcap_file file = {0};
  taut_bytes records = {0};
  taut_status status = taut_mcap_reader_init(&reader, source);
  if (status == TAUT_OK) status = taut_mcap_file_begin(&file, sink, 1);
  if (status == TAUT_OK) status = save_records(&reader, &file, &records, out);
  if (status == TAUT_OK) status = taut_mcap_file_end(&file);
  out->n_messages = file.n_messages;
  taut_bytes_fini(&records);
  taut_mcap_file_fini(&file);
  taut_mcap_reader_fini(&reader);
  return status;
}
