#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/ffmpeg_command.h"
#include "cli/output.h"
#include "core/submit/read_spec.h"

namespace mpegflow::cli {
namespace {

base::json::array to_array(const std::vector<std::string>& paths) {
  base::json::array array;
  for (const std::string& path : paths)
    array.emplace_back(base::is_valid_utf8(path) ? path : base::to_printable(path));
  return array;
}

base::json::object make_record(const command::Refusal& refusal) {
  return {{"code", to_word(refusal.code)}, {"message", refusal.message}};
}

struct Roles {
  std::vector<std::string> inputs, reads, outputs, writes;
};

Roles roles_of(const command::CommandLine& line) {
  return {line.list(command::Role::input), line.list(command::Role::read),
          line.list(command::Role::output), line.list(command::Role::write)};
}

void print_text(Context& context, const Roles& roles) {
  const auto print = [&](std::string_view name, const std::vector<std::string>& paths) {
    for (const std::string& path : paths)
      *context.out.stream << fmt::format("{:<8} {}\n", name, base::to_printable(path));
  };
  print("input", roles.inputs);
  print("read", roles.reads);
  print("output", roles.outputs);
  print("write", roles.writes);
}

}  // namespace

ExitCode spec_from_command(const Arguments& arguments, Context& context) {
  const auto line = read_ffmpeg_command(arguments.command_words, context);
  Roles roles;
  if (line) roles = roles_of(*line);
  base::json::value refused = nullptr, spec = nullptr, spec_refused = nullptr;
  if (line) {
    const auto job = make_command_job(*line, context);
    if (job) spec = submit::to_json(job->spec);
    else spec_refused = make_record(job.error());
  }
  if (!line)
    refused =
        base::json::object{{"code", to_word(line.error().code)}, {"message", line.error().message}};
  if (arguments.wants_json) {
    print_record(context, base::json::object{{"inputs", to_array(roles.inputs)},
                                             {"reads", to_array(roles.reads)},
                                             {"outputs", to_array(roles.outputs)},
                                             {"writes", to_array(roles.writes)},
                                             {"refused", refused},
                                             {"spec", spec},
                                             {"spec_refused", spec_refused}});
  } else if (line) {
    print_text(context, roles);
    if (!spec.is_null()) *context.out.stream << base::to_pretty_json(spec);
    if (!spec_refused.is_null())
      *context.err.stream << fmt::format("mpegflow: there is no spec for it ({}): {}\n",
                                         base::text_or(spec_refused.get_object(), "code"),
                                         base::text_or(spec_refused.get_object(), "message"));
  } else {
    *context.err.stream << fmt::format("mpegflow: refused ({}): {}\n", to_word(line.error().code),
                                       line.error().message);
  }
  return line ? ExitCode::done : ExitCode::spec_invalid;
}

}  // namespace mpegflow::cli
