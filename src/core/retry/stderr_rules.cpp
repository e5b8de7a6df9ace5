#include "core/retry/stderr_rules.h"

#include <algorithm>
#include <memory>

#include <re2/re2.h>
#include <re2/set.h>

#include "core/retry/rules_hardware.h"
#include "core/retry/rules_input.h"
#include "core/retry/rules_machine.h"
#include "core/retry/rules_spec.h"
#include "core/retry/usual_lines.h"

namespace mpegflow::retry {
namespace {

/// In the order in which the rules that match one line are asked: the first wins.
const std::vector<StderrRule>& all_rules() {
  static const std::vector<StderrRule> all = [] {
    std::vector<StderrRule> list;
    const auto add = [&](std::span<const StderrRule> more) {
      for (const StderrRule& rule : more) list.push_back(rule);
    };
    add(rules::kProgram);
    add(rules::kNames);
    add(rules::kHardware);
    add(rules::kMachine);
    add(rules::kNetwork);
    add(rules::kSpec);
    add(rules::kInput);
    add(rules::kWrappers);
    return list;
  }();
  return all;
}

re2::RE2::Options make_options() {
  re2::RE2::Options options(re2::RE2::Latin1);  // Logs quote file names, which are bytes.
  options.set_max_mem(64 << 20);
  return options;
}

/// All patterns in one automaton, built once.
struct CompiledRules {
  re2::RE2::Set set;

  CompiledRules() : set(make_options(), re2::RE2::UNANCHORED) {
    for (const StderrRule& rule : all_rules()) set.Add(rule.pattern, nullptr);
    set.Compile();
  }
};

const CompiledRules& compiled() {
  static const CompiledRules rules;
  return rules;
}

/// A pattern alone, for its captures: built when it has matched, which most never do, once in a
/// thread.
const re2::RE2& alone(std::size_t at) {
  static thread_local std::vector<std::unique_ptr<re2::RE2>> patterns(all_rules().size());
  if (!patterns[at])
    patterns[at] = std::make_unique<re2::RE2>(all_rules()[at].pattern, make_options());
  return *patterns[at];
}

std::vector<std::string> capture(const re2::RE2& pattern, const std::string& text) {
  const auto count = static_cast<std::size_t>(pattern.NumberOfCapturingGroups());
  std::vector<std::string> captures(count);
  std::vector<re2::RE2::Arg> arguments;
  std::vector<re2::RE2::Arg*> pointers;
  for (std::string& capture : captures) arguments.emplace_back(&capture);
  for (re2::RE2::Arg& argument : arguments) pointers.push_back(&argument);
  re2::RE2::PartialMatchN(text, pattern, pointers.data(), static_cast<int>(count));
  return captures;
}

}  // namespace

std::string_view to_word(Weight weight) {
  switch (weight) {
    case Weight::cause: return "cause";
    case Weight::symptom: return "symptom";
    case Weight::wrapper: return "wrapper";
  }
  return "";
}

std::span<const StderrRule> stderr_rules() {
  return all_rules();
}

void compile_rules() {
  // The automaton grows as it reads, which takes longer than to read what it has seen the like of.
  std::vector<int> matched;  // without it, Match() would ask another automaton
  for (const std::string_view line : kUsualLines)
    compiled().set.Match(re2::StringPiece(line.data(), line.size()), &matched);
}

std::vector<RuleHit> match_rules(std::span<const encode::StderrLine> lines) {
  std::vector<RuleHit> hits;
  std::vector<int> matched;
  for (const encode::StderrLine& line : lines) {
    if (!compiled().set.Match(line.text, &matched) || matched.empty()) continue;
    std::sort(matched.begin(), matched.end());
    for (const int index : matched) {
      const auto at = static_cast<std::size_t>(index);
      hits.push_back({&all_rules()[at], &line, capture(alone(at), line.text)});
    }
  }
  return hits;
}

}  // namespace mpegflow::retry
