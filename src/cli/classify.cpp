#include "core/retry/classify.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/user_rules_file.h"
#include "core/retry/exit_record.h"

namespace mpegflow::cli {
namespace {

base::Result<std::string> read_text(const std::string& file, const Context& context) {
  if (file.empty() || file == "-") return context.read_standard_input();
  return base::read_file(context.working_directory / file);
}

base::Result<retry::EncoderExit> read_exit(const Arguments& arguments, const Context& context) {
  const ClassifyWords& words = arguments.classify;
  retry::EncoderExit exit;
  if (!words.facts.empty()) {
    ASSIGN_OR_RETURN(const std::string text, read_text(words.facts, context));
    ASSIGN_OR_RETURN(const base::json::value facts, base::parse_json(text, words.facts));
    if (!facts.is_object())
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("{} does not hold a JSON object", words.facts));
    retry::read_exit_facts(facts.get_object(), exit);
  }
  if (!words.tool.empty()) exit.tool = words.tool;
  retry::read_exit_status(words.exit_code, words.signal, exit);
  ASSIGN_OR_RETURN(exit.stderr_text, read_text(words.stderr_file, context));
  return exit;
}

std::string explain_status(retry::FindingStatus status) {
  using enum retry::FindingStatus;
  switch (status) {
    case succeeded: return "nothing went wrong";
    case failed_input: return "the input is at fault: trying again cannot help";
    case failed_spec: return "the job is at fault: trying again cannot help";
    case retry: return "the same command can succeed when it is run again";
    case needs_pool: return "the same command can succeed on another worker";
    case needs_fix: return "somebody must mend this worker first";
    case cancelled: return "it was stopped because it was asked to";
  }
  return "";
}

void print_finding(const retry::Finding& finding, std::ostream& out) {
  out << finding.cause << "\n\n"
      << fmt::format("  bucket   {}\n  reason   {}\n  status   {}: {}\n", to_word(finding.bucket),
                     finding.reason, to_word(finding.status), explain_status(finding.status));
  if (!finding.action.empty()) out << fmt::format("  action   {}\n", finding.action);
  out << fmt::format("  rule     {} (classifier {})\n", finding.rule, finding.classifier);
  for (const retry::Evidence& line : finding.evidence)
    out << fmt::format("  line {:<4}{}\n", line.line, line.text);
}

}  // namespace

ExitCode classify(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const retry::EncoderExit exit, read_exit(arguments, context));
  ASSIGN_OR_REPORT(const auto rules, read_user_rules_file(rules_path(arguments, context)));
  const retry::Finding finding = retry::classify(exit, rules);
  if (arguments.wants_json) print_record(context, retry::to_json(finding));
  else print_finding(finding, *context.out.stream);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
