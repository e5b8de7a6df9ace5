#include <algorithm>
#include <deque>

// CLI11 predates our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop
#include <fmt/format.h>

#include "base/text.h"
#include "cli/arguments.h"
#include "core/submit/fault.h"
#include "core/submit/preset.h"
#include "core/submit/quantity.h"
#include "core/upkeep/retention.h"
#include "store/op.h"

namespace mpegflow::cli {
namespace {

constexpr const char* kDescription =
    "mpegflow makes FFmpeg jobs durable: every task is retried, verified and on the record.";
constexpr const char* kFooter =
    "JOB is an id, the start of one, or \"last\". TASK is JOB/KEY or an id.\n"
    "Settings come from flags and the environment (mpegflow config show).\n";

std::string quote(std::string_view text) {
  return "\"" + base::to_printable(text) + "\"";
}

tl::unexpected<base::Error> usage(std::string message) {
  return base::fail(base::ErrorCode::invalid_argument, std::move(message));
}

/// The grammar. Values go straight into `arguments`, which must stay where it is.
class Grammar {
 public:
  explicit Grammar(Arguments& arguments) : arguments_(arguments), app_(kDescription, "mpegflow") {
    app_.require_subcommand(1);
    app_.set_help_flag("-h,--help", "Print this help");
    app_.footer(kFooter);
    add_run();
    add_job();
    add_task();
    add_lane();
    add_dlq();
    add_pool();
    add_worker();
    add_spec();
    add_preset();
    add_classify();
    add_serve();
    add_key();
    add_rest();
  }

  CLI::App& app() { return app_; }

  std::string find_command() const {
    std::string command;
    for (const CLI::App* app = &app_; !app->get_subcommands().empty();) {
      app = app->get_subcommands().front();
      command += (command.empty() ? "" : " ") + app->get_name();
    }
    return command;
  }

  std::vector<std::string> run_words;  ///< INPUT or SPEC
  std::vector<std::string> help_words;
  std::string memory;

 private:
  CLI::App* add(CLI::App* parent, const char* name, const char* description) {
    return parent->add_subcommand(name, description);
  }
  CLI::App* add_noun(const char* name, const char* description) {
    CLI::App* noun = app_.add_subcommand(name, description);
    noun->require_subcommand(1);
    return noun;
  }
  void add_json(CLI::App* command) {
    command->add_flag("--json", arguments_.wants_json, "Print a JSON record");
  }
  void add_state(CLI::App* command) {
    command
        ->add_option("--state", arguments_.flags.state_directory,
                     "State directory (default: MPEGFLOW_STATE)")
        ->type_name("DIRECTORY");
  }
  CLI::App* add_read(CLI::App* parent, const char* name, const char* description) {
    CLI::App* command = add(parent, name, description);
    add_json(command);
    add_state(command);
    return command;
  }

  void add_run() {
    CLI::App* run = add_read(&app_, "run", "Run a job here and wait for its end");
    RunOptions& options = arguments_.run;
    run->add_option("INPUT", run_words,
                    "A job spec (.yaml, .yml, .json), or with --ladder a media file")
        ->type_name("");
    run->add_option("--script", options.script, "A file of FFmpeg commands, one a line")
        ->type_name("FILE");
    run->add_flag("--two-pass", options.is_two_pass,
                  "Make two passes of the FFmpeg command, which has a bit rate and one output");
    run->footer("mpegflow run [OPTIONS] -- ffmpeg ARGUMENT... runs that command as a job.");
    run->add_option("--ladder", options.ladder, "Make what this preset says of INPUT: hls-h264")
        ->type_name("NAME[@VERSION]");
    run->add_option("-o,--output", options.output, "Folder or file to publish to")
        ->type_name("PATH");
    run->add_flag("--again", options.is_again,
                  "A new job even if the same command has an answer already; an\n"
                  "idempotency key is the new job's from then on");
    run->add_flag("-q,--quiet", options.is_quiet, "No progress, only how it ended");
    run->add_option("-j,--jobs", arguments_.flags.jobs, "Encoders at once (default: cores)")
        ->type_name("N");
    run->add_option("--memory", memory, "Memory per task, as in 2GiB")->type_name("SIZE");
    run->add_option("--sandbox", arguments_.flags.sandbox, "auto, on or off")->type_name("MODE");
  }

