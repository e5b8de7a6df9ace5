#include "core/plan/named_fonts.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "core/command/address.h"
#include "core/command/filter_graph.h"

namespace mpegflow::plan {
namespace {

constexpr std::array<std::string_view, 9> kAnyFont = {
    "sans", "sans serif", "serif", "mono", "monospace", "cursive", "fantasy", "system", "default"};

/// Fonts that are as wide letter by letter: fontconfig puts one in the other's place, and so do all
/// who typeset.
struct SameWidth {
  std::string_view name, others;
};
constexpr SameWidth kSameWidth[] = {{"arial", "Arimo/Liberation Sans"},
                                    {"helvetica", "Nimbus Sans/Arimo/Liberation Sans"},
                                    {"times new roman", "Tinos/Liberation Serif"},
                                    {"times", "Nimbus Roman/Tinos/Liberation Serif"},
                                    {"courier new", "Cousine/Liberation Mono"},
                                    {"courier", "Nimbus Mono PS/Cousine/Liberation Mono"},
                                    {"calibri", "Carlito"},
                                    {"cambria", "Caladea"}};

/// Subtitles in which fonts may be.
constexpr std::array<std::string_view, 6> kFontCarriers = {"ass", "ssa", "mkv",
                                                           "mks", "mka", "webm"};

bool can_be_kept(std::string_view family) {
  return !family.empty() && family.find_first_of("|/") == std::string_view::npos &&
         base::to_printable(family) == family;
}

/// Families that do for one another as one name; nullopt if any font does or none can be told.
std::optional<std::string> name_families(const std::vector<std::string>& families) {
  std::string names;
  for (const std::string& untrimmed : families) {
    const std::string family(base::trim(untrimmed));
    const std::string lower = base::to_lower(family);
    if (!can_be_kept(family) || std::ranges::find(kAnyFont, lower) != kAnyFont.end())
      return std::nullopt;
    names += (names.empty() ? "" : "/") + family;
    const auto same = std::ranges::find(kSameWidth, lower, &SameWidth::name);
    if (same != std::end(kSameWidth)) names += "/" + std::string(same->others);
  }
  return names.empty() ? std::nullopt : std::optional(names);
}

/// "DejaVu Sans,Arial-12:bold" of fontconfig; a backslash keeps the next byte.
std::vector<std::string> read_pattern(std::string_view pattern) {
  std::vector<std::string> families(1);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == ':' || pattern[i] == '-') break;
    if (pattern[i] == ',') {
      families.emplace_back();
      continue;
    }
    if (pattern[i] == '\\') ++i;
    if (i < pattern.size()) families.back() += pattern[i];
  }
  return families;
}

std::optional<std::string> find_option(const std::vector<command::KeyValue>& options,
                                       std::string_view key) {
  for (const command::KeyValue& option : options)
    if (option.key == key) return option.value.text();
  return std::nullopt;
}

std::optional<std::string> find_text_font(const std::vector<command::KeyValue>& options) {
  const bool has_file =
      find_option(options, "fontfile") || (!options.empty() && options.front().key.empty());
  const auto font = find_option(options, "font");
  return font && !has_file ? name_families(read_pattern(*font)) : std::nullopt;
}

/// "FontName=Arial" and "Default.FontName=Arial" of a list of overrides.
std::optional<std::string> find_style_font(std::string_view style) {
  for (const std::string& part : base::split(style, ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) continue;
    std::string key = base::to_lower(base::trim(std::string_view(part).substr(0, equals)));
    key = key.substr(key.rfind('.') + 1);
    if (key == "fontname") return name_families({part.substr(equals + 1)});
  }
  return std::nullopt;
}

bool may_carry_fonts(const std::vector<command::KeyValue>& options) {
  auto name = find_option(options, "filename");
  if (!name) name = find_option(options, "f");
  if (!name && !options.empty() && options.front().key.empty()) name = options.front().value.text();
  return !name ||
         std::ranges::find(kFontCarriers, command::extension_of(*name)) != kFontCarriers.end();
}

std::optional<std::string> find_subtitle_font(const std::vector<command::KeyValue>& options) {
  const auto style = find_option(options, "force_style");
  if (!style || find_option(options, "fontsdir") || may_carry_fonts(options)) return std::nullopt;
  return find_style_font(*style);
}

}  // namespace

std::vector<std::string> find_named_fonts(std::string_view graph) {
  std::vector<std::string> fonts;
  const command::MarkedText marked(graph);
  std::size_t at = 0;
  while (const auto filter = command::take_filter(marked, at)) {
    ++at;
    if (filter->name != "drawtext" && filter->name != "subtitles") continue;
    const auto options = command::split_options(filter->options, ":");
    const auto font =
        filter->name == "drawtext" ? find_text_font(options) : find_subtitle_font(options);
    if (font) fonts.push_back(*font);
  }
  return fonts;
}

}  // namespace mpegflow::plan
