#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/exit_codes.h"

namespace mpegflow::cli {

/// Of the environment; "" without it.
std::string find_variable(const Context& context, const char* name);

enum class Colour { plain, red, green, yellow };

/// `text` in a colour where the stream is a terminal that wants colours (NO_COLOR, TERM=dumb).
std::string paint(const Context& context, const Stream& stream, Colour colour,
                  std::string_view text);
bool has_colours(const Context& context, const Stream& stream);

/// Prints the record, as one document.
void print_record(Context& context, const base::json::value& record);

/// `mpegflow: error: …` on standard error; with --json also {"error": {code, message}} on standard
/// output. The exit code is that of the error's code.
ExitCode report_error(Context& context, const Arguments& arguments, const base::Error& error);

/// The same for `run`, whose JSON is one document a line.
ExitCode report_error(Context& context, const RunOptions& options, const base::Error& error);

/// {"error": {"code": …, "message": …}}
base::json::object to_error_record(const base::Error& error);

}  // namespace mpegflow::cli

/// Declares or assigns `target` from the value of `expression` (a Result), or reports its error and
/// returns the exit code. For commands, which have `arguments` and `context`.
#define ASSIGN_OR_REPORT(target, expression) \
  ASSIGN_OR_REPORT_INNER(MPEGFLOW_CONCAT(mpegflow_result_, __LINE__), target, expression)
#define ASSIGN_OR_REPORT_INNER(name, target, expression)                        \
  auto name = (expression);                                                     \
  if (!name.has_value()) return report_error(context, arguments, name.error()); \
  target = std::move(name).value()
