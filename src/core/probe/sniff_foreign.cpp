#include <array>

#include <fmt/format.h>

#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

using namespace std::string_view_literals;

struct ForeignSignature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view what;
};

constexpr std::array kForeign = std::to_array<ForeignSignature>({
    {0, "PK\x03\x04"sv, "a ZIP archive (or an office document, which is one)"},
    {0, "PK\x05\x06"sv, "an empty ZIP archive"},
    {0, "PK\x07\x08"sv, "a split ZIP archive"},
    {0, "\x1f\x8b\x08"sv, "gzip-compressed data; unpack it first"},
    {0, "BZh"sv, "bzip2-compressed data; unpack it first"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "xz-compressed data; unpack it first"},
    {0, "\x28\xb5\x2f\xfd"sv, "Zstandard-compressed data; unpack it first"},
    {0, "\x04\x22\x4d\x18"sv, "LZ4-compressed data; unpack it first"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive"},
    {0, "Rar!\x1a\x07"sv, "a RAR archive"},
    {257, "ustar"sv, "a tar archive"},
    {0, "!<arch>\n"sv, "a library or a Debian package"},
    {0, "MSCF"sv, "a cabinet archive"},
    {0, "%PDF-"sv, "a PDF document"},
    {0, "%!PS"sv, "a PostScript document"},
    {0, "{\\rtf"sv, "a rich-text document"},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "an old office document"},
    {0,
     "\x7f"
     "ELF"sv,
     "a program (ELF)"},
    {0, "\xca\xfe\xba\xbe"sv, "a program (Java class or Mach-O)"},
    {0, "\xcf\xfa\xed\xfe"sv, "a program (Mach-O)"},
    {0, "\0asm"sv, "a program (WebAssembly)"},
    {0, "SQLite format 3\0"sv, "a SQLite database"},
    {0, "bplist00"sv, "a property list"},
    {0, "wOFF"sv, "a font"},
    {0, "wOF2"sv, "a font"},
    {0, "OTTO"sv, "a font"},
    {0, "\0\1\0\0\0"sv, "a font"},
    {32769, "CD001"sv, "a disc image; take the video files out of it first"},
    {0, "conectix"sv, "a disk image"},
    {0, "KDMV"sv, "a disk image"},
    {0, "QFI\xfb"sv, "a disk image"},
    {0, "Salted__"sv, "an encrypted file"},
    {0, "d8:announce"sv, "a torrent file, not what it leads to"},
    {0, "d10:created"sv, "a torrent file, not what it leads to"},
});

bool is_windows_program(std::string_view head) {
  return has_at(head, 0, "MZ") && has_at(head, little_endian(head, 60, 4), "PE");
}

}  // namespace

std::optional<retry::Finding> find_foreign_file(const SniffInput& input) {
  for (const ForeignSignature& signature : kForeign)
    if (has_at(input.head, signature.offset, signature.bytes))
      return refuse("input_not_media", "sniff_foreign", fmt::format("this is {}", signature.what));
  if (is_windows_program(input.head))
    return refuse("input_not_media", "sniff_foreign", "this is a program (Windows)");
  return std::nullopt;
}

}  // namespace mpegflow::probe
