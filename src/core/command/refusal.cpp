#include "core/command/refusal.h"

namespace mpegflow::command {

std::string_view to_word(RefusalCode code) {
  switch (code) {
    case RefusalCode::not_ffmpeg: return "not_ffmpeg";
    case RefusalCode::nothing_to_do: return "nothing_to_do";
    case RefusalCode::unknown_option: return "unknown_option";
    case RefusalCode::missing_value: return "missing_value";
    case RefusalCode::unknown_format: return "unknown_format";
    case RefusalCode::unknown_filter: return "unknown_filter";
    case RefusalCode::unknown_protocol: return "unknown_protocol";
    case RefusalCode::malformed_filter: return "malformed_filter";
    case RefusalCode::unclear_file: return "unclear_file";
    case RefusalCode::pipe: return "pipe";
    case RefusalCode::device: return "device";
    case RefusalCode::live_address: return "live_address";
    case RefusalCode::network_input: return "network_input";
    case RefusalCode::network_output: return "network_output";
    case RefusalCode::plugin: return "plugin";
    case RefusalCode::preset_file: return "preset_file";
    case RefusalCode::script_input: return "script_input";
    case RefusalCode::shell_syntax: return "shell_syntax";
    case RefusalCode::shell_pipe: return "shell_pipe";
    case RefusalCode::shell_redirect: return "shell_redirect";
    case RefusalCode::shell_variable: return "shell_variable";
    case RefusalCode::shell_glob: return "shell_glob";
    case RefusalCode::not_staged: return "not_staged";
    case RefusalCode::leaves_nothing: return "leaves_nothing";
    case RefusalCode::typographic: return "typographic";
  }
  return "not_ffmpeg";
}

}  // namespace mpegflow::command
