#include "core/probe/sniff.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

std::string describe_unknown(std::string_view head) {
  if (head.find_first_not_of('\0') == std::string_view::npos)
    return "it begins with nothing but zero bytes, as a download that was never filled does";
  if (head.find_first_not_of('\xff') == std::string_view::npos)
    return "it begins with nothing but 0xff bytes";
  std::string hex;
  for (std::size_t i = 0; i < std::min<std::size_t>(head.size(), 8); ++i)
    hex += fmt::format("{}{:02x}", i == 0 ? "" : " ", byte_at(head, i));
  return fmt::format("no media format begins with the bytes {}", hex);
}

}  // namespace

retry::Finding refuse(std::string_view reason, std::string rule, const std::string& seen) {
  retry::Finding finding = retry::make_finding(reason, std::move(rule));
  if (!seen.empty()) {
    if (finding.cause.ends_with('.')) finding.cause.pop_back();
    finding.cause += ": " + seen + ".";
  }
  return finding;
}

SniffResult sniff(const SniffInput& input) {
  if (input.size == 0 || input.head.empty())
    return tl::unexpected(refuse("input_empty", "sniff_empty", ""));
  if (auto foreign = find_foreign_file(input)) return tl::unexpected(std::move(*foreign));
  if (auto image = sniff_image(input)) return std::move(*image);
  if (auto container = sniff_container(input)) return std::move(*container);
  if (auto text = sniff_text(input)) return std::move(*text);
  if (auto raw = sniff_raw_stream(input)) return std::move(*raw);
  return tl::unexpected(refuse("input_not_media", "sniff_unknown", describe_unknown(input.head)));
}

}  // namespace mpegflow::probe
