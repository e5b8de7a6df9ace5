#include "core/retry/user_rules.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"
#include "core/retry/reasons.h"
#include "core/submit/document.h"

namespace mpegflow::retry {
namespace {

using base::json::object;
using base::json::value;
using submit::Fault;
using submit::FaultCode;

constexpr std::array<std::string_view, 12> kKeys = {"id",     "match",   "exit",   "signal",
                                                    "tool",   "version", "bucket", "status",
                                                    "reason", "action",  "cause",  "description"};
constexpr std::array<std::string_view, 6> kActions = {"higher_memory_pool",  "restage",
                                                      "other_pool",          "gpu_pool",
                                                      "pinned_version_pool", "larger_disk_pool"};

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") ==
             std::string_view::npos;
}

FindingStatus default_status(Bucket bucket) {
  switch (bucket) {
    case Bucket::none: return FindingStatus::succeeded;
    case Bucket::transient: return FindingStatus::retry;
    case Bucket::deterministic: return FindingStatus::failed_spec;
    case Bucket::operational: return FindingStatus::needs_pool;
  }
  return FindingStatus::retry;
}

class RuleReader {
 public:
  RuleReader(const submit::Document& document, std::vector<Fault>& faults)
      : document_(document), faults_(faults) {}

  std::optional<UserRule> read(const value& entry, const std::string& path) {
    path_ = path;
    const std::size_t before = faults_.size();
    if (!entry.is_object()) {
      add(path, FaultCode::wrong_type, "a rule is a mapping with id, match and reason");
      return std::nullopt;
    }
    const object& record = entry.get_object();
    for (const auto& [key, unused] : record) check_key(key);
    UserRule rule;
    rule.id = read_text(record, "id");
    if (!is_word(rule.id))
      add(at("id"), rule.id.empty() ? FaultCode::missing : FaultCode::malformed,
          "a rule needs an id of a-z, 0-9, _, . and -");
    rule.match = read_text(record, "match");
    rule.match_pattern = compile(rule.match, "match");
    rule.version = read_text(record, "version");
    rule.version_pattern = compile(rule.version, "version");
    rule.tool = read_text(record, "tool");
    read_exit_codes(record, rule);
    read_judgement(record, rule);
    if (rule.match.empty() && rule.exit_codes.empty() && !rule.signal)
      add(path, FaultCode::missing, "a rule needs match, exit or signal");
    if (faults_.size() != before) return std::nullopt;
    return rule;
  }

 private:
  std::string at(std::string_view key) const { return submit::child_path(path_, key); }

  void add(const std::string& path, FaultCode code, std::string message, std::string nearest = {}) {
    faults_.push_back(
        {path, code, std::move(message), std::move(nearest), submit::find_line(document_, path)});
  }

  void check_key(std::string_view key) {
    if (std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) return;
    add(at(key), FaultCode::unknown_key, fmt::format("no rule has the key {}", submit::quote(key)),
        base::find_nearest_word(key, kKeys).value_or(""));
  }