  void add_job() {
    CLI::App* job = add_noun("job", "Look at jobs");
    CLI::App* list = add_read(job, "list", "List jobs, newest first");
    list->add_option("-n,--limit", arguments_.limit, "At most so many jobs (default 20)")
        ->type_name("N");
    list->add_option("--before", arguments_.before, "Only jobs older than this one")
        ->type_name("JOB");
    add_job_word(add_read(job, "show", "Show a job and its tasks"));
    add_job_word(add_read(job, "events", "Tell the whole story of a job"));
    add_job_word(add_read(job, "cancel", "Stop a job, also one that another process runs"));
    CLI::App* reprocess = add_read(job, "reprocess", "Give what failed of a job another chance");
    add_job_word(reprocess);
    reprocess->add_option("--task", arguments_.task_key, "Only this task and what waits for it")
        ->type_name("KEY");
    add_another_way(reprocess);
  }
  void add_another_way(CLI::App* command) {
    command->add_option("--pool", arguments_.pool, "Run it in this pool")->type_name("POOL");
    command->add_option("--revision", arguments_.revision, "Run it with this encoder revision (id)")
        ->type_name("REVISION");
  }

  void add_dlq() {
    CLI::App* dlq = add_noun("dlq", "Look at dead letters, and give them another chance");
    add_read(dlq, "list", "List what is dead, in groups that failed alike");
    CLI::App* show = add_read(dlq, "show", "Show a group or a dead task");
    show->add_option("GROUP|TASK", arguments_.letter, "Start of a signature, JOB/KEY or an id")
        ->required()
        ->type_name("");
    CLI::App* reprocess = add_read(dlq, "reprocess", "Give dead letters another chance");
    DeadLetterWords& words = arguments_.letters;
    reprocess->add_option("GROUP|TASK", arguments_.letter, "Start of a signature, JOB/KEY or an id")
        ->type_name("");
    reprocess->add_flag("--all", words.is_all, "All there are");
    reprocess->add_option("--reason", words.reason, "Only those of this reason")->type_name("WORD");
    reprocess->add_option("--bucket", words.bucket, "Only transient or operational ones")
        ->check(CLI::IsMember({"transient", "operational"}))
        ->type_name("WORD");
    reprocess->add_option("--lane", words.lane, "Only those of this lane")->type_name("LANE");
    reprocess->add_option("--tenant", words.tenant, "Only those of this tenant")->type_name("NAME");
    reprocess->add_option("--of-revision", words.revision, "Only those of this encoder revision")
        ->type_name("REVISION");
    reprocess
        ->add_option("--since", words.since, "Only those that died since then, or so long ago (2h)")
        ->type_name("TIME");
    reprocess->add_option("--rate", words.rate, "So many a minute, as in 30/min; the rest waits")
        ->type_name("N/min");
    add_another_way(reprocess);
  }

  void add_pool() {
    CLI::App* pool = add_noun("pool", "Look at pools, and change them");
    add_read(pool, "list", "List the pools and what waits in them");
    CLI::App* show = add_read(pool, "show", "Show a pool");
    CLI::App* set = add_read(pool, "set", "Make or change a pool");
    for (CLI::App* command : {show, set})
      command->add_option("POOL", arguments_.pool, "Its name")->required()->type_name("");
    PoolWords& words = arguments_.pool_words;
    set->add_option("--memory", words.memory, "Memory of each task there, as in 4GiB; 0: not told")
        ->type_name("SIZE");
    set->add_option("--next", words.next, "Where tasks go that need more memory; none: nowhere")
        ->type_name("POOL");
    set->add_option("--description", words.description, "For people")->type_name("TEXT");
  }

  void add_worker() {
    CLI::App* worker = add_noun("worker", "Look at the hosts that do the work");
    add_read(worker, "list", "List the hosts, and which get no tasks");
    CLI::App* show = add_read(worker, "show", "Show a host");
    CLI::App* release = add_read(worker, "release", "End the quarantine of a host");
    for (CLI::App* command : {show, release})
      command->add_option("HOST", arguments_.host, "Its name")->required()->type_name("");
  }
  void add_job_word(CLI::App* command) {
    command->add_option("JOB", arguments_.job, "Id, start of one, or \"last\"")
        ->required()
        ->type_name("");
  }

  void add_task() {
    CLI::App* task = add_noun("task", "Look at tasks");
    add_task_word(add_read(task, "show", "Show a task and its attempts"));
    CLI::App* log = add_read(task, "log", "Print what FFmpeg wrote to standard error");
    add_task_word(log);
    log->add_option("--attempt", arguments_.attempt, "Number of the attempt (default: the last)")
        ->type_name("N");
  }
  void add_task_word(CLI::App* command) {
    command->add_option("TASK", arguments_.task, "JOB/KEY, or an id")->required()->type_name("");
  }

