#include "engine/elf.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#else
#error "taut_elf_check: name the machine of this processor"
#endif

/// An open file and what its header says.
typedef struct elf_file {
  FILE *stream;
  uint64_t size;
  Elf64_Ehdr header;
} elf_file;

static bool read_at(const elf_file *elf, uint64_t offset, void *to, size_t size) {
  if (offset > elf->size || size > elf->size - offset) return false;
  return fseek(elf->stream, (long)offset, SEEK_SET) == 0 && fread(to, 1, size, elf->stream) == size;
}

static const char *check_header(elf_file *elf) {
  Elf64_Ehdr *header = &elf->header;
  if (!read_at(elf, 0, header, sizeof *header)) return "too short for a library";
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return "not a shared library";
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
    return "not a 64-bit little-endian library";
  if (header->e_machine != MACHINE) return "built for another processor";
  if (header->e_type != ET_DYN) return "not a shared library";
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0)
    return "has no program headers";
  if (header->e_shnum && header->e_shentsize != sizeof(Elf64_Shdr))
    return "has damaged section headers";
  return NULL;
}

static const char *check_extents(const elf_file *elf) {
  for (size_t i = 0; i < elf->header.e_phnum; i++) {
    Elf64_Phdr segment;
    if (!read_at(elf, elf->header.e_phoff + i * sizeof segment, &segment, sizeof segment))
      return "truncated: program headers are missing";
    if (segment.p_offset > elf->size || segment.p_filesz > elf->size - segment.p_offset)
      return "truncated: a segment is missing";
  }
  for (size_t i = 0; i < elf->header.e_shnum; i++) {
    Elf64_Shdr section;
    if (!read_at(elf, elf->header.e_shoff + i * sizeof section, &section, sizeof section))
      return "truncated: section headers are missing";
    if (section.sh_type != SHT_NOBITS &&
        (section.sh_offset > elf->size || section.sh_size > elf->size - section.sh_offset))
      return "truncated: a section is missing";
  }
  return NULL;
}

static taut_status open_file(const char *file, elf_file *elf, const char **reason) {
  *elf = (elf_file){.stream = fopen(file, "rb")};
  if (!elf->stream) {
    *reason = strerror(errno);
    return errno == ENOENT || errno == ENOTDIR ? TAUT_ENOTFOUND : TAUT_EIO;
  }
  long size = fseek(elf->stream, 0, SEEK_END) == 0 ? ftell(elf->stream) : -1;
  // Opening a folder for reading succeeds; its size is then absurd or reading fails.
  elf->size = size > 0 && size < INT32_MAX ? (uint64_t)size : 0;
  *reason = check_header(elf);
  if (!*reason) *reason = check_extents(elf);
  return *reason ? TAUT_EIO : TAUT_OK;
}

taut_status taut_elf_check(const char *file, char *text, size_t size) {
  elf_file elf;
  const char *reason = NULL;
  taut_status status = open_file(file, &elf, &reason);
  if (elf.stream) fclose(elf.stream);
  snprintf(text, size, "%s", reason ? reason : "");
  return status;
}

static void *read_section(const elf_file *elf, const Elf64_Shdr *section) {
  // One byte more than the section, so that its last name ends even when the file does not say so.
  char *bytes = calloc(1, section->sh_size + 1);
  if (bytes && !read_at(elf, section->sh_offset, bytes, section->sh_size)) {
    free(bytes);
    bytes = NULL;
  }
  return bytes;
}

static taut_status list_symbols(const elf_file *elf, const Elf64_Shdr *table, taut_elf_symbol_fn fn,
                                void *user) {
  Elf64_Shdr names;
  if (!read_at(elf, elf->header.e_shoff + table->sh_link * sizeof names, &names, sizeof names))
    return TAUT_EIO;
  Elf64_Sym *symbols = read_section(elf, table);
  char *text = read_section(elf, &names);
  for (size_t i = 1; symbols && text && i < table->sh_size / sizeof *symbols; i++) {
    const Elf64_Sym *symbol = &symbols[i];
    unsigned bind = ELF64_ST_BIND(symbol->st_info);
    unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    bool is_defined = symbol->st_shndx != SHN_UNDEF;
    if (bind == STB_LOCAL || symbol->st_name >= names.sh_size) continue;
    if (is_defined && (visibility == STV_HIDDEN || visibility == STV_INTERNAL)) continue;
    fn(user, text + symbol->st_name, is_defined);
  }
  taut_status status = symbols && text ? TAUT_OK : TAUT_ENOMEM;
  free(symbols);
  free(text);
  return status;
}

taut_status taut_elf_symbols(const char *file, taut_elf_symbol_fn fn, void *user) {
  elf_file elf;
  const char *reason = NULL;
  taut_status status = open_file(file, &elf, &reason);
  if (status == TAUT_OK) {
    status = TAUT_EIO;  // until the table is found
    for (size_t i = 0; i < elf.header.e_shnum; i++) {
      Elf64_Shdr section;
      if (!read_at(&elf, elf.header.e_shoff + i * sizeof section, &section, sizeof section)) break;
      if (section.sh_type != SHT_DYNSYM) continue;
      status = list_symbols(&elf, &section, fn, user);
      break;
    }
  }
  if (elf.stream) fclose(elf.stream);
  return status;
}
