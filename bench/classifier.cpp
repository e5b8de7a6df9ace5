// How good the classifier is on a file of labelled runs, one JSON record in each line.
//
//     classifier CORPUS [--list] [--by family|version|tool|kind] [--cross family|version]

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/json.h"
#include "core/retry/classify.h"
#include "core/retry/exit_record.h"
#include "core/retry/stderr_rules.h"

namespace mpegflow {
namespace {

namespace json = base::json;

struct Outcome {
  std::string id, group;
  std::string bucket, reason;  ///< of the label
  std::vector<std::string> accepted;
  bool is_firm = true, is_control = false;
  retry::Finding finding;

  std::string found() const { return std::string(to_word(finding.bucket)); }
  bool is_right() const {
    return found() == bucket ||
           (!is_firm && std::ranges::find(accepted, found()) != accepted.end());
  }
};

std::optional<int> int_of(const json::object& record, std::string_view key) {
  const json::value* value = record.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return static_cast<int>(value->get_int64());
}

retry::EncoderExit read_exit(const json::object& record) {
  retry::EncoderExit exit;
  retry::read_exit_facts(base::object_or(record, "facts"), exit);
  exit.tool = base::text_or(record, "tool", "ffmpeg");
  const json::value* code = record.if_contains("exit_code");
  retry::read_exit_status(code != nullptr && code->is_int64()
                              ? std::optional<std::int64_t>(code->get_int64())
                              : std::nullopt,
                          int_of(record, "signal"), exit);
  exit.stderr_text = base::text_or(record, "stderr");
  return exit;
}

Outcome judge(const json::object& record, const std::string& by,
              const std::set<std::string>& without = {}) {
  const json::object label = base::object_or(record, "label");
  Outcome outcome;
  outcome.id = base::text_or(record, "id");
  outcome.group = base::text_or(record, by == "version" ? "ffmpeg" : by, "all");
  outcome.bucket = base::text_or(label, "bucket");
  outcome.reason = base::text_or(label, "reason");
  for (const json::value& bucket : base::array_or(label, "accept_buckets"))
    if (bucket.is_string()) outcome.accepted.emplace_back(bucket.get_string());
  outcome.is_firm = base::text_or(label, "confidence", "firm") == "firm";
  outcome.is_control = base::text_or(record, "kind") == "control";
  outcome.finding = retry::classify_without(read_exit(record), without);
  return outcome;
}

/// A debatable label counts as what was found when that is defensible.
std::string expected(const Outcome& outcome) {
  return outcome.is_right() ? outcome.found() : outcome.bucket;
}

double macro_f1(const std::vector<Outcome>& outcomes) {
  std::set<std::string> buckets;
  for (const Outcome& outcome : outcomes) buckets.insert(expected(outcome));
  double sum = 0;
  for (const std::string& bucket : buckets) {
    double both = 0, labelled = 0, found = 0;
    for (const Outcome& outcome : outcomes) {
      const bool is_label = expected(outcome) == bucket, is_found = outcome.found() == bucket;
      both += is_label && is_found ? 1 : 0;
      labelled += is_label ? 1 : 0;
      found += is_found ? 1 : 0;
    }
    sum += both == 0 ? 0 : 2 * both / (labelled + found);
  }
  return buckets.empty() ? 0 : sum / static_cast<double>(buckets.size());
}

double share(const std::vector<Outcome>& outcomes, auto is_so) {
  return outcomes.empty() ? 0
                          : static_cast<double>(std::ranges::count_if(outcomes, is_so)) /
                                static_cast<double>(outcomes.size());
}

/// Every case whose reason is not the one labelled; "!" where the bucket is wrong, "~" where the
/// label can be argued about.
void print_differing(const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes)
    if (outcome.finding.reason != outcome.reason)
      std::cout << fmt::format(
          "{} {} {}: {} {}, found {} {} by {}: {}\n", outcome.is_right() ? " " : "!",
          outcome.is_firm ? " " : "~", outcome.id, outcome.bucket, outcome.reason, outcome.found(),
          outcome.finding.reason, outcome.finding.rule,
          outcome.finding.evidence.empty() ? "" : outcome.finding.evidence.front().text);
}

void print_matrix(const std::vector<Outcome>& outcomes) {
  constexpr std::array kBuckets = {"none", "transient", "deterministic", "operational"};
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const Outcome& outcome : outcomes) ++counts[{outcome.bucket, outcome.found()}];
  std::cout << fmt::format("{:<16}", "label \\ found");
  for (const char* bucket : kBuckets) std::cout << fmt::format("{:>15}", bucket);
  std::cout << "\n";
  for (const char* label : kBuckets) {
    std::cout << fmt::format("{:<16}", label);
    for (const char* bucket : kBuckets) std::cout << fmt::format("{:>15}", counts[{label, bucket}]);
    std::cout << "\n";
  }
}