  void add_lane() {
    LaneOptions& options = arguments_.lane;
    CLI::App* lane = add_noun("lane", "Look at lanes and change what they may have");
    add_read(lane, "list", "List lanes: weights, bounds, limits and what waits");
    add_lane_word(add_read(lane, "show", "Show a lane in every pool, and who changed its limits"));
    CLI::App* set = add_read(lane, "set", "Change a lane's weight, reserved slots or cap");
    add_lane_word(set);
    set->add_option("--weight", options.weight, "Share of the claims, 1 to 100")->type_name("N");
    set->add_option("--reserved", options.reserved, "Slots of a pool kept free for the lane")
        ->type_name("N");
    set->add_option("--cap", options.cap_text, "Most tasks that run at once in a pool, or none")
        ->type_name("N");
    set->add_option("--pool", options.pool, "Only in this pool (reserved and cap)")
        ->type_name("POOL");
  }
  void add_lane_word(CLI::App* command) {
    command->add_option("LANE", arguments_.lane.name, "live, vod or bulk")
        ->required()
        ->type_name("");
  }

  void add_spec() {
    CLI::App* spec = add_noun("spec", "Look at job specs");
    CLI::App* check = add(spec, "check", "Check a spec and list every fault");
    add_json(check);
    add_file(check);
    add(spec, "schema", "Print the JSON Schema of job specs");
    CLI::App* plan = add(spec, "plan", "Print tasks and command lines without encoding");
    add_file(plan);
    plan->add_option("--format", arguments_.format, "text, json or dot")
        ->check(CLI::IsMember({"text", "json", "dot"}))
        ->type_name("FORMAT");
    CLI::App* from_command =
        add(spec, "from-command", "Tell which files an FFmpeg command opens, and in which role");
    add_json(from_command);
    from_command->footer("mpegflow spec from-command [--json] -- ffmpeg ARGUMENT...");
    plan->add_flag_callback(
        "--json", [this] { arguments_.format = "json", arguments_.wants_json = true; },
        "The same as --format json");
  }
  void add_file(CLI::App* command) {
    command->add_option("FILE", arguments_.file, "Job spec in YAML or JSON")
        ->required()
        ->type_name("");
    command->add_option("-o,--output", arguments_.output, "Output of a spec that has none")
        ->type_name("PATH");
  }

  void add_preset() {
    CLI::App* preset = add_noun("preset", "Look at presets: ladders that are ready to use");
    add_json(add(preset, "list", "List the presets, built in and your own"));
    CLI::App* show = add(preset, "show", "Show what a preset sets");
    add_json(show);
    show->add_option("PRESET", arguments_.preset, "NAME or NAME@VERSION")
        ->required()
        ->type_name("");
    CLI::App* check = add(preset, "check", "Check a preset's file and list every fault");
    add_json(check);
    check->add_option("FILE", arguments_.file, "A preset in YAML or JSON")
        ->required()
        ->type_name("");
  }

  void add_classify() {
    CLI::App* classify =
        add(&app_, "classify", "Say what an exit of ffmpeg or ffprobe means, from its log");
    ClassifyWords& words = arguments_.classify;
    add_json(classify);
    // Windows tells -22 as 4294967274.
    classify
        ->add_option_function<std::int64_t>(
            "--exit-code",
            [&words](std::int64_t code) {
              words.exit_code = static_cast<int>(
                  code > 255 ? code & 255 : std::max<std::int64_t>(code, INT32_MIN));
            },
            "As the system told it; -1 with a signal")
        ->type_name("N");
    classify->add_option("--signal", words.signal, "That ended it; 0: none")->type_name("N");
    classify->add_option("--stderr", words.stderr_file, "Its standard error (default: - = stdin)")
        ->type_name("FILE");
    classify->add_option("--facts", words.facts, "JSON: what is known besides the log")
        ->type_name("FILE");
    classify->add_option("--tool", words.tool, "ffmpeg or ffprobe (default: ffmpeg)")
        ->type_name("NAME");
    add_rules_file(classify);
    CLI::App* rules = add_noun("rules", "Look at the rules of classify, and check your own");
    CLI::App* list = add(rules, "list", "List the rules that read a log, your own first");
    CLI::App* show = add(rules, "show", "Show a rule");
    CLI::App* test = add(rules, "test", "Check a file of rules, and try the rules on a message");
    for (CLI::App* command : {list, show, test}) {
      add_json(command);
      add_rules_file(command);
    }
    show->add_option("RULE", arguments_.rules.rule, "Its id")->required()->type_name("");
    test->add_option("--line", arguments_.rules.line, "A line of a log")->type_name("TEXT");
  }
  void add_rules_file(CLI::App* command) {
    command->add_option("--rules", arguments_.classify.rules, "Your own rules, in YAML or JSON")
        ->type_name("FILE");
  }

