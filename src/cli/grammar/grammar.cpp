#include "cli/grammar/grammar.h"

#include <map>

// CLI11 predates our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include "base/text.h"

namespace mpegflow::cli::grammar {

/// Which values an option has: CLI11 keeps them in a sentence.
class Choices {
 public:
  void set(const CLI::Option* option, std::vector<std::string> words) {
    words_[option] = std::move(words);
  }
  std::vector<std::string> find(const CLI::Option* option) const {
    const auto found = words_.find(option);
    return found == words_.end() ? std::vector<std::string>() : found->second;
  }

 private:
  std::map<const CLI::Option*, std::vector<std::string>> words_;
};

namespace {

CLI::Option* add_option(CLI::App& app, const char* names, const Target& target,
                        const char* description) {
  return std::visit(
      [&]<class Kind>(const Kind& place) -> CLI::Option* {
        if constexpr (std::is_pointer_v<Kind>) return app.add_option(names, *place, description);
        else return app.add_option_function<std::int64_t>(names, place, description);
      },
      target);
}

std::vector<const CLI::App*> list_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

Parameter read_parameter(const CLI::Option& option, const Choices& choices) {
  Parameter parameter;
  for (const std::string& name : option.get_lnames()) parameter.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) parameter.names.push_back("-" + name);
  parameter.is_word = option.get_positional();
  if (parameter.is_word) parameter.names = {option.get_name(true)};
  parameter.takes_value = option.get_items_expected_max() > 0;
  // "FORMAT:{text,json}" of an option with few values
  if (parameter.takes_value && !parameter.is_word)
    parameter.kind = base::split(option.get_type_name(), ':').front();
  parameter.choices = choices.find(&option);
  return parameter;
}

Tree read_tree(const CLI::App& app, const Choices& choices) {
  Tree tree;
  tree.name = app.get_name();
  tree.description = app.get_description();
  tree.needs_command = app.get_require_subcommand_min() > 0;
  for (const CLI::Option* option : app.get_options())
    tree.parameters.push_back(read_parameter(*option, choices));
  for (const CLI::App* command : list_commands(app))
    tree.commands.push_back(read_tree(*command, choices));
  return tree;
}

std::string find_command_that_was_parsed(const CLI::App& root) {
  std::string command;
  for (const CLI::App* app = &root; !app->get_subcommands().empty();) {
    app = app->get_subcommands().front();
    command += (command.empty() ? "" : " ") + app->get_name();
  }
  return command;
}

}  // namespace

Syntax Syntax::add(const char* name, const char* description) const {
  return {*app_->add_subcommand(name, description), *choices_};
}

Syntax Syntax::add_noun(const char* name, const char* description) const {
  CLI::App* noun = app_->add_subcommand(name, description);
  noun->require_subcommand(1);
  return {*noun, *choices_};
}

void Syntax::option(const char* names, const Target& target, const char* description,
                    const char* kind) const {
  add_option(*app_, names, target, description)->type_name(kind);
}

void Syntax::required_option(const char* names, const Target& target, const char* description,
                             const char* kind) const {
  add_option(*app_, names, target, description)->required()->type_name(kind);
}

void Syntax::choice(const char* names, const Target& target, const char* description,
                    const char* kind, const std::vector<std::string>& words) const {
  CLI::Option* option = add_option(*app_, names, target, description);
  option->check(CLI::IsMember(words))->type_name(kind);
  choices_->set(option, words);
}

void Syntax::flag(const char* names, bool& target, const char* description) const {
  app_->add_flag(names, target, description);
}

void Syntax::flag(const char* names, std::function<void()> call, const char* description) const {
  app_->add_flag_callback(names, std::move(call), description);
}

void Syntax::word(const char* name, const Target& target, const char* description) const {
  add_option(*app_, name, target, description)->type_name("");
}

void Syntax::required_word(const char* name, const Target& target, const char* description) const {
  add_option(*app_, name, target, description)->required()->type_name("");
}

void Syntax::required_choice(const char* name, const Target& target, const char* description,
                             const std::vector<std::string>& words) const {
  CLI::Option* option = add_option(*app_, name, target, description);
  option->required()->check(CLI::IsMember(words))->type_name("");
  choices_->set(option, words);
}

void Syntax::footer(const char* text) const {
  app_->footer(text);
}

struct Grammar::Parts {
  explicit Parts(const char* description) : app(description, "mpegflow") {}
  CLI::App app;
  Choices choices;
};

Grammar::Grammar(const char* description, const char* footer)
    : parts_(std::make_unique<Parts>(description)) {
  parts_->app.require_subcommand(1);
  parts_->app.set_help_flag("-h,--help", "Print this help");
  parts_->app.footer(footer);
}

Grammar::~Grammar() = default;

Syntax Grammar::root() {
  return {parts_->app, parts_->choices};
}

base::Result<Grammar::Parsed> Grammar::parse(std::span<const std::string> words) {
  try {
    // CLI11 takes the words from the back.
    parts_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    return Parsed{"help", true};
  } catch (const CLI::ParseError& error) {
    return base::fail(base::ErrorCode::invalid_argument, base::to_printable(error.what()));
  }
  return Parsed{find_command_that_was_parsed(parts_->app), false};
}

Tree Grammar::tree() const {
  return read_tree(parts_->app, parts_->choices);
}

std::string Grammar::help(std::span<const std::string> path) {
  CLI::App* app = &parts_->app;
  std::string parent = "mpegflow";
  for (const std::string& word : path) {
    if (app != &parts_->app) parent += " " + app->get_name();
    app = app->get_subcommand(word);
  }
  return app->help(parent);
}

}  // namespace mpegflow::cli::grammar
