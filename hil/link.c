#include "hil/link.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "hil/replay.h"
#include "hil/table.h"

#define BUSY_WAIT_NS (2 * TAUT_SECOND)
#define BUSY_RETRY_NS (TAUT_SECOND / 20)
#define GOODBYE_WAIT_NS (TAUT_SECOND / 5)

const char *taut_refusal_text(taut_refusal refusal) {
  static const char *const texts[] = {
#define REFUSAL_TEXT(name, text) text,
      TAUT_REFUSAL_MAP(REFUSAL_TEXT)
#undef REFUSAL_TEXT
  };
  return texts[refusal];
}

void taut_refusals_text(const uint64_t counts[TAUT_REFUSAL_COUNT], char *text, size_t size) {
  size_t n = 0;
  text[0] = '\0';
  for (int i = 0; i < TAUT_REFUSAL_COUNT && n < size; i++) {
    if (counts[i] == 0) continue;
    n += (size_t)snprintf(text + n, size - n, "%s%" PRIu64 " %s", n > 0 ? ", " : "", counts[i],
                          taut_refusal_text((taut_refusal)i));
  }
}

// ------------------------------------------------------------------------------------- trouble

__attribute__((format(printf, 2, 3))) static void complain(taut_link *link, const char *format,
                                                           ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(link->trouble, sizeof link->trouble, format, arguments);
  va_end(arguments);
  // Part of it may have come from the peer.
  taut_table_clean(link->trouble);
}

static void say(const taut_link *link, taut_log_level level, const char *text) {
  if (link->log != NULL) link->log->write(link->log->user, -1, level, link->role, text);
}

/// Takes down what crossed.
static void record(const taut_link *link, bool is_answer, int64_t tick_ns, const uint8_t *bytes,
                   size_t size) {
  if (link->tape == NULL) return;
  const taut_tape_message message = {.i_link = link->i_tape,
                                     .is_answer = is_answer,
                                     .tick_ns = tick_ns,
                                     .bytes = bytes,
                                     .size = size};
  link->tape->write(link->tape->user, &message);
}

/// Takes down why there is no answer.
static void record_trouble(taut_link *link, int64_t tick_ns) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Goodbye goodbye = TAUT__LINK__GOODBYE__INIT;
  const uint8_t *bytes;
  size_t size;
  goodbye.text = link->trouble;
  message.session = link->session;
  message.tick_ns = tick_ns;
  message.body_case = TAUT__LINK__MESSAGE__BODY_GOODBYE;
  message.goodbye = &goodbye;
  if (taut_wire_encode(&link->wire, &message, &bytes, &size) == TAUT_OK)
    record(link, true, tick_ns, bytes, size);
}

static void refuse(taut_link *link, taut_refusal refusal) {
  if (link->n_refused[refusal]++ > 0) return;
  char text[TAUT_ENDPOINT_MAX + 128];
  snprintf(text, sizeof text, "refused a message of %s: it is %s (further ones are counted)",
           link->endpoint.text, taut_refusal_text(refusal));
  say(link, TAUT_LOG_WARN, text);
}

// ------------------------------------------------------------------------------------- exchange

static void echo_heartbeat(taut_link *link) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Heartbeat heartbeat = TAUT__LINK__HEARTBEAT__INIT;
  message.session = link->session;
  message.body_case = TAUT__LINK__MESSAGE__BODY_HEARTBEAT;
  message.heartbeat = &heartbeat;
  const uint8_t *bytes;
  size_t size;
  if (taut_wire_encode(&link->wire, &message, &bytes, &size) != TAUT_OK) return;
  taut_socket_send(link->socket, NULL, bytes, size, 0);
}

