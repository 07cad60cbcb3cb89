// read.mjs TRACE CSV: reads a trace with the official readers, indexed and as a stream, with every checksum
// they know, and compares the last sample of every channel with the last line of the CSV that Taut exported.
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import { loadDecompressHandlers, protobufFromBinaryDescriptor } from "@mcap/support";

const [tracePath, csvPath] = process.argv.slice(2);

function fail(text) {
  console.error(`${tracePath}: ${text}`);
  process.exit(1);
}

function expect(condition, text) {
  if (!condition) fail(text);
}

class FileReadable {
  constructor(handle, size) {
    this.handle = handle;
    this.bytes = size;
  }
  async size() {
    return BigInt(this.bytes);
  }
  async read(offset, length) {
    const buffer = new Uint8Array(Number(length));
    const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, Number(offset));
    expect(bytesRead === buffer.length, "a read came up short");
    return buffer;
  }
}

const decompressHandlers = await loadDecompressHandlers();
const handle = await open(tracePath);
const { size } = await handle.stat();
const indexed = await McapIndexedReader.Initialize({
  readable: new FileReadable(handle, size),
  decompressHandlers,
});

// Indexed: every message, in order of time.
const lastByTopic = new Map();
let count = 0;
let previous = -1n;
for await (const message of indexed.readMessages({ validateCrcs: true })) {
  expect(message.logTime >= previous, `message ${count} goes back in time`);
  previous = message.logTime;
  lastByTopic.set(indexed.channelsById.get(message.channelId).topic, message);
  count++;
}
const statistics = indexed.statistics;
expect(statistics !== undefined, "no statistics");
expect(BigInt(count) === statistics.messageCount, `${count} messages, ${statistics.messageCount} in the statistics`);
expect(previous === statistics.messageEndTime, "the last message is not where the statistics end");
for (const [id, n] of statistics.channelMessageCounts) {
  expect(indexed.channelsById.has(id) && n > 0n, `a count for channel ${id}`);
}

// A window of time: eleven rows lie within ten milliseconds.
let inWindow = 0;
for await (const _ of indexed.readMessages({ topics: ["/controller"], startTime: 100000000n, endTime: 110000000n })) {
  inWindow++;
}
expect(inWindow === 11, `${inWindow} rows within ten milliseconds`);

// Metadata.
const metadata = new Map();
for await (const item of indexed.readMetadata()) metadata.set(item.name, item.metadata);
for (const name of ["taut.run", "taut.models", "taut.parameters", "taut.faults", "taut.requirements", "taut.result"]) {
  expect(metadata.has(name), `no metadata ${name}`);
}
expect(/^[0-9a-f]{32}$/.test(metadata.get("taut.result").get("trace_hash")), "no trace hash");

// As a stream, in blocks that cut records anywhere.
const stream = new McapStreamReader({ decompressHandlers, validateCrcs: true });
const bytes = readFileSync(tracePath);
let streamed = 0;
for (let at = 0; at < bytes.length; at += 65521) {
  stream.append(bytes.subarray(at, at + 65521));
  for (let record; (record = stream.nextRecord()) !== undefined; ) {
    if (record.type === "Message") streamed++;
  }
}
expect(stream.done(), "the stream does not end");
expect(streamed === count, `${streamed} messages streamed, ${count} indexed`);

// The last sample of every channel, decoded by protobufjs, against the CSV.
const lines = readFileSync(csvPath, "utf8").trimEnd().split("\n");
const names = lines[0].split(",");
const values = lines[lines.length - 1].split(",").map(Number);
const csv = new Map(names.map((name, i) => [name, values[i]]));
let compared = 1;
let channels = 0;
for (const channel of indexed.channelsById.values()) {
  const schema = indexed.schemasById.get(channel.schemaId);
  const message = lastByTopic.get(channel.topic);
  if (schema.encoding === "jsonschema") {
    JSON.parse(new TextDecoder().decode(schema.data));
    if (message !== undefined) {
      const event = JSON.parse(new TextDecoder().decode(message.data));
      expect(typeof event.source === "string" && Number.isInteger(event.tick_ns), "an event lacks a field");
    }
    continue;
  }
  expect(schema.encoding === "protobuf", `encoding ${schema.encoding}`);
  expect(message !== undefined, `no message on ${channel.topic}`);
  const type = protobufFromBinaryDescriptor(schema.data).lookupType(schema.name);
  const decoded = type.toObject(type.decode(message.data), { defaults: true, arrays: true, enums: Number });
  channels++;
  for (const field of type.fieldsArray) {
    // protobufjs names fields in camel case; the metadata goes by their own names.
    const own = field.name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    if (own === "odd_values") continue;
    const unit = channel.metadata.get(`unit.${own}`) ?? channel.metadata.get(`unit.${field.name}`);
    expect(unit !== undefined, `${channel.topic}.${own} has no unit`);
    const full = channel.metadata.get(`name.${own}`) ?? `${channel.topic.slice(1)}.${own}`;
    const got = [decoded[field.name]].flat();
    got.forEach((value, i) => {
      const suffix = /\.(min|max|raw)$/.exec(full)?.[0] ?? "";
      const bare = suffix === "" ? full : full.slice(0, -suffix.length);
      const column = got.length > 1 ? `${bare}[${i}]${suffix}[${unit}]` : `${full}[${unit}]`;
      expect(csv.has(column), `the CSV has no column ${column}`);
      expect(Object.is(Number(value), csv.get(column)), `${column}: ${Number(value)} decoded, ${csv.get(column)} in the CSV`);
      compared++;
    });
  }
}
expect(compared === names.length, `${compared} of ${names.length} columns were compared`);
console.log(`${tracePath}: ${count} messages, ${channels} channels, ${compared} columns of the last row agree`);
