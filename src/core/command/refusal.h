#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace mpegflow::command {

/// Why a command is not taken. The words are stable, as those of base::ErrorCode are.
enum class RefusalCode {
  not_ffmpeg,        ///< another program, or none
  nothing_to_do,     ///< prints something and ends, or has no output
  unknown_option,    ///< no FFmpeg from 4 to 9 has it
  missing_value,     ///< an option at the end lacks its value
  unknown_format,    ///< a format that no FFmpeg has, or none can be told from the name
  unknown_filter,    ///< a filter that no FFmpeg has
  unknown_protocol,  ///< an address of a kind that is not known
  malformed_filter,  ///< a filtergraph that cannot be read
  unclear_file,      ///< a file is read or written, but which one cannot be told
  pipe,              ///< standard input, output or another pipe
  device,            ///< a camera, a screen, a sound card
  live_address,      ///< something that is sent now or never
  network_input,     ///< an address that is neither a file nor http
  network_output,    ///< a file written somewhere else than on this machine
  plugin,            ///< code that is loaded from outside of FFmpeg
  preset_file,       ///< a preset searched in folders that only the machine knows
  script_input,      ///< a script that opens files of its own
  shell_syntax,      ///< a loop, a condition or what else only a shell understands
  shell_pipe,        ///< a pipe between programs
  shell_redirect,    ///< a stream sent to a file
  shell_variable,    ///< a value that only the shell knows
  shell_glob,        ///< names that only the shell finds
  not_staged,        ///< a file that cannot be brought to where FFmpeg runs
  leaves_nothing,    ///< there would be nothing to publish
  typographic,       ///< quotes or dashes of a text processor
};

std::string_view to_word(RefusalCode code);

struct Refusal {
  RefusalCode code = RefusalCode::not_ffmpeg;
  std::string message;  ///< what, why, and what to do; for people

  bool operator==(const Refusal&) const = default;
};

template <class T>
using Outcome = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(RefusalCode code, std::string message) {
  return tl::unexpected<Refusal>(Refusal{code, std::move(message)});
}

}  // namespace mpegflow::command