/// Whether the message is the answer to the request under way. Refuses it otherwise.
static bool is_answer(taut_link *link, const taut_message *request, const taut_message *message) {
  bool is_welcome = message->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME;
  bool is_hello = request->body_case == TAUT__LINK__MESSAGE__BODY_HELLO;
  bool is_of_peer = message->body_case == TAUT__LINK__MESSAGE__BODY_ANSWER || is_welcome;
  if (!is_of_peer || (is_welcome && !is_hello)) {
    refuse(link, TAUT_REFUSAL_UNEXPECTED);
  } else if (message->sequence < link->sequence) {
    refuse(link, TAUT_REFUSAL_REPEATED);
  } else if (message->sequence > link->sequence) {
    refuse(link, TAUT_REFUSAL_AHEAD);
  } else if (message->tick_ns != request->tick_ns || message->instance != request->instance) {
    refuse(link, TAUT_REFUSAL_UNTIMELY);
  } else {
    return true;
  }
  return false;
}

/// Looks at one received message: NULL unless it is the answer.
static taut_message *examine(taut_link *link, const taut_message *request,
                             const taut_received *received) {
  taut_message *message = NULL;
  taut_status status = received->is_malformed ? TAUT_EINVAL
                                              : taut_wire_decode(&link->wire, received->bytes,
                                                                 received->size, &message);
  if (status != TAUT_OK) {
    refuse(link, status == TAUT_EFULL ? TAUT_REFUSAL_OVERSIZED : TAUT_REFUSAL_MALFORMED);
  } else if (message->session != link->session) {
    refuse(link, TAUT_REFUSAL_FOREIGN);
  } else if (message->body_case == TAUT__LINK__MESSAGE__BODY_GOODBYE) {
    complain(link, "%s said goodbye: %s", link->endpoint.text, message->goodbye->text);
    link->is_broken = true;
  } else if (message->body_case == TAUT__LINK__MESSAGE__BODY_HEARTBEAT) {
    if (message->heartbeat->echo) echo_heartbeat(link);
  } else if (is_answer(link, request, message)) {
    record(link, true, request->tick_ns, received->bytes, received->size);
    return message;
  }
  return NULL;
}

static void complain_of_silence(taut_link *link) {
  link->is_broken = true;
  if (link->n_exchanges == 0) {
    complain(link, "%s accepts connections but does not answer: is it a peer of Taut?",
             link->endpoint.text);
    return;
  }
  complain(
      link,
      "%s has not answered for %g s of wall time; its last exchange was for %.6f s. Look at the "
      "log of that process",
      link->endpoint.text, (double)TAUT_LINK_SILENCE_NS * 1e-9, (double)link->last_ns * 1e-9);
}

static bool is_replayed(const taut_link *link) {
  return link->tape != NULL && link->tape->read != NULL;
}

/// Sends a request and waits for its answer; NULL when there is none, with the trouble told.
static taut_message *transmit(taut_link *link, const taut_message *request, const uint8_t *bytes,
                              size_t size, int64_t wait_ns) {
  int64_t start_ns = taut_wall_ns(), left_ns = wait_ns;
  taut_message *answer = NULL;
  record(link, false, request->tick_ns, bytes, size);
  if (taut_socket_send(link->socket, NULL, bytes, size, wait_ns) != TAUT_OK) left_ns = 0;
  while (left_ns > 0 && answer == NULL && !link->is_broken) {
    taut_received received;
    if (taut_socket_receive(link->socket, left_ns, &received) != TAUT_OK) break;
    answer = examine(link, request, &received);
    if (answer != NULL) break;
    left_ns = start_ns + wait_ns - taut_wall_ns();
  }
  if (answer != NULL && request->body_case == TAUT__LINK__MESSAGE__BODY_STEP)
    taut_histogram_add(&link->trips, taut_wall_ns() - start_ns);
  if (answer == NULL && !link->is_broken) complain_of_silence(link);
  if (answer == NULL) record_trouble(link, request->tick_ns);
  return answer;
}

static taut_message *request_answer(taut_link *link, taut_message *request, int64_t wait_ns) {
  if (link->is_broken) return NULL;
  const uint8_t *bytes;
  size_t size;
  request->session = link->session;
  request->sequence = ++link->sequence;
  taut_status status = taut_wire_encode(&link->wire, request, &bytes, &size);
  if (status != TAUT_OK) {
    complain(link, "a request could not be encoded: %s", taut_status_text(status));
    link->is_broken = true;
    return NULL;
  }
  taut_message *answer = is_replayed(link) ? taut_replay_exchange(link, request, bytes, size)
                                           : transmit(link, request, bytes, size, wait_ns);
  if (answer == NULL) return NULL;
  link->n_exchanges++;
  link->last_ns = request->tick_ns;
  return answer;
}

