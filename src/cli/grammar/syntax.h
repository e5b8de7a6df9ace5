#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): it is theirs
class App;
}

namespace mpegflow::cli::grammar {

class Choices;

/// Where a value goes when the command line has it. What it points to outlives the parsing.
using Target = std::variant<std::string*, std::optional<std::string>*, std::int64_t*,
                            std::optional<std::int64_t>*, std::optional<int>*,
                            std::vector<std::string>*, std::function<void(std::int64_t)>>;

/// The words of one command, to be told one after the other. A view: the grammar owns them.
class Syntax {
 public:
  Syntax(CLI::App& app, Choices& choices) : app_(&app), choices_(&choices) {}

  /// A command below this one.
  Syntax add(const char* name, const char* description) const;
  /// A command that is none without another below it.
  Syntax add_noun(const char* name, const char* description) const;

  /// `names`: "-o,--output". `kind` is what help calls the value; completion knows FILE, PATH,
  /// DIRECTORY and FOLDER.
  void option(const char* names, const Target& target, const char* description,
              const char* kind) const;
  void required_option(const char* names, const Target& target, const char* description,
                       const char* kind) const;
  /// An option whose value is one of few words.
  void choice(const char* names, const Target& target, const char* description, const char* kind,
              const std::vector<std::string>& words) const;
  void flag(const char* names, bool& target, const char* description) const;
  void flag(const char* names, std::function<void()> call, const char* description) const;

  /// A word by its place: "JOB".
  void word(const char* name, const Target& target, const char* description) const;
  void required_word(const char* name, const Target& target, const char* description) const;
  /// A word that is one of few.
  void required_choice(const char* name, const Target& target, const char* description,
                       const std::vector<std::string>& words) const;

  /// What help says at its end.
  void footer(const char* text) const;

 private:
  CLI::App* app_;
  Choices* choices_;
};

}  // namespace mpegflow::cli::grammar
