// FFmpeg's command lines and scripts as users paste them, and what an FFmpeg prints about itself.

#include "core/command/command_line.h"
#include "core/command/full_help.h"
#include "core/command/options_record.h"
#include "core/command/shell_text.h"
#include "core/command/shell_token.h"
#include "core/encode/capability_lists.h"
#include "core/submit/command_line.h"
#include "core/verify/command_shape.h"
#include "core/verify/written_playlist.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mpegflow;
  const auto [choice, text] = fuzz::split_choice(data, size);
  switch (choice % 5) {
    case 0: command::read_shell_text(text); break;
    case 1: {
      const auto words = submit::split_command_line(text);
      if (!words) break;
      static const command::OptionTable table;
      command::read_command_line(*words, table);
      break;
    }
    case 2: verify::read_written_playlist(text); break;
    case 3:
      command::parse_full_help(text);
      command::parse_binary_options(text);
      break;
    default:
      encode::parse_capability_list("encoders", text);
      encode::parse_font_families(text);
      command::read_token(text);
      verify::parse_time(text);
  }
  return 0;
}
