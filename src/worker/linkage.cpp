#include "worker/linkage.h"

#include <cstring>

#include <elf.h>

namespace mpegflow::worker {

Linkage read_linkage(std::string_view head) {
  Elf64_Ehdr header;
  if (head.size() < sizeof header || !head.starts_with(ELFMAG)) return Linkage::unknown;
  std::memcpy(&header, head.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64) return Linkage::unknown;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    const std::size_t at = header.e_phoff + i * header.e_phentsize;
    if (at > head.size() || head.size() - at < sizeof part) return Linkage::unknown;
    std::memcpy(&part, head.data() + at, sizeof part);
    // Whoever names a loader wants it to load something.
    if (part.p_type == PT_INTERP) return Linkage::dynamic;
  }
  return Linkage::fixed;
}

}  // namespace mpegflow::worker
