#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace mpegflow::base {

/// The stable words of everything we expect to go wrong. The same word stands in the API, in --json
/// output, in the log and in the tests; docs/generated/error_codes.md lists them. Never renamed,
/// never reused.
enum class ErrorCode {
  invalid_argument,  ///< A command line or a call is malformed.
  invalid_spec,      ///< A job spec has faults; the message lists all of them.
  not_found,         ///< No such job, task, attempt, file or object.
  superseded,  ///< The claim shown is no longer the task's claim: a newer one exists, or the task
               ///< has ended.
  illegal_transition,  ///< The state table has no such row; nothing was changed.
  already_running,     ///< A live process holds this job.
  quarantined,         ///< Too much failed on this host: it gets no tasks for a while.
  state_newer,         ///< The state directory was written by a newer mpegflow.
  state_unusable,      ///< The state directory cannot be used: network file system, not writable,
                       ///< damaged.
  disk_full,           ///< No space left where the message says.
  store_failed,        ///< The database refused an operation for a reason that is not ours.
  input_not_found,     ///< An input does not exist.
  input_forbidden,     ///< An input exists but may not be read.
  input_invalid,       ///< An input is not a file, or is not media that we accept.
  input_changed,       ///< An input changed while it was read.
  output_unwritable,   ///< The output cannot be created or written.
  output_forbidden,    ///< The output may not be written by this user.
  output_readonly,     ///< The output is on a read-only file system.
  output_invalid,      ///< An encoder wrote something else than what was asked of it.
  ffmpeg_missing,      ///< No usable ffmpeg or ffprobe was found.
  process_failed,      ///< A subprocess could not be started.
  object_missing,      ///< An object that the store says is committed is not there.
  io_failed,           ///< Reading or writing a file failed for a reason without a word of its own.
  interrupted,         ///< We were asked to stop.
  server_unreachable,  ///< No server of ours answers at the address.
  unauthenticated,     ///< The server was asked without a key, or with one that it does not know.
  forbidden,           ///< The key may not do that, or the request comes from another site.
  too_large,           ///< The body of a request is longer than it may be.
  too_many_requests,   ///< Asked too often; the same request is taken a little later.
  internal,            ///< A bug of ours: an invariant did not hold.
};

/// The word of `code`, as it stands in every output.
std::string_view to_word(ErrorCode code);
/// The code of a word; nullopt if it is none of ours.
std::optional<ErrorCode> parse_error_code(std::string_view word);

/// Something we must expect. `message` says what, where, why and what to do; tests look at `code`
/// only.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// A bug of ours, our only exception. Thrown by check(), caught in the outer loops alone (request,
/// task, duty, main).
struct InvariantViolation {
  std::string what;
};

/// Throws InvariantViolation unless `condition` holds. Never for input, only for what our own code
/// promises.
inline void check(bool condition, std::string_view what) {
  if (!condition) throw InvariantViolation{std::string(what)};
}

}  // namespace mpegflow::base

#define MPEGFLOW_CONCAT_INNER(a, b) a##b
#define MPEGFLOW_CONCAT(a, b) MPEGFLOW_CONCAT_INNER(a, b)

/// Returns the error of `expression` (a Result) from the enclosing function, if it is one.
#define RETURN_IF_ERROR(expression)                                        \
  do {                                                                     \
    if (auto mpegflow_result = (expression); !mpegflow_result.has_value()) \
      return tl::unexpected(std::move(mpegflow_result).error());           \
  } while (false)

/// Declares or assigns `target` from the value of `expression` (a Result), or returns its error.
#define ASSIGN_OR_RETURN(target, expression) \
  ASSIGN_OR_RETURN_INNER(MPEGFLOW_CONCAT(mpegflow_result_, __LINE__), target, expression)
#define ASSIGN_OR_RETURN_INNER(name, target, expression)                 \
  auto name = (expression);                                              \
  if (!name.has_value()) return tl::unexpected(std::move(name).error()); \
  target = std::move(name).value()
