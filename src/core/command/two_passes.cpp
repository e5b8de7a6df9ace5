#include "core/command/two_passes.h"

#include "core/command/parse_command.h"
#include "core/command/shell_text.h"

namespace mpegflow::command {

Outcome<std::vector<std::string>> make_two_passes(std::span<const std::string> words,
                                                  const OptionTable& table) {
  const auto commands = read_words(words);
  if (!commands) return tl::unexpected(commands.error());
  if (commands->size() != 1)
    return refuse(RefusalCode::unclear_file, "two passes can be made of one command, not of more");
  const auto parsed = parse_command(commands->front().words, table);
  if (!parsed) return tl::unexpected(parsed.error());
  if (parsed->outputs.size() != 1 || parsed->outputs.front().find("pass") != nullptr)
    return refuse(RefusalCode::unclear_file,
                  "two passes can be made of a command with one output and without -pass");
  const auto output = static_cast<std::ptrdiff_t>(parsed->outputs.front().word);
  const std::vector<std::string>& all = parsed->words;
  std::vector<std::string> made = {"ffmpeg"};
  made.insert(made.end(), all.begin(), all.begin() + output);
  made.insert(made.end(), {"-pass", "1", "-an", "-sn", "-f", "null", "/dev/null", "&&", "ffmpeg"});
  made.insert(made.end(), all.begin(), all.begin() + output);
  made.insert(made.end(), {"-pass", "2"});
  made.insert(made.end(), all.begin() + output, all.end());
  return made;
}

}  // namespace mpegflow::command