  void add_serve() {
    CLI::App* serve = add(&app_, "serve", "Serve jobs over HTTP, with a worker inside");
    add_state(serve);
    ConfigFlags& flags = arguments_.flags;
    serve
        ->add_option("--listen", flags.listen,
                     "Also on these addresses, as in 127.0.0.1:8080,[::1]:8080; each request\n"
                     "there needs a key")
        ->type_name("ADDRESS:PORT");
    serve->add_option("--socket", flags.socket, "Local socket (default: STATE/mpegflow.sock)")
        ->type_name("PATH");
    serve
        ->add_option("--root", flags.roots,
                     "Folders, with : between, that clients on the network may name files in")
        ->type_name("FOLDERS");
    serve->add_option("--host-name", flags.host_names, "Names that the server is asked under")
        ->type_name("NAMES");
    serve
        ->add_option("--tls-cert", flags.tls_certificate,
                     "Certificate chain (PEM): TLS on --listen")
        ->type_name("FILE");
    serve->add_option("--tls-key", flags.tls_key, "Its key (PEM)")->type_name("FILE");
    serve->add_option("--log-format", flags.log_format, "console or json")->type_name("FORMAT");
    serve->add_flag("--no-worker", arguments_.has_no_worker, "No worker inside");
    serve->add_option("-j,--jobs", flags.jobs, "Encoders at once (default: cores)")->type_name("N");
    serve->add_option("--sandbox", flags.sandbox, "auto, on or off")->type_name("MODE");
  }

  void add_key() {
    CLI::App* key = add_noun("key", "Look at API keys, make and revoke them");
    CLI::App* create = add_read(key, "create", "Make a key; its token is printed once");
    KeyWords& words = arguments_.key_words;
    create->add_option("--name", words.name, "For people")->type_name("TEXT");
    create->add_option("--scope", words.scopes, "submit, read, admin, worker, raw; with commas")
        ->required()
        ->type_name("WORDS");
    create->add_option("--tenant", words.tenant, "Whose jobs it is for (default local)")
        ->type_name("NAME");
    create->add_option("--pool", words.pools, "What a worker may claim from (default: any)")
        ->type_name("POOLS");
    create->add_option("--expires", words.expires, "Good for so long, as in 90d")->type_name("AGE");
    add_read(key, "list", "List keys, also revoked ones");
    add_read(key, "revoke", "End a key for good")
        ->add_option("KEY", arguments_.key, "Its id")
        ->required()
        ->type_name("");
  }

  void add_rest() {
    CLI::App* doctor = add_read(&app_, "doctor", "Check whether this machine has what jobs need");
    doctor->add_option("--sandbox", arguments_.flags.sandbox, "auto, on or off")->type_name("MODE");
    add_upkeep();
    CLI::App* config = add_noun("config", "Look at settings");
    CLI::App* show = add_read(config, "show", "Show every setting and where it comes from");
    show->add_option("-j,--jobs", arguments_.flags.jobs, "Encoders at once")->type_name("N");
    show->add_option("--sandbox", arguments_.flags.sandbox, "auto, on or off")->type_name("MODE");
    add_json(add(&app_, "version", "Print the version"));
    add(&app_, "help", "Print help: help job show")
        ->add_option("COMMAND", help_words, "A command")
        ->type_name("");
  }

  void add_upkeep() {
    CLI::App* gc = add_read(&app_, "gc", "Remove what nobody needs any more");
    gc->add_flag("--dry-run", arguments_.is_dry_run, "Only say what would be removed, and why");
    gc->add_option("--grace", arguments_.grace,
                   "How long a worker that nobody hears may still write (default 48h)")
        ->type_name("AGE");
    gc->add_option("--keep-history", arguments_.flags.retention_history,
                   "Remove jobs that are over for longer: 90d, or forever")
        ->type_name("AGE");
    gc->add_option("--keep-logs", arguments_.flags.retention_logs,
                   "Remove logs of jobs that are over for longer: 90d, or forever")
        ->type_name("AGE");
    CLI::App* fsck = add_read(&app_, "fsck", "Check that the state is what it promises to be");
    fsck->add_flag("--quick", arguments_.is_quick, "Compare sizes, hash nothing");
    fsck->add_flag("--repair", arguments_.wants_repair, "Mend what needs no guessing");
  }

