#include "core/command/address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::command {
namespace {

constexpr std::array<std::string_view, 26> kLive = {
    "rtmp", "rtmpe", "rtmps",   "rtmpt", "rtmpte", "rtmpts", "rtsp", "rtsps",     "rtp",
    "srtp", "udp",   "udplite", "tcp",   "srt",    "rist",   "mmsh", "mmst",      "mms",
    "zmq",  "sctp",  "amqp",    "unix",  "tls",    "dtls",   "whip", "ffrtmphttp"};
constexpr std::array<std::string_view, 12> kNetwork = {
    "ftp",  "sftp",    "smb",  "gopher", "gophers",      "ipfs",
    "ipns", "icecast", "http", "https",  "ipfs_gateway", "s3"};

template <class List>
bool contains(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

tl::unexpected<Refusal> refuse_pipe(std::string_view name) {
  return refuse(RefusalCode::pipe,
                fmt::format("{} is a pipe, which cannot be read or written again after a crash; "
                            "name a file instead",
                            base::quote(name)));
}

/// $NAME, ${…}, $(…), $1 of a shell; $Number$ is a template of FFmpeg.
bool is_posix_variable(std::string_view path, std::size_t at) {
  constexpr std::string_view kSigns = "_{(@*";
  if (path[at] != '$' || at + 1 == path.size()) return false;
  const char next = path[at + 1];
  if (is_alnum(next)) return path.find('$', at + 1) == std::string_view::npos;
  return kSigns.find(next) != std::string_view::npos;
}

/// %NAME%, %1, %~n1, %%i of cmd; %d and %Y are patterns of FFmpeg.
bool is_windows_variable(std::string_view path, std::size_t at) {
  if (path[at] != '%' || at + 1 == path.size()) return false;
  const char next = path[at + 1];
  if (next == '~') return true;
  if (next == '*') return path.size() == 2;
  if (next == '%')
    return at + 2 < path.size() && std::isalpha(static_cast<unsigned char>(path[at + 2])) != 0;
  std::size_t end = at + 1;
  if (base::is_digit(next)) {
    while (end < path.size() && base::is_digit(path[end])) ++end;
    return end == path.size() || path[end] != 'd';
  }
  while (end < path.size() && (is_alnum(path[end]) || path[end] == '_')) ++end;
  const bool is_closed = end < path.size() && path[end] == '%' && end - at > 2;
  return is_closed && (end + 1 == path.size() || !is_alnum(path[end + 1]));
}

/// What a shell, or a text processor, has left in a name.
std::optional<Refusal> find_leftover(std::string_view path) {
  for (const std::string_view mark : {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019"})
    if (path.starts_with(mark) || path.ends_with(mark))
      return Refusal{RefusalCode::typographic,
                     fmt::format("{} begins or ends with a quote of a text processor; write \" "
                                 "instead",
                                 base::quote(path))};
  for (std::size_t i = 0; i < path.size(); ++i)
    if (path[i] == '`' || is_posix_variable(path, i) || is_windows_variable(path, i))
      return Refusal{RefusalCode::shell_variable,
                     fmt::format("{} holds a variable that only the shell knows; write the name "
                                 "itself",
                                 base::quote(path))};
  return std::nullopt;
}

Outcome<Address> read_file(const MarkedText& name) {
  const std::string& path = name.text();
  if (path.empty()) return refuse(RefusalCode::unclear_file, "a file has an empty name");
  if (path == "/dev/null" || base::to_lower(path) == "nul")
    return Address{AddressKind::null_sink, {}};
  if (path.starts_with("/dev/std") || path.starts_with("/dev/fd/") ||
      path.starts_with("/proc/self/fd/") || path.starts_with("\\\\.\\pipe"))
    return refuse_pipe(path);
  if (path.starts_with("/dev/") && !path.starts_with("/dev/shm/"))
    return refuse(RefusalCode::device,
                  fmt::format("{} is a device; only files can be read again after a crash",
                              base::quote(path)));
  if (auto leftover = find_leftover(path)) return tl::unexpected(*leftover);
  return Address{AddressKind::file, {name}};
}

/// "concat:a|b": the files, each of which is an address again.
Outcome<Address> read_concat(const MarkedText& list) {
  Address address;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    std::size_t end = list.text().find('|', begin);
    if (end == std::string::npos) end = list.size();
    if (end > begin) {
      auto part = read_address(list.part(begin, end), Direction::in);
      if (!part) return part;
      if (part->kind != AddressKind::file)
        return refuse(RefusalCode::network_input,
                      fmt::format("{} is no file; concat: takes files here",
                                  base::quote(list.text().substr(begin, end - begin))));
      std::ranges::move(part->files, std::back_inserter(address.files));
    }
    begin = end + 1;
  }
  return address;
}

/// "concatf:list": a file with one name a line.
Outcome<Address> read_concat_file(const MarkedText& list) {
  auto address = read_address(list, Direction::in);
  if (!address) return address;
  if (address->kind != AddressKind::file)
    return refuse(RefusalCode::network_input,
                  fmt::format("{} is no file; concatf: takes one here", base::quote(list.text())));
  address->is_list = true;
  return address;
}

/// "///a" of "file:///a" is "/a"; what is taken away goes with the name when that is replaced.
MarkedText drop_authority(const MarkedText& path) {
  std::size_t begin = 0;
  while (path.text().compare(begin, 2, "//") == 0) ++begin;
  MarkedText kept;
  for (std::size_t i = begin; i < path.size(); ++i)
    kept.append_escaped(path, i == begin ? 0 : i, i);
  return kept;
}

Outcome<Address> read_nested(const MarkedText& name, std::string_view outer, Direction direction) {
  const MarkedText inner = name.part(outer.size() + 1, name.size());
  auto address = read_address(inner, direction);
  if (outer == "crypto" || !address) return address;
  if (outer == "hls" && address->kind == AddressKind::http) address->files = {name};
  if (outer == "hls") return address;
  return refuse(RefusalCode::unknown_protocol,
                fmt::format("{} begins with \"{}+\", which is no kind of file",
                            base::quote(name.text()), base::to_printable(outer)));
}

Outcome<Address> read_scheme(const MarkedText& name, std::string_view scheme, Direction direction) {
  const MarkedText rest = name.part(scheme.size() + 1, name.size());
  const std::string_view first = scheme.substr(0, scheme.find(','));
  if (first == "file") return read_file(drop_authority(rest));
  if (first == "pipe" || first == "fd") return refuse_pipe(name.text());
  if (first == "concat" && direction == Direction::in) return read_concat(rest);
  if (first == "concatf" && direction == Direction::in) return read_concat_file(rest);
  if (first == "subfile" || first == "crypto" || first == "cache" || first == "async" ||
      (first == "md5" && direction == Direction::out && rest.size() > 0))
    return read_address(rest, direction);
  // "crypto+file:", "hls+https:": one protocol within another.
  if (const std::size_t plus = first.find('+'); plus != std::string_view::npos)
    return read_nested(name, first.substr(0, plus), direction);
  if (first == "md5") return refuse_pipe(name.text());
  if (first == "data") return Address{AddressKind::none, {}};
  if ((first == "http" || first == "https") && direction == Direction::in)
    return Address{AddressKind::http, {name}};
  if (contains(kLive, first) || first.starts_with("rtmp"))
    return direction == Direction::in
               ? refuse(RefusalCode::live_address,
                        fmt::format("{} is a live address: what it sends cannot be read again; "
                                    "record it to a file first",
                                    base::quote(name.text())))
               : refuse(RefusalCode::network_output,
                        fmt::format("{} is a network address; write a file and deliver that",
                                    base::quote(name.text())));
  if (contains(kNetwork, first))
    return direction == Direction::in
               ? refuse(RefusalCode::network_input,
                        fmt::format("{} is on the network; FFmpeg gets none here: fetch it first",
                                    base::quote(name.text())))
               : refuse(RefusalCode::network_output,
                        fmt::format("{} is a network address; write a file and deliver that",
                                    base::quote(name.text())));
  return refuse(RefusalCode::unknown_protocol,
                fmt::format("{} begins with \"{}:\", which is no kind of file; for a file with a "
                            "colon in its name write ./ before it",
                            base::quote(name.text()), base::to_printable(first)));
}

}  // namespace

std::string_view find_scheme(std::string_view name) {
  std::size_t end = 0;
  while (end < name.size() &&
         (is_alnum(name[end]) || name[end] == '+' || name[end] == '-' || name[end] == '.'))
    ++end;
  if (name.substr(0, end) == "subfile" && end < name.size() && name[end] == ',')
    end = name.find(':', end);
  if (end == std::string_view::npos || end < 2 || end >= name.size() || name[end] != ':') return {};
  return name.substr(0, end);
}

bool has_number_pattern(std::string_view name) {
  for (std::size_t i = name.find('%'); i != std::string_view::npos; i = name.find('%', i + 1)) {
    std::size_t end = i + 1;
    while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end]))) ++end;
    if (end < name.size() && name[end] == 'd') return true;
  }
  return false;
}

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.find_last_of("./\\");
  return dot == std::string_view::npos || name[dot] != '.' ? ""
                                                           : base::to_lower(name.substr(dot + 1));
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

Outcome<Address> read_address(const MarkedText& name, Direction direction) {
  if (name.text() == "-") return refuse_pipe("-");
  const std::string_view scheme = find_scheme(name.text());
  return scheme.empty() ? read_file(name) : read_scheme(name, scheme, direction);
}

}  // namespace mpegflow::command
