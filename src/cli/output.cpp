#include "cli/output.h"

#include "base/text.h"
#include "core/queue/task_state.h"

namespace mpegflow::cli {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::red: return "31";
    case Colour::green: return "32";
    case Colour::yellow: return "33";
    case Colour::plain: break;
  }
  return "0";
}

/// Printable, but the lines of a message stay lines.
std::string to_printable_lines(std::string_view text) {
  std::string made;
  for (const std::string& line : base::split(text, '\n'))
    made += (made.empty() ? "" : "\n") + base::to_printable(line);
  return made;
}

void print_error(Context& context, const base::Error& error) {
  *context.err.stream << "mpegflow: " << paint(context, context.err, Colour::red, "error:") << " "
                      << to_printable_lines(error.message) << "\n";
}

}  // namespace

int find_width(const Context& context) {
  return context.out.is_terminal && context.terminal_width ? context.terminal_width() : 0;
}

std::string find_variable(const Context& context, const char* name) {
  const auto found = context.environment.find(name);
  return found == context.environment.end() ? "" : found->second;
}

bool has_colours(const Context& context, const Stream& stream) {
  return stream.is_terminal && find_variable(context, "NO_COLOR").empty() &&
         find_variable(context, "TERM") != "dumb";
}

std::string paint(const Context& context, const Stream& stream, Colour colour,
                  std::string_view text) {
  if (colour == Colour::plain || !has_colours(context, stream)) return std::string(text);
  return "\x1b[" + std::string(code_of(colour)) + "m" + std::string(text) + "\x1b[0m";
}

void print_record(Context& context, const base::json::value& record) {
  *context.out.stream << base::to_pretty_json(record);
}

base::json::object to_error_record(const base::Error& error) {
  // A message may hold a file name of any bytes; JSON may not.
  const std::string message =
      base::is_valid_utf8(error.message) ? error.message : to_printable_lines(error.message);
  return {{"error", {{"code", base::to_word(error.code)}, {"message", message}}}};
}

ExitCode report_error(Context& context, const Arguments& arguments, const base::Error& error) {
  print_error(context, error);
  if (arguments.wants_json) print_record(context, to_error_record(error));
  return to_exit_code(error.code);
}

ExitCode report_error(Context& context, const RunOptions& options, const base::Error& error) {
  print_error(context, error);
  if (options.is_json) *context.out.stream << base::json::serialize(to_error_record(error)) << "\n";
  return to_exit_code(error.code);
}

}  // namespace mpegflow::cli