  Arguments& arguments_;
  CLI::App app_;
};

std::vector<std::string> names_of_commands(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string suggest(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto nearest = base::find_nearest_word(word, views);
  return nearest ? fmt::format("; did you mean {}?", quote(*nearest)) : "";
}

std::string unknown_command(const CLI::App& parent, std::string_view word) {
  const std::vector<std::string> names = names_of_commands(parent);
  const std::string parent_name =
      parent.get_parent() == nullptr ? "mpegflow" : "mpegflow " + parent.get_name();
  return fmt::format("{} is not a command of {}{} (there are: {})", quote(word), parent_name,
                     suggest(word, names), submit::join_words(names));
}

/// Why CLI11 did not like the words, said our way; empty if it says it well enough itself.
std::string explain(const CLI::App& root, std::span<const std::string> words) {
  const CLI::App* app = &root;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") break;
    const bool is_option = word.size() > 1 && word.front() == '-';
    if (is_option) {
      const std::string name = word.substr(0, word.find('='));
      if (!name.starts_with("--") && name.size() > 2) continue;  // -j4
      const auto names = names_of_options(*app);
      if (std::ranges::find(names, name) == names.end())
        return fmt::format("{} is not an option of {}{}", quote(name),
                           app == &root ? "mpegflow" : app->get_name(), suggest(name, names));
    } else if (const auto names = names_of_commands(*app); !names.empty()) {
      if (std::ranges::find(names, word) == names.end()) return unknown_command(*app, word);
      app = app->get_subcommand(word);
    }
  }
  const auto names = names_of_commands(*app);
  if (!names.empty())
    return fmt::format("{} needs a command: {}",
                       app == &root ? "mpegflow" : "mpegflow " + app->get_name(),
                       submit::join_words(names, " or "));
  return {};
}

void list_commands(const CLI::App& app, const std::string& name, std::string& text) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string full = name + (name.empty() ? "" : " ") + command->get_name();
    if (names_of_commands(*command).empty())
      text += fmt::format("  {:<14}  {}\n", full, command->get_description());
    list_commands(*command, full, text);
  }
}

/// Every command on one screen.
std::string make_overview(const CLI::App& root) {
  std::string text = fmt::format("{}\n\nUsage: mpegflow COMMAND [OPTIONS]\n\n", kDescription);
  list_commands(root, "", text);
  return text + "\n" + kFooter + "mpegflow help COMMAND says more, with the options.\n";
}

base::Result<std::string> make_help(std::span<const std::string> words) {
  Arguments unused;
  Grammar grammar(unused);  // a parsed one would print what was parsed
  const CLI::App* app = &grammar.app();
  std::string parent = "mpegflow";
  for (const std::string& word : words) {
    const auto names = names_of_commands(*app);
    if (names.empty()) break;
    if (std::ranges::find(names, word) == names.end()) return usage(unknown_command(*app, word));
    if (app != &grammar.app()) parent += " " + app->get_name();
    app = app->get_subcommand(word);
  }
  return app == &grammar.app() ? make_overview(*app) : app->help(parent);
}

