#include "cli/grammar/common.h"
#include "cli/grammar/families.h"

namespace mpegflow::cli::grammar {
namespace {

void add_spec_words(const Syntax& command, Arguments& arguments) {
  command.required_word("FILE", &arguments.file, "Job spec in YAML or JSON");
  command.option("-o,--output", &arguments.output, "Output of a spec that has none", "PATH");
}

void add_specs(const Syntax& root, Arguments& arguments) {
  const Syntax spec = root.add_noun("spec", "Look at job specs");
  const Syntax check = spec.add("check", "Check a spec and list every fault");
  add_json(check, arguments);
  add_spec_words(check, arguments);
  spec.add("schema", "Print the JSON Schema of job specs");
  const Syntax plan = spec.add("plan", "Print tasks and command lines without encoding");
  add_spec_words(plan, arguments);
  plan.choice("--format", &arguments.format, "text, json or dot", "FORMAT",
              {"text", "json", "dot"});
  plan.flag(
      "--json", [&arguments] { arguments.format = "json", arguments.wants_json = true; },
      "The same as --format json");
  const Syntax from_command =
      spec.add("from-command", "Tell which files an FFmpeg command opens, and in which role");
  add_json(from_command, arguments);
  from_command.footer("mpegflow spec from-command [--json] -- ffmpeg ARGUMENT...");
}

void add_presets(const Syntax& root, Arguments& arguments) {
  const Syntax preset = root.add_noun("preset", "Look at presets: ladders that are ready to use");
  add_json(preset.add("list", "List the presets, built in and your own"), arguments);
  const Syntax show = preset.add("show", "Show what a preset sets");
  add_json(show, arguments);
  show.required_word("PRESET", &arguments.preset, "NAME or NAME@VERSION");
  const Syntax check = preset.add("check", "Check a preset's file and list every fault");
  add_json(check, arguments);
  check.required_word("FILE", &arguments.file, "A preset in YAML or JSON");
}

}  // namespace

void add_documents(const Syntax& root, Arguments& arguments) {
  add_specs(root, arguments);
  add_presets(root, arguments);
}

base::Result<void> finish_spec_from_command(const Arguments& arguments) {
  if (arguments.command_words.empty())
    return usage("there is no command behind --: mpegflow spec from-command -- ffmpeg ARGUMENT...");
  return {};
}

}  // namespace mpegflow::cli::grammar