taut_status taut_link_exchange(taut_link *link, taut_message *request, Taut__Link__Answer **out) {
  const taut_message *message = request_answer(link, request, TAUT_LINK_SILENCE_NS);
  if (message == NULL) return TAUT_EIO;
  *out = message->answer;
  if (message->answer->status == TAUT__LINK__STATUS__OK) return TAUT_OK;
  bool is_reject = message->answer->status == TAUT__LINK__STATUS__REJECT;
  complain(link, "%s %s: %s", link->endpoint.text, is_reject ? "refuses" : "is broken",
           message->answer->text);
  if (is_reject) return TAUT_EREJECT;
  link->is_broken = true;
  return TAUT_EFAULT;
}

// ------------------------------------------------------------------------------------ handshake

static taut_status judge_welcome(taut_link *link, const Taut__Link__Hello *hello,
                                 Taut__Link__Welcome *welcome) {
  taut_table_clean(welcome->software);
  snprintf(link->software, sizeof link->software, "%s",
           welcome->software[0] != '\0' ? welcome->software : "a peer");
  const char *peer = link->software, *at = link->endpoint.text;
  if (welcome->protocol != TAUT_LINK_PROTOCOL) {
    complain(link, "%s at %s speaks version %u of the link protocol, taut %s speaks version %d",
             peer, at, welcome->protocol, TAUT_VERSION, TAUT_LINK_PROTOCOL);
    return TAUT_EIO;
  }
  if (strcmp(welcome->role, hello->role) != 0) {
    complain(link, "%s at %s fills the role '%s', the run wants '%s' there", peer, at,
             welcome->role, hello->role);
    return TAUT_EIO;
  }
  link->table = welcome->table != NULL ? welcome->table : hello->table;
  uint64_t hash = taut_table_hash(link->table);
  if (hash == welcome->table_hash) return TAUT_OK;
  complain(link,
           "signal tables differ: %s at %s says %016" PRIx64 ", %s is %016" PRIx64
           " in taut %s; build the peer for this version's ports of role '%s'",
           peer, at, welcome->table_hash,
           welcome->table != NULL ? "the table it sent" : "the role's table", hash, TAUT_VERSION,
           hello->role);
  return TAUT_EIO;
}

/// Sends Hello once. EREJECT when the peer is busy.
static taut_status shake_hands(taut_link *link) {
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  char software[] = "taut " TAUT_VERSION;
  if (getrandom(&link->session, sizeof link->session, 0) != sizeof link->session) return TAUT_EIO;
  link->sequence = 0;
  // The role's table stays in the arena of the wire that later holds the welcome: it is encoded
  // before anything is decoded there.
  taut_wire role_memory;
  if (taut_wire_init(&role_memory, TAUT_LINK_ARENA_BYTES) != TAUT_OK) return TAUT_ENOMEM;
  taut_status status = taut_table_of_role(taut_role_find(link->role), &role_memory, &hello.table);
  hello.protocol = TAUT_LINK_PROTOCOL;
  hello.software = software;
  hello.role = link->role;
  hello.mode = link->is_live ? TAUT__LINK__MODE__LIVE : TAUT__LINK__MODE__LOCKSTEP;
  hello.ticks_per_exchange = link->n_ticks;
  if (status == TAUT_OK) hello.table_hash = taut_table_hash(hello.table);
  request.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
  request.hello = &hello;
  taut_message *message =
      status == TAUT_OK ? request_answer(link, &request, TAUT_LINK_SILENCE_NS) : NULL;
  if (message == NULL) {
    status = TAUT_EIO;
  } else if (message->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME) {
    status = judge_welcome(link, &hello, message->welcome);
  } else {
    bool is_busy = message->answer->status == TAUT__LINK__STATUS__BUSY;
    complain(link, "%s %s: %s", link->endpoint.text, is_busy ? "is busy" : "refuses this run",
             message->answer->text);
    status = is_busy ? TAUT_EREJECT : TAUT_EIO;
  }
  // What the table points to must outlive this function: the welcome's arena, or the role's.
  if (status == TAUT_OK && message->welcome->table != NULL) {
    taut_wire kept = link->wire;
    link->wire = role_memory;
    link->welcome = kept;
  } else if (status == TAUT_OK) {
    link->welcome = role_memory;
  } else {
    taut_wire_fini(&role_memory);
  }
  return status;
}