bool is_spec_name(std::string_view name) {
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

/// At least one change, and a cap that is one.
base::Result<void> finish_lane_set(LaneOptions& options) {
  if (options.cap_text == "none") options.cap = store::kNoCap;
  else if (!options.cap_text.empty()) {
    const bool is_number = options.cap_text.size() < 10 &&
                           options.cap_text.find_first_not_of("0123456789") == std::string::npos;
    if (!is_number)
      return usage(fmt::format("--cap {} is no cap; write a whole number from 0 up, or none",
                               quote(options.cap_text)));
    options.cap = std::stoll(options.cap_text);
  }
  if (!options.weight && !options.reserved && !options.cap)
    return usage("lane set changes nothing; add --weight N, --reserved N or --cap N");
  return {};
}

/// INPUT or SPEC: which of the two the words mean.
base::Result<void> finish_run(const std::vector<std::string>& words, std::string_view memory,
                              RunOptions& options) {
  if (!memory.empty()) {
    const auto bytes = submit::parse_byte_size(memory);
    if (!bytes || *bytes <= 0)
      return usage(fmt::format("--memory {} is not a size; write 2GiB or 500MB", quote(memory)));
    options.memory = *bytes;
  }
  if (!options.command_words.empty() || !options.script.empty()) {
    if (words.empty() && options.ladder.empty() && options.output.empty() &&
        (options.script.empty() || options.command_words.empty()))
      return {};
    return usage(
        "run takes one of an FFmpeg command behind --, --script, a spec and --ladder; the "
        "command itself names its inputs and outputs");
  }
  if (words.empty())
    return usage(
        "run needs a spec or an input: mpegflow run SPEC.yaml, or mpegflow "
        "run --ladder hls-h264 INPUT -o OUTPUT");
  if (words.size() > 1)
    return usage(fmt::format("run takes one spec or one input, not also {}", quote(words[1])));
  if (options.ladder.empty() && is_spec_name(words[0])) {
    options.spec_file = words[0];
    return {};
  }
  options.input = words[0];
  if (options.ladder.empty())
    return usage(
        fmt::format("what is to be made of {0}? Write mpegflow run --ladder hls-h264 {0} -o "
                    "OUTPUT, or give a spec whose name ends in .yaml, .yml or .json",
                    quote(words[0])));
  if (!submit::parse_preset_reference(options.ladder))
    return usage(fmt::format("--ladder {} names no preset; write hls-h264 or hls-h264@1",
                             quote(options.ladder)));
  if (options.output.empty())
    return usage("run with --ladder needs an output folder: add -o OUTPUT");
  return {};
}

/// The words before and behind the "--" of a command that takes an FFmpeg command.
std::pair<std::span<const std::string>, std::span<const std::string>> cut_command(
    std::span<const std::string> words) {
  const bool takes_command = (!words.empty() && words[0] == "run") ||
                             (words.size() > 1 && words[0] == "spec" && words[1] == "from-command");
  const auto dashes = std::ranges::find(words, "--");
  if (!takes_command || dashes == words.end()) return {words, {}};
  const auto size = static_cast<std::size_t>(dashes - words.begin());
  return {words.first(size), words.subspan(size + 1)};
}

}  // namespace

bool asks_for_json(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "--json" || word == "--format=json") return true;
  }
  return false;
}

base::Result<Arguments> parse_arguments(std::span<const std::string> all_words) {
  Arguments arguments;
  Grammar grammar(arguments);
  // What stands behind "--" is a command line of its own, with a grammar of its own.
  const auto [words, command_words] = cut_command(all_words);
  arguments.command_words.assign(command_words.begin(), command_words.end());
  try {
    // CLI11 takes the words from the back.
    grammar.app().parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    std::vector<std::string> path;
    for (const std::string& word : words)
      if (!word.starts_with('-')) path.push_back(word);
    ASSIGN_OR_RETURN(arguments.help, make_help(path));
    arguments.command = "help";
    return arguments;
  } catch (const CLI::ParseError& error) {
    const std::string ours = explain(grammar.app(), words);
    return usage(ours.empty() ? base::to_printable(error.what()) : ours);
  }
  arguments.command = grammar.find_command();
  if (arguments.command == "help") {
    ASSIGN_OR_RETURN(arguments.help, make_help(grammar.help_words));
  }
  if (arguments.command == "job list" && (arguments.limit < 1 || arguments.limit > 10'000))
    return usage("--limit takes a whole number from 1 to 10000");
  if (arguments.command == "lane set") RETURN_IF_ERROR(finish_lane_set(arguments.lane));
  if (arguments.command == "gc" && !upkeep::parse_age(arguments.grace))
    return usage(fmt::format("--grace {} is not an age; write {}", quote(arguments.grace),
                             upkeep::kAgeForm));
  if (arguments.command == "spec from-command" && arguments.command_words.empty())
    return usage("there is no command behind --: mpegflow spec from-command -- ffmpeg ARGUMENT...");
  if (arguments.command == "run") {
    arguments.run.command_words = arguments.command_words;
    RETURN_IF_ERROR(finish_run(grammar.run_words, grammar.memory, arguments.run));
    arguments.run.is_json = arguments.wants_json;
    arguments.run.argv.assign(all_words.begin(), all_words.end());
  }
  return arguments;
}

}  // namespace mpegflow::cli
