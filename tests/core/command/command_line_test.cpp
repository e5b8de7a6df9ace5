#include "core/command/command_line.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "checkout/checkout.h"

namespace mpegflow::command {
namespace {

/// A line of tests/golden/commands and what FFmpeg opens for it.
struct Labelled {
  std::string place, line, refused;
  std::map<std::string, std::vector<std::string>> files;
};

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t bar = text.find(" | ");
    names.emplace_back(base::trim(text.substr(0, bar)));
    text.remove_prefix(bar == std::string_view::npos ? text.size() : bar + 3);
  }
  return names;
}

std::vector<Labelled> read_labelled(const std::filesystem::path& file) {
  std::vector<Labelled> all;
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("$ ")) {
      all.push_back(
          {fmt::format("{}:{}", file.filename().string(), number), line.substr(2), {}, {}});
    } else if (line.starts_with("> ")) {
      all.back().line += "\n" + line.substr(2);
    } else if (const std::size_t colon = line.find(": "); colon != std::string::npos) {
      const std::string field = line.substr(0, colon);
      if (field == "refused") all.back().refused = line.substr(colon + 2);
      else all.back().files[field] = split_names(line.substr(colon + 2));
    }
  }
  return all;
}

std::string to_text(const Outcome<CommandLine>& line) {
  if (!line) return fmt::format("refused: {}", to_word(line.error().code));
  return fmt::format("in {} read {} out {} write {}", line->list(Role::input),
                     line->list(Role::read), line->list(Role::output), line->list(Role::write));
}

std::string to_text(Labelled labelled) {
  if (!labelled.refused.empty()) return "refused: " + labelled.refused;
  return fmt::format("in {} read {} out {} write {}", labelled.files["in"], labelled.files["read"],
                     labelled.files["out"], labelled.files["write"]);
}

TEST(CommandLine, FilesOfRealCommandsAreFound) {
  int count = 0, right = 0, refused = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MPEGFLOW_SOURCE_DIR "/tests/golden/commands")) {
    if (entry.path().extension() != ".txt") continue;
    for (const Labelled& labelled : read_labelled(entry.path())) {
      const std::vector<std::string> words = {labelled.line + " "};
      const auto line = read_command_line(words, OptionTable());
      const std::string found = to_text(line), expected = to_text(labelled);
      ++count;
      right += found == expected ? 1 : 0;
      refused += found != expected && !line ? 1 : 0;
      EXPECT_EQ(found, expected) << labelled.place << ": " << labelled.line << "\n"
                                 << (line ? "" : line.error().message);
    }
  }
  RecordProperty("lines", count);
  RecordProperty("right", right);
  RecordProperty("refused_wrongly", refused);
  EXPECT_GE(count, 300);
}

}  // namespace
}  // namespace mpegflow::command
