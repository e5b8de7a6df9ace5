#include "cli/grammar/common.h"
#include "cli/grammar/families.h"

namespace mpegflow::cli::grammar {
namespace {

void add_rules_file(const Syntax& command, Arguments& arguments) {
  command.option("--rules", &arguments.classify.rules, "Your own rules, in YAML or JSON", "FILE");
}

void add_classify(const Syntax& root, Arguments& arguments) {
  const Syntax classify =
      root.add("classify", "Say what an exit of ffmpeg or ffprobe means, from its log");
  ClassifyWords& words = arguments.classify;
  add_json(classify, arguments);
  // Windows tells -22 as 4294967274.
  classify.option("--exit-code", &words.exit_code, "As the system told it; -1 with a signal", "N");
  classify.option("--signal", &words.signal, "That ended it; 0: none", "N");
  classify.option("--stderr", &words.stderr_file, "Its standard error (default: - = stdin)",
                  "FILE");
  classify.option("--facts", &words.facts, "JSON: what is known besides the log", "FILE");
  classify.option("--tool", &words.tool, "ffmpeg or ffprobe (default: ffmpeg)", "NAME");
  add_rules_file(classify, arguments);
}

void add_rules(const Syntax& root, Arguments& arguments) {
  const Syntax rules = root.add_noun("rules", "Look at the rules of classify, and check your own");
  const Syntax list = rules.add("list", "List the rules that read a log, your own first");
  const Syntax show = rules.add("show", "Show a rule");
  const Syntax test = rules.add("test", "Check a file of rules, and try the rules on a message");
  for (const Syntax& command : {list, show, test}) {
    add_json(command, arguments);
    add_rules_file(command, arguments);
  }
  show.required_word("RULE", &arguments.rules.rule, "Its id");
  test.option("--line", &arguments.rules.line, "A line of a log", "TEXT");
}

}  // namespace

void add_verdicts(const Syntax& root, Arguments& arguments) {
  add_classify(root, arguments);
  add_rules(root, arguments);
}

}  // namespace mpegflow::cli::grammar
