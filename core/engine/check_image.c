#define _GNU_SOURCE  // dl_iterate_phdr

#include <link.h>
#include <stdlib.h>

#include "engine/check.h"

enum { RANGES_MAX = 16 };

/// What is known of the library that holds an address.
typedef struct finder {
  uintptr_t address;
  uintptr_t first, end;
  struct range {
    uintptr_t first, end;
  } writable[RANGES_MAX];
  size_t n_writable;
} finder;

// Relocated tables are written once by the dynamic linker and read-only afterwards; with lazy
// binding off nothing in them changes, but leaving them out keeps the comparison to real variables.
static void cut_relro(finder *found, uintptr_t first, uintptr_t end) {
  for (size_t i = 0; i < found->n_writable; i++)
    if (found->writable[i].first >= first && found->writable[i].first < end)
      found->writable[i].first = end < found->writable[i].end ? end : found->writable[i].end;
}

static int visit(struct dl_phdr_info *info, size_t size, void *user) {
  (void)size;
  finder *found = user;
  bool is_it = false;
  finder here = {.address = found->address, .first = UINTPTR_MAX};
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    uintptr_t first = info->dlpi_addr + segment->p_vaddr, end = first + segment->p_memsz;
    if (segment->p_type != PT_LOAD) continue;
    if (here.address >= first && here.address < end) is_it = true;
    if (first < here.first) here.first = first;
    if (end > here.end) here.end = end;
    if ((segment->p_flags & PF_W) && here.n_writable < RANGES_MAX) {
      here.writable[here.n_writable].first = first;
      here.writable[here.n_writable++].end = end;
    }
  }
  if (!is_it) return 0;
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    uintptr_t first = info->dlpi_addr + segment->p_vaddr;
    if (segment->p_type == PT_GNU_RELRO) cut_relro(&here, first, first + segment->p_memsz);
  }
  *found = here;
  return 1;
}

static bool find(const void *address, finder *found) {
  *found = (finder){.address = (uintptr_t)address};
  return dl_iterate_phdr(visit, found) == 1;
}

// A sanitizer fences variables with bytes that must not be touched; here they are only looked at,
// byte by byte, behind its back.
#if defined(__GNUC__)
#define NOT_SANITIZED __attribute__((no_sanitize("address", "thread"), noinline))
#else
#define NOT_SANITIZED
#endif

NOT_SANITIZED static void copy_bytes(unsigned char *to, uintptr_t from, size_t n) {
  const volatile unsigned char *bytes = (const volatile unsigned char *)from;
  for (size_t i = 0; i < n; i++) to[i] = bytes[i];
}

NOT_SANITIZED static bool bytes_differ(const unsigned char *a, uintptr_t b, size_t n) {
  const volatile unsigned char *bytes = (const volatile unsigned char *)b;
  for (size_t i = 0; i < n; i++)
    if (a[i] != bytes[i]) return true;
  return false;
}

check_image taut_check_image(const void *address) {
  finder found;
  check_image image = {0};
  if (!find(address, &found)) return image;
  image.first = found.first;
  image.end = found.end;
  for (size_t i = 0; i < found.n_writable; i++)
    image.size += found.writable[i].end - found.writable[i].first;
  unsigned char *to = image.bytes = malloc(image.size ? image.size : 1);
  for (size_t i = 0; to && i < found.n_writable; i++) {
    size_t n = found.writable[i].end - found.writable[i].first;
    copy_bytes(to, found.writable[i].first, n);
    to += n;
  }
  return image;
}

bool taut_check_image_changed(const check_image *image, const void *address) {
  finder found;
  if (!image->bytes || !find(address, &found)) return false;
  const unsigned char *at = image->bytes;
  for (size_t i = 0; i < found.n_writable; i++) {
    size_t n = found.writable[i].end - found.writable[i].first;
    if (bytes_differ(at, found.writable[i].first, n)) return true;
    at += n;
  }
  return false;
}

void taut_check_image_fini(check_image *image) {
  free(image->bytes);
  *image = (check_image){0};
}
