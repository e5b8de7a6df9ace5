#include "cli/user_rules_file.h"

#include "base/text.h"

namespace mpegflow::cli {

base::Result<std::vector<retry::UserRule>> read_user_rules_file(const base::Path& file) {
  if (file.empty()) return std::vector<retry::UserRule>();
  ASSIGN_OR_RETURN(const std::string text, base::read_file(file));
  retry::UserRules read = retry::read_user_rules(text);
  if (read.faults.empty()) return std::move(read.rules);
  std::string message = submit::to_text(read.faults, base::to_printable(file.filename().native()));
  while (message.ends_with('\n')) message.pop_back();
  return base::fail(base::ErrorCode::invalid_spec, std::move(message));
}

base::Path rules_path(const Arguments& arguments, const Context& context) {
  const std::string& file = arguments.classify.rules;
  return file.empty() ? base::Path(context.config.rules.text) : context.working_directory / file;
}

}  // namespace mpegflow::cli
