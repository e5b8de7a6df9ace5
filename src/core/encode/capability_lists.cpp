#include "core/encode/capability_lists.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <re2/re2.h>

#include "base/text.h"

namespace mpegflow::encode {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_made_of(std::string_view word, std::string_view characters) {
  return !word.empty() && word.find_first_not_of(characters) == std::string_view::npos;
}

/// " V....D libx264    H.264": six flags, a name.
std::string name_of_codec(const std::vector<std::string>& words) {
  const bool is_row = words.size() >= 2 && words[0].size() == 6 &&
                      is_made_of(words[0], "VASDFXB.") && words[1] != "=";
  return is_row ? words[1] : "";
}

/// " ..C scale   V->V   Scale": flags, a name, what goes in and comes out.
std::string name_of_filter(const std::vector<std::string>& words) {
  const bool is_row =
      words.size() >= 3 && is_made_of(words[0], "TSC.") && words[2].find("->") != std::string::npos;
  return is_row ? words[1] : "";
}

/// "  DE mov,mp4   QuickTime": what can be done, names.
std::string names_of_format(const std::vector<std::string>& words) {
  const bool is_row =
      words.size() >= 2 && words[0].size() <= 3 && is_made_of(words[0], "DEd") && words[1] != "=";
  return is_row ? words[1] : "";
}

/// A name alone in its row; headings end with a colon.
std::string name_alone(const std::vector<std::string>& words) {
  return words.size() == 1 && !words[0].ends_with(':') ? words[0] : "";
}

std::string name_in(std::string_view list, const std::vector<std::string>& words) {
  if (list == "encoders" || list == "decoders") return name_of_codec(words);
  if (list == "filters") return name_of_filter(words);
  if (list == "muxers" || list == "demuxers") return names_of_format(words);
  return name_alone(words);
}

}  // namespace

std::vector<std::string> parse_capability_list(std::string_view list, std::string_view text) {
  std::vector<std::string> names;
  for (const std::string& line : base::split(text, '\n')) {
    const std::string found = name_in(list, words_of(line));
    for (std::string& name : base::split(found, ','))
      if (!name.empty() && std::ranges::find(names, name) == names.end())
        names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> parse_font_families(std::string_view text) {
  std::set<std::string> families;
  for (const std::string& line : base::split(text, '\n'))
    for (const std::string& family : base::split(line, ','))
      if (const std::string_view name = base::trim(family); !name.empty()) families.emplace(name);
  return {families.begin(), families.end()};
}

bool names_something_missing(std::string_view stderr_text) {
  static const re2::RE2 kMissing(
      R"((?i)unknown (?:en|de)coder|no such filter|no option name near|error (?:initializing|parsing) )"
      R"(filter|not found|requested output format|unable to (?:find|choose) a|unrecognized option|)"
      R"(unrecognized hwaccel|not supported|no usable|could not load font|font|automatic )"
      R"(encoder selection|unknown bitstream filter)");
  return re2::RE2::PartialMatch(re2::StringPiece(stderr_text), kMissing);
}

}  // namespace mpegflow::encode