  std::string read_text(const object& record, std::string_view key) {
    const value* found = record.if_contains(key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    add(at(key), FaultCode::wrong_type,
        fmt::format("{} is not text", submit::describe_found(*found)));
    return {};
  }

  std::shared_ptr<const re2::RE2> compile(const std::string& pattern, std::string_view key) {
    if (pattern.empty()) return nullptr;
    re2::RE2::Options options(re2::RE2::Latin1);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_shared<const re2::RE2>(pattern, options);
    if (!compiled->ok())
      add(at(key), FaultCode::malformed,
          fmt::format("{} is no pattern of RE2: {}", submit::quote(pattern), compiled->error()));
    return compiled;
  }

  void read_exit_codes(const object& record, UserRule& rule) {
    const auto read_one = [&](const value& code) {
      if (code.is_int64() && code.get_int64() >= 0 && code.get_int64() <= 255)
        rule.exit_codes.push_back(static_cast<int>(code.get_int64()));
      else
        add(at("exit"), FaultCode::out_of_range,
            fmt::format("{} is no exit code; they go from 0 to 255", submit::describe_found(code)));
    };
    if (const value* codes = record.if_contains("exit")) {
      if (codes->is_array())
        for (const value& code : codes->get_array()) read_one(code);
      else read_one(*codes);
    }
    const value* signal = record.if_contains("signal");
    if (signal == nullptr) return;
    if (signal->is_int64() && signal->get_int64() > 0 && signal->get_int64() < 65)
      rule.signal = static_cast<int>(signal->get_int64());
    else
      add(at("signal"), FaultCode::out_of_range,
          fmt::format("{} is no signal; they go from 1 to 64", submit::describe_found(*signal)));
  }

  void read_judgement(const object& record, UserRule& rule) {
    rule.reason = read_text(record, "reason");
    const auto table = reasons();
    const auto known = std::find_if(table.begin(), table.end(), [&](const Reason& reason) {
      return reason.word == rule.reason;
    });
    const std::string bucket = read_text(record, "bucket");
    const auto parsed = parse_bucket(bucket);
    if (!is_word(rule.reason))
      add(at("reason"), rule.reason.empty() ? FaultCode::missing : FaultCode::malformed,
          "a rule needs a reason: one of our codes, or a new word with a bucket");
    if (!bucket.empty() && !parsed)
      add(at("bucket"), FaultCode::unknown_word,
          fmt::format("{} is no bucket; there are none, transient, deterministic and operational",
                      submit::quote(bucket)));
    if (known != table.end()) {
      rule.bucket = known->bucket;
      rule.status = known->status;
      rule.action = known->action;
      rule.cause = known->cause;
    } else if (bucket.empty() && is_word(rule.reason)) {
      add(at("bucket"), FaultCode::missing,
          fmt::format("{} is no reason code of ours, so the rule must name its bucket",
                      submit::quote(rule.reason)));
    }
    if (parsed && (known == table.end() || *parsed != known->bucket)) {
      rule.bucket = *parsed;
      rule.status = default_status(*parsed);
      rule.action.clear();
    }
    read_words(record, rule);
  }

  void read_words(const object& record, UserRule& rule) {
    if (const std::string status = read_text(record, "status"); !status.empty()) {
      const auto parsed = parse_finding_status(status);
      if (parsed) rule.status = *parsed;
      else
        add(at("status"), FaultCode::unknown_word,
            fmt::format("{} is no status", submit::quote(status)));
    }
    if (const std::string action = read_text(record, "action"); !action.empty()) {
      if (std::find(kActions.begin(), kActions.end(), action) == kActions.end())
        add(at("action"), FaultCode::unknown_word,
            fmt::format("{} is no action", submit::quote(action)),
            base::find_nearest_word(action, kActions).value_or(""));
      rule.action = action;
    }
    if (const std::string cause = read_text(record, "cause"); !cause.empty()) rule.cause = cause;
    if (rule.cause.empty())
      rule.cause = fmt::format("A rule of yours ({}) recognised this.", rule.id);
  }

  const submit::Document& document_;
  std::vector<Fault>& faults_;
  std::string path_;
};

bool holds(const UserRule& rule, const EncoderExit& exit) {
  if (!rule.exit_codes.empty() &&
      (!exit.exit_code || std::find(rule.exit_codes.begin(), rule.exit_codes.end(),
                                    *exit.exit_code) == rule.exit_codes.end()))
    return false;
  if (rule.signal && rule.signal != exit.signal) return false;
  if (!rule.tool.empty() && rule.tool != exit.tool) return false;
  return !rule.version_pattern || re2::RE2::PartialMatch(exit.version, *rule.version_pattern);
}

}  // namespace

UserRules read_user_rules(std::string_view text) {
  UserRules read;
  const submit::Document document = submit::read_document(text);
  read.faults = document.faults;
  if (document.value.is_null()) return read;
  const value* list =
      document.value.is_object() ? document.value.get_object().if_contains("rules") : nullptr;
  if (list == nullptr || !list->is_array()) {
    read.faults.push_back({"rules", FaultCode::missing, "the file needs a list with the key rules",
                           "", submit::find_line(document, "rules")});
    return read;
  }
  RuleReader reader(document, read.faults);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const std::string path = submit::child_path("rules", i);
    auto rule = reader.read(list->get_array()[i], path);
    if (!rule) continue;
    if (!ids.insert(rule->id).second)
      read.faults.push_back({submit::child_path(path, "id"), FaultCode::duplicate,
                             fmt::format("there are two rules {}", submit::quote(rule->id)), "",
                             submit::find_line(document, path)});
    else read.rules.push_back(std::move(*rule));
  }
  return read;
}

std::optional<Finding> judge_user_rules(const std::vector<UserRule>& rules, const EncoderExit& exit,
                                        const Log& log) {
  for (const UserRule& rule : rules) {
    if (!holds(rule, exit)) continue;
    std::vector<Evidence> evidence;
    if (rule.match_pattern) {
      const auto line =
          std::find_if(log.lines.begin(), log.lines.end(), [&](const auto& candidate) {
            return re2::RE2::PartialMatch(candidate.text, *rule.match_pattern);
          });
      if (line == log.lines.end()) continue;
      evidence.push_back({line->number, base::to_printable(line->whole.substr(0, 500))});
    }
    return Finding{rule.bucket,       rule.status, rule.reason,         rule.cause,
                   "user." + rule.id, rule.action, std::move(evidence), kClassifierVersion};
  }
  return std::nullopt;
}

}  // namespace mpegflow::retry