void print_figures(const std::string& name, const std::vector<Outcome>& outcomes) {
  std::vector<Outcome> firm;
  std::ranges::copy_if(outcomes, std::back_inserter(firm), &Outcome::is_firm);
  std::cout << fmt::format(
      "{:<24}{:>6} cases  accuracy {:.4f}  macro-F1 {:.4f}  firm: {:>5}  accuracy {:.4f}  macro-F1 "
      "{:.4f}  reason {:.4f}\n",
      name, outcomes.size(), share(outcomes, [](const Outcome& o) { return o.is_right(); }),
      macro_f1(outcomes), firm.size(), share(firm, [](const Outcome& o) { return o.is_right(); }),
      macro_f1(firm),
      share(outcomes, [](const Outcome& o) { return o.finding.reason == o.reason; }));
}

void print_costs(const std::vector<Outcome>& outcomes) {
  const auto count = [&](auto is_so) { return std::ranges::count_if(outcomes, is_so); };
  const auto burns = count([](const Outcome& o) {
    return !o.is_right() && o.bucket == "deterministic" && o.found() == "transient";
  });
  const auto loses = count([](const Outcome& o) {
    return !o.is_right() && o.found() == "deterministic" &&
           (o.bucket == "transient" || o.bucket == "operational");
  });
  const auto alarms = count([](const Outcome& o) { return o.is_control && o.found() != "none"; });
  const auto passed = count(
      [](const Outcome& o) { return !o.is_right() && o.bucket != "none" && o.found() == "none"; });
  std::cout << fmt::format(
      "burns retries (deterministic called transient): {}\nfails a savable job: {}\nfalse alarms "
      "on "
      "controls: {}\nfailures called fine: {}\n",
      burns, loses, alarms, passed);
}

bool is_line_rule(const std::string& id) {
  return std::ranges::find(retry::stderr_rules(), id, &retry::StderrRule::id) !=
         retry::stderr_rules().end();
}

/// Leave one group out: the rules for lines that decided in cases of that group and in no other are
/// switched off, and the group is judged without them.
void print_cross(const std::vector<json::object>& records, const std::string& by, bool is_list) {
  std::map<std::string, std::set<std::string>> groups_of_rule;
  std::map<std::string, std::vector<const json::object*>> groups;
  for (const json::object& record : records) {
    const Outcome outcome = judge(record, by);
    groups_of_rule[outcome.finding.rule].insert(outcome.group);
    groups[outcome.group].push_back(&record);
  }
  std::vector<Outcome> all;
  std::cout << fmt::format("\nwithout the rules that only the {} itself bears out:\n", by);
  for (const auto& [name, members] : groups) {
    std::set<std::string> own;
    for (const auto& [rule, where] : groups_of_rule)
      if (where == std::set<std::string>{name} && is_line_rule(rule)) own.insert(rule);
    std::vector<Outcome> outcomes;
    for (const json::object* record : members) outcomes.push_back(judge(*record, by, own));
    if (is_list) {
      for (const std::string& rule : own) std::cout << "without " << rule << "\n";
      print_differing(outcomes);
    }
    print_figures(fmt::format("{} -{}", name, own.size()), outcomes);
    std::ranges::copy(outcomes, std::back_inserter(all));
  }
  print_figures("all", all);
}

int run(const std::string& path, bool is_list, const std::string& by, const std::string& cross) {
  std::ifstream file(path);
  if (!file) {
    std::cerr << "classifier: cannot open " << path << "\n";
    return 1;
  }
  std::vector<json::object> records;
  std::size_t bytes = 0;
  for (std::string line; std::getline(file, line); bytes += line.size()) {
    auto record = base::parse_json(line, path);
    if (!record || !record->is_object()) {
      std::cerr << "classifier: a line of " << path << " is no JSON object\n";
      return 1;
    }
    records.push_back(std::move(record->get_object()));
  }
  std::vector<Outcome> outcomes;
  const auto begun = std::chrono::steady_clock::now();
  for (const json::object& record : records) outcomes.push_back(judge(record, by));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (is_list) print_differing(outcomes);
  print_matrix(outcomes);
  print_costs(outcomes);
  std::map<std::string, std::vector<Outcome>> groups;
  for (const Outcome& outcome : outcomes) groups[outcome.group].push_back(outcome);
  if (groups.size() > 1)
    for (const auto& [name, group] : groups) print_figures(name, group);
  print_figures("all", outcomes);
  std::cout << fmt::format("{:.1f} MB in {:.2f} s\n", static_cast<double>(bytes) / 1e6,
                           took.count());
  if (!cross.empty()) print_cross(records, cross, is_list);
  return 0;
}

}  // namespace
}  // namespace mpegflow

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::string path, by = "all", cross;
  bool is_list = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--list") is_list = true;
    else if (words[i] == "--by" && i + 1 < words.size()) by = words[++i];
    else if (words[i] == "--cross" && i + 1 < words.size()) cross = words[++i];
    else path = words[i];
  }
  if (path.empty()) {
    std::cerr << "usage: classifier CORPUS [--list] [--by family|version|tool|kind] [--cross "
                 "family|version]\n";
    return 2;
  }
  return mpegflow::run(path, is_list, by, cross);
}
