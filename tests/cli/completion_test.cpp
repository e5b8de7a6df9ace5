#include <array>
#include <cstdio>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/cli_fixture.h"
#include "cli/commands.h"
#include "cli/completion_script.h"
#include "support/temporary_folder.h"

namespace mpegflow::cli {
namespace {

using Words = std::vector<std::string>;

/// What bash offers after each command line, the last word of which is being written.
std::vector<std::set<std::string>> complete_in_bash(const std::string& script,
                                                    const std::vector<Words>& lines) {
  const test::TemporaryFolder folder;
  std::string text = script;
  for (const Words& line : lines) {
    text += "COMP_WORDS=(mpegflow";
    for (const std::string& word : line) text += " '" + word + "'";
    text += fmt::format(")\nCOMP_CWORD={}\n_mpegflow\necho \"${{COMPREPLY[*]}}\"\n", line.size());
  }
  const base::Path file = folder.path() / "script";
  EXPECT_TRUE(base::write_file_durably(file, text));
  const std::string command = "bash '" + file.native() + "' 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> output(popen(command.c_str(), "r"), pclose);
  std::string said;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), output.get()) != nullptr) said += part.data();
  std::vector<std::set<std::string>> offers;
  for (const std::string& line : base::split(said, '\n')) {
    std::set<std::string> words;
    for (const std::string& word : base::split(line, ' '))
      if (!word.empty()) words.insert(word);
    offers.push_back(std::move(words));
  }
  offers.resize(lines.size());
  return offers;
}

std::set<std::string> to_set(const Words& words) {
  return {words.begin(), words.end()};
}

void list_all(const grammar::Tree& tree, const Words& path,
              std::vector<std::pair<Words, const grammar::Tree*>>& all) {
  all.emplace_back(path, &tree);
  for (const grammar::Tree& command : tree.commands) {
    Words longer = path;
    longer.push_back(command.name);
    list_all(command, longer, all);
  }
}

class Completion : public CliTest {
 protected:
  std::string script(const std::string& shell) {
    EXPECT_EQ(run({"completion", shell}), ExitCode::done) << err();
    return out();
  }
};

TEST_F(Completion, OfBashOffersEveryWordThatTheUsageHas) {
  const grammar::Tree root = describe_commands();
  std::vector<std::pair<Words, const grammar::Tree*>> all;
  list_all(root, {}, all);
  std::vector<Words> lines;
  for (const auto& [path, tree] : all)
    for (const char* begun : {"", "-"}) {
      lines.push_back(path);
      lines.back().emplace_back(begun);
    }
  const auto offers = complete_in_bash(script("bash"), lines);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [path, tree] = all[i];
    const std::string name = testing::PrintToString(path);
    std::set<std::string> options = to_set(names_of_options(*tree));
    if (path == Words{"worker"}) {
      EXPECT_TRUE(offers[2 * i + 1].contains("--slots")) << "of the worker itself";
    } else {
      EXPECT_EQ(offers[2 * i + 1], options) << name;
    }
    if (!tree->commands.empty()) {
      EXPECT_EQ(offers[2 * i], to_set(names_of_commands(*tree))) << name;
    }
  }
  // And the tree is what the command line takes.
  for (const Command& command : commands()) {
    const Words words = base::split(command.name, ' ');
    const grammar::Tree* tree = &root;
    for (const std::string& word : words) {
      tree = grammar::find_command(*tree, word);
      ASSERT_NE(tree, nullptr) << command.name;
    }
  }
}

TEST_F(Completion, OfBashKnowsValuesAndWhereOptionsEnd) {
  const auto offers = complete_in_bash(script("bash"), {{"spec", "plan", "--format", ""},
                                                        {"spec", "plan", "--format", "j"},
                                                        {"job", "list", "--before", ""},
                                                        {"job", "list", "--json", "--li"},
                                                        {"jo"},
                                                        {"completion", ""},
                                                        {"run", "--", "ffmpeg", "-"}});
  EXPECT_EQ(offers[0], (std::set<std::string>{"text", "json", "dot"}));
  EXPECT_EQ(offers[1], std::set<std::string>{"json"});
  EXPECT_EQ(offers[2], std::set<std::string>{});
  EXPECT_EQ(offers[3], std::set<std::string>{"--limit"});
  EXPECT_EQ(offers[4], std::set<std::string>{"job"});
  EXPECT_EQ(offers[5], (std::set<std::string>{"bash", "zsh", "fish"}));
  EXPECT_EQ(offers[6], std::set<std::string>{}) << "FFmpeg's words are its own";
}

TEST_F(Completion, OfZshIsThatOfBash) {
  const std::string bash = script("bash");
  EXPECT_TRUE(script("zsh").ends_with(bash));
}

TEST_F(Completion, OfFishHasEveryWordThatTheUsageHas) {
  const std::string fish = script("fish");
  std::vector<std::pair<Words, const grammar::Tree*>> all;
  const grammar::Tree root = describe_commands();
  list_all(root, {}, all);
  for (const auto& [path, tree] : all) {
    std::string at = "__mpegflow_at '";
    for (const std::string& word : path) at += word + " ";
    for (const std::string& name : names_of_commands(*tree))
      EXPECT_NE(fish.find(at + "'\" -f -a " + name + " "), std::string::npos) << at << name;
    std::string lines;
    for (const std::string& line : base::split(fish, '\n'))
      if (line.find(at + "'\"") != std::string::npos) lines += line + " \n";
    for (const std::string& option : names_of_options(*tree)) {
      if (path == Words{"worker"}) continue;
      const std::string word =
          option.starts_with("--") ? " -l " + option.substr(2) : " -s " + option.substr(1);
      EXPECT_NE(lines.find(word + " "), std::string::npos) << at << option;
    }
  }
}

TEST_F(Completion, IsForThreeShells) {
  EXPECT_EQ(run({"completion"}), ExitCode::usage);
  EXPECT_EQ(run({"completion", "tcsh"}), ExitCode::usage);
}

}  // namespace
}  // namespace mpegflow::cli
