#include "hil/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hil/batch.h"
#include "hil/endpoint.h"
#include "hil/proxy.h"

enum { LINKS_MAX = 16 };

typedef struct entry {
  char role[64];
  char target[TAUT_ENDPOINT_MAX];
  char name[64];  ///< of a twin's model
  taut_link link;
  taut_proxy *proxy;  ///< NULL when there is trouble
  char trouble[640];
} entry;

struct taut_links {
  bool is_live;
  const taut_tape *tape;
  size_t n;
  entry entries[LINKS_MAX];
};

bool taut_links_wanted(const char *const *with) {
  for (; with != NULL && *with != NULL; with++) {
    const char *equals = strchr(*with, '=');
    if (equals != NULL && taut_endpoint_is(equals + 1)) return true;
  }
  return false;
}

bool taut_links_want_keys(const char *const *with) {
  for (; with != NULL && *with != NULL; with++) {
    const char *address = strstr(*with, "=tcp://");
    if (address != NULL && strchr(address, '@') != NULL) return true;
  }
  return false;
}

bool taut_links_needed(const char *const *with) {
  if (taut_links_wanted(with)) return true;
  for (; with != NULL && *with != NULL; with++) {
    if (strstr(*with, "?ticks=") != NULL) return true;
  }
  return false;
}

uint32_t taut_links_ticks(const char *target, size_t *n_target) {
  static const char key[] = "?ticks=";
  const char *at = strstr(target, key);
  *n_target = at != NULL ? (size_t)(at - target) : strlen(target);
  if (at == NULL) return 1;
  at += sizeof key - 1;
  char *end = NULL;
  long n = *at >= '1' && *at <= '9' ? strtol(at, &end, 10) : 0;
  return end != NULL && *end == '\0' && n <= TAUT_BATCH_TICKS_MAX ? (uint32_t)n : 0;
}

static entry *find(taut_links *links, const char *role, const char *target) {
  for (size_t i = 0; i < links->n; i++) {
    if (strcmp(links->entries[i].role, role) == 0 && strcmp(links->entries[i].target, target) == 0)
      return &links->entries[i];
  }
  return NULL;
}

/// "remote_motor_pmsm", and "remote_motor_pmsm_2" for a second peer with the same model.
static void name_model(const taut_links *links, const char *model, char name[64]) {
  snprintf(name, 64, "remote_%.52s", model);
  size_t n_same = 1, length = strlen(name);
  for (size_t i = 0; i < links->n; i++) {
    const taut_proxy *proxy = links->entries[i].proxy;
    if (proxy != NULL && strncmp(taut_proxy_model(proxy)->name, name, length) == 0) n_same++;
  }
  if (n_same > 1) snprintf(name + length, 64 - length, "_%zu", n_same);
}

/// Parses the address of an entry and finds this side's keys where it needs them. A replay goes
/// nowhere: an address is a name then.
static bool make_endpoint(const taut_links *links, entry *e, const char *keys, uint32_t *n_ticks,
                          taut_endpoint *endpoint, taut_credentials *own) {
  char address[TAUT_ENDPOINT_MAX];
  size_t n_address;
  *n_ticks = taut_links_ticks(e->target, &n_address);
  snprintf(address, sizeof address, "%.*s", (int)n_address, e->target);
  if (*n_ticks == 0) {
    snprintf(e->trouble, sizeof e->trouble, "ticks must be 1 to %d", TAUT_BATCH_TICKS_MAX);
    return false;
  }
  if (links->tape != NULL && links->tape->read != NULL) {
    *endpoint = (taut_endpoint){0};
    snprintf(endpoint->text, sizeof endpoint->text, "%s", address);
    return true;
  }
  if (taut_endpoint_parse(address, endpoint, e->trouble, sizeof e->trouble) != TAUT_OK)
    return false;
  if (endpoint->has_key && keys == NULL) {
    snprintf(e->trouble, sizeof e->trouble, "%s wants keys of this side: --keys FILE",
             endpoint->text);
    return false;
  }
  if (endpoint->has_key && taut_keys_read(keys, own, e->trouble, sizeof e->trouble) != TAUT_OK)
    return false;
  if (endpoint->has_key) endpoint->credentials = own;
  return true;
}