/// Waits for the peer and connects.
static taut_status connect_peer(taut_link *link) {
  taut_status status = taut_endpoint_wait(&link->endpoint, TAUT_LINK_SILENCE_NS, link->trouble,
                                          sizeof link->trouble);
  if (status != TAUT_OK) return status;
  return taut_socket_connect(&link->endpoint, &link->socket, link->trouble, sizeof link->trouble);
}

/// Shakes hands, and again while the peer is busy. A tape says when it was free.
static taut_status become_holder(taut_link *link) {
  int64_t deadline_ns = taut_wall_ns() + BUSY_WAIT_NS;
  taut_status status;
  while ((status = shake_hands(link)) == TAUT_EREJECT) {
    if (is_replayed(link)) continue;
    if (taut_wall_ns() >= deadline_ns) break;
    usleep(BUSY_RETRY_NS / 1000);
  }
  return status;
}

taut_status taut_link_open_taped(taut_link *link, const taut_endpoint *endpoint, const char *role,
                                 uint32_t n_ticks, bool is_live, const taut_log_sink *log,
                                 const taut_tape *tape, uint32_t i_tape) {
  *link = (taut_link){.endpoint = *endpoint,
                      .n_ticks = n_ticks,
                      .is_live = is_live,
                      .log = log,
                      .tape = tape,
                      .i_tape = i_tape};
  snprintf(link->role, sizeof link->role, "%s", role);
  taut_status status = taut_wire_init(&link->wire, TAUT_LINK_ARENA_BYTES);
  if (status == TAUT_OK && !is_replayed(link)) status = connect_peer(link);
  if (status == TAUT_OK) status = become_holder(link);
  if (status == TAUT_OK) {
    link->trouble[0] = '\0';
    return TAUT_OK;
  }
  if (link->trouble[0] == '\0') complain(link, "%s", taut_status_text(status));
  link->is_broken = true;
  return TAUT_EIO;
}

taut_status taut_link_open(taut_link *link, const taut_endpoint *endpoint, const char *role,
                           uint32_t n_ticks, bool is_live, const taut_log_sink *log) {
  return taut_link_open_taped(link, endpoint, role, n_ticks, is_live, log, NULL, 0);
}

static void summarise(const taut_link *link) {
  char refused[256], text[TAUT_ENDPOINT_MAX + 320];
  taut_refusals_text(link->n_refused, refused, sizeof refused);
  if (refused[0] == '\0') return;
  snprintf(text, sizeof text, "%s: refused %s", link->endpoint.text, refused);
  say(link, TAUT_LOG_WARN, text);
}

void taut_link_close(taut_link *link) {
  // What is said now comes after the run.
  link->tape = NULL;
  if (link->socket != NULL && !link->is_broken) {
    taut_message request = TAUT__LINK__MESSAGE__INIT;
    Taut__Link__Terminate terminate = TAUT__LINK__TERMINATE__INIT;
    request.body_case = TAUT__LINK__MESSAGE__BODY_TERMINATE;
    request.terminate = &terminate;
    request.tick_ns = link->last_ns;
    request_answer(link, &request, GOODBYE_WAIT_NS);
  }
  summarise(link);
  taut_socket_close(link->socket);
  taut_wire_fini(&link->wire);
  taut_wire_fini(&link->welcome);
  *link = (taut_link){.is_broken = true};
}
