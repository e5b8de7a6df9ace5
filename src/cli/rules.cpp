#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/user_rules_file.h"
#include "core/retry/classify.h"
#include "core/retry/stderr_rules.h"

namespace mpegflow::cli {
namespace {

base::json::object make_record(const retry::StderrRule& rule) {
  return {
      {"id", rule.id},
      {"weight", to_word(rule.weight)},
      {"match", rule.pattern},
      {"reason", rule.reason.empty() ? base::json::value(nullptr) : base::json::value(rule.reason)},
      {"origin", "built in"}};
}

base::json::object make_record(const retry::UserRule& rule) {
  base::json::array codes;
  for (const int code : rule.exit_codes) codes.emplace_back(code);
  return {{"id", "user." + rule.id}, {"match", rule.match},
          {"exit", codes},           {"bucket", to_word(rule.bucket)},
          {"reason", rule.reason},   {"status", to_word(rule.status)},
          {"cause", rule.cause},     {"origin", "yours"}};
}

base::json::array all_records(const std::vector<retry::UserRule>& own) {
  base::json::array records;
  for (const retry::UserRule& rule : own) records.push_back(make_record(rule));
  for (const retry::StderrRule& rule : retry::stderr_rules()) records.push_back(make_record(rule));
  return records;
}

std::string text_of(const base::json::object& record, std::string_view key) {
  return base::text_or(record, key, key == "reason" ? "(by its name or the facts)" : "");
}

}  // namespace

ExitCode rules_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto own, read_user_rules_file(rules_path(arguments, context)));
  const base::json::array records = all_records(own);
  if (arguments.wants_json) {
    print_record(context,
                 base::json::object{{"classifier", retry::kClassifierVersion}, {"rules", records}});
    return ExitCode::done;
  }
  for (const auto& record : records)
    *context.out.stream << fmt::format("{:<24} {:<28} {}\n", text_of(record.as_object(), "id"),
                                       text_of(record.as_object(), "reason"),
                                       text_of(record.as_object(), "match").substr(0, 120));
  return ExitCode::done;
}

ExitCode rules_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto own, read_user_rules_file(rules_path(arguments, context)));
  for (const auto& record : all_records(own)) {
    const base::json::object& rule = record.as_object();
    if (text_of(rule, "id") != arguments.rules.rule) continue;
    if (arguments.wants_json) print_record(context, rule);
    else
      for (const auto& [key, value] : rule)
        *context.out.stream << fmt::format(
            "  {:<8} {}\n", std::string_view(key),
            value.is_string() ? std::string(value.get_string()) : base::to_canonical_json(value));
    return ExitCode::done;
  }
  return report_error(context, arguments,
                      {base::ErrorCode::not_found,
                       fmt::format("there is no rule \"{}\"; mpegflow rules list lists them",
                                   base::to_printable(arguments.rules.rule))});
}

ExitCode rules_test(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto own, read_user_rules_file(rules_path(arguments, context)));
  const retry::Log log = retry::read_log(arguments.rules.line);
  base::json::array matches;
  retry::EncoderExit exit;
  exit.exit_code = 1;
  for (const retry::UserRule& rule : own)
    if (!rule.match.empty() && retry::judge_user_rules({rule}, exit, log))
      matches.emplace_back("user." + rule.id);
  for (const retry::RuleHit& hit : retry::match_rules(log.lines))
    matches.emplace_back(hit.rule->id);
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"rules", own.size()}, {"matches", matches}});
    return ExitCode::done;
  }
  if (!arguments.classify.rules.empty())
    *context.out.stream << fmt::format("{}: {} rules, no faults\n",
                                       base::to_printable(arguments.classify.rules), own.size());
  for (const auto& id : matches) *context.out.stream << std::string_view(id.get_string()) << "\n";
  if (matches.empty() && !arguments.rules.line.empty()) *context.out.stream << "no rule matches\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
