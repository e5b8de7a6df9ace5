#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/grammar/syntax.h"
#include "cli/grammar/tree.h"

namespace mpegflow::cli::grammar {

/// Commands as they are told, and the parser of them. The only file that knows CLI11.
class Grammar {
 public:
  Grammar(const char* description, const char* footer);
  ~Grammar();
  Grammar(const Grammar&) = delete;
  Grammar& operator=(const Grammar&) = delete;

  /// Where the first commands are added.
  Syntax root();

  struct Parsed {
    std::string command;  ///< "job show"
    bool asks_for_help = false;
  };
  /// Fills the targets. The error (invalid_argument) is in the parser's own words.
  base::Result<Parsed> parse(std::span<const std::string> words);

  Tree tree() const;
  /// What help says of the command at `path`, which exists. Of a grammar that has parsed nothing:
  /// otherwise it would show what was parsed.
  std::string help(std::span<const std::string> path);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mpegflow::cli::grammar