static void open_entry(taut_links *links, entry *e, const char *keys, const taut_log_sink *log) {
  taut_endpoint endpoint;
  taut_credentials own = {0};
  char name[64];
  uint32_t n_ticks;
  const taut_tape *tape = links->tape;
  if (tape != NULL && tape->begin != NULL) tape->begin(tape->user, e->role, e->target);
  if (!make_endpoint(links, e, keys, &n_ticks, &endpoint, &own)) return;
  if (taut_role_find(e->role) == NULL) {
    snprintf(e->trouble, sizeof e->trouble, "no role is named '%s'", e->role);
  } else if (taut_link_open_taped(&e->link, &endpoint, e->role, n_ticks, links->is_live, log, tape,
                                  (uint32_t)links->n) != TAUT_OK) {
    snprintf(e->trouble, sizeof e->trouble, "%s", e->link.trouble);
  } else {
    name_model(links, e->link.table->model, name);
    taut_status status =
        taut_proxy_create(&e->link, name, &e->proxy, e->trouble, sizeof e->trouble);
    if (status == TAUT_ENOMEM)
      snprintf(e->trouble, sizeof e->trouble, "%s", taut_status_text(status));
  }
  // The handshake is over; the scenario and its plugins shall not find the key lying about.
  e->link.endpoint.credentials = NULL;
  taut_credentials_fini(&own);
}

taut_status taut_links_open(const char *const *with, const char *keys, bool is_live,
                            const taut_tape *tape, const taut_log_sink *log, taut_links **out) {
  taut_links *links = calloc(1, sizeof *links);
  *out = links;
  if (links == NULL) return TAUT_ENOMEM;
  links->is_live = is_live;
  links->tape = tape;
  for (; with != NULL && *with != NULL && links->n < LINKS_MAX; with++) {
    const char *equals = strchr(*with, '='), *dot = strchr(*with, '.');
    if (equals == NULL || !taut_endpoint_is(equals + 1)) continue;
    const char *first = dot != NULL && dot < equals ? dot + 1 : *with;
    entry *e = &links->entries[links->n];
    snprintf(e->role, sizeof e->role, "%.*s", (int)(equals - first), first);
    snprintf(e->target, sizeof e->target, "%s", equals + 1);
    if (find(links, e->role, e->target) != NULL) continue;
    open_entry(links, e, keys, log);
    links->n++;
  }
  return TAUT_OK;
}

bool taut_links_trips(const taut_links *links, size_t i, const char **role, const char **target,
                      const taut_histogram **times) {
  for (size_t k = 0; links != NULL && k < links->n; k++) {
    const entry *e = &links->entries[k];
    if (e->link.socket == NULL || i-- > 0) continue;
    *role = e->role;
    *target = e->target;
    *times = &e->link.trips;
    return true;
  }
  return false;
}

void taut_links_close(taut_links *links) {
  if (links == NULL) return;
  for (size_t i = 0; i < links->n; i++) {
    taut_proxy_destroy(links->entries[i].proxy);
    taut_link_close(&links->entries[i].link);
  }
  free(links);
}

/// The entry of a model in this process behind a delay; NULL when there are too many.
static entry *find_twin(taut_links *links, const char *target, const char *role,
                        const taut_model *inner) {
  entry *e = find(links, role, target);
  size_t n_target;
  if (e != NULL || links->n == LINKS_MAX) return e;
  e = &links->entries[links->n++];
  snprintf(e->role, sizeof e->role, "%s", role);
  snprintf(e->target, sizeof e->target, "%s", target);
  e->link.is_broken = true;
  uint32_t n_ticks = taut_links_ticks(target, &n_target);
  snprintf(e->name, sizeof e->name, "delayed_%.48s", inner->name);
  if (n_ticks == 0) {
    snprintf(e->trouble, sizeof e->trouble, "ticks must be 1 to %d", TAUT_BATCH_TICKS_MAX);
  } else if (taut_proxy_feedthrough(inner) != NULL) {
    snprintf(e->trouble, sizeof e->trouble, "%s has feedthrough outputs", inner->name);
  } else if (taut_proxy_create_twin(inner, e->name, n_ticks, &e->proxy) != TAUT_OK) {
    snprintf(e->trouble, sizeof e->trouble, "%s", taut_status_text(TAUT_ENOMEM));
  }
  return e;
}

const taut_model *taut_links_model(void *links, const char *target, const char *role,
                                   const taut_model *inner, const taut_log_sink *log, char *error,
                                   size_t size) {
  char key[TAUT_ENDPOINT_MAX];
  snprintf(key, sizeof key, "%s", target);
  entry *e = inner != NULL ? find_twin(links, key, role, inner) : find(links, role, key);
  if (e == NULL) {
    snprintf(error, size, "at most %d links are possible in one run", LINKS_MAX);
    return NULL;
  }
  if (e->proxy == NULL) {
    snprintf(error, size, "%s", e->trouble);
    return NULL;
  }
  taut_proxy_log(e->proxy, log);
  return taut_proxy_model(e->proxy);
}
