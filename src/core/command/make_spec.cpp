#include "core/command/make_spec.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "core/command/address.h"
#include "core/command/concat_list.h"
#include "core/command/path.h"
#include "core/submit/placeholder.h"

namespace mpegflow::command {
namespace {

/// What only says how the command talks, which the engine decides.
constexpr std::array<std::string_view, 9> kTalk = {
    "loglevel", "v", "hide_banner", "stats", "stdin", "stats_period", "progress", "y", "n"};

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) ||
           std::string_view("._-/%").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string to_plain(std::string_view text) {
  std::string plain(text);
  for (char& c : plain)
    if (!is_plain(std::string_view(&c, 1)) || c == '/' || c == '%') c = '_';
  return plain;
}

tl::unexpected<Refusal> refuse_staging(std::string message) {
  return refuse(RefusalCode::not_staged, std::move(message));
}

class Builder {
 public:
  Builder(const CommandLine& line, const SpecContext& context) : line_(line), context_(context) {}

  Outcome<CommandJob> build() {
    if (auto placed = choose_output(); !placed) return tl::unexpected(placed.error());
    for (const ReadCommand& command : line_.commands)
      if (auto added = add_task(command); !added) return tl::unexpected(added.error());
    return std::move(job_);
  }

 private:
  std::string to_absolute(std::string_view path) const {
    return absolute_path(context_.working_directory, path);
  }

  /// Where the job publishes: a file if it makes one alone, else the folder that holds all.
  Outcome<void> choose_output() {
    std::vector<std::string> folders, logs;
    const FileUse* only = nullptr;
    std::size_t count = 0;
    for (const ReadCommand& command : line_.commands) {
      for (const FileUse& file : command.files) {
        if (is_read(file.role)) continue;
        if (!base::is_valid_utf8(file.path))
          return refuse_staging(fmt::format("the name {} is not UTF-8", base::quote(file.path)));
        const std::string absolute = to_absolute(file.path);
        const bool is_log = file.origin == Origin::pass_log;
        (is_log ? logs : folders).push_back(parent_path(absolute));
        ++count;
        only = &file;
        if (file.role == Role::output && file.shape == Shape::file)
          job_.outputs.push_back(absolute);
      }
    }
    if (count == 0)
      return refuse(RefusalCode::leaves_nothing,
                    "the command leaves no file behind, so there is nothing to publish");
    const std::string absolute = to_absolute(only->path);
    is_single_ = count == 1 && only->role == Role::output && only->shape == Shape::file &&
                 !extension_of(absolute).empty();
    folder_ = common_folder(folders.empty() ? logs : folders);
    if (folder_.empty()) return refuse_staging("the outputs have no folder in common but the root");
    job_.spec.output_uri = base::to_file_uri(is_single_ ? absolute : folder_ + "/");
    return {};
  }

  Outcome<void> add_task(const ReadCommand& command) {
    if (!command.environment.empty())
      return refuse_staging(
          fmt::format("{} is set for the command, which runs in an environment "
                      "of its own",
                      command.environment.front().first));
    task_ = {};
    command_ = &command;
    if (!command.name.empty() && (!submit::is_key(command.name) || has_task(command.name)))
      return refuse(RefusalCode::shell_syntax,
                    fmt::format("\"name: {}\" is not taken: names are of letters, digits, - and _, "
                                "and each is of one command",
                                base::to_printable(command.name)));
    task_.key = command.name.empty() ? name_task(command) : command.name;
    words_ = command.parsed.words;
    inserted_.clear();
    edits_.clear();
    dropped_.clear();
    list_folder_.clear();
    moved_.clear();
    if (command.follows_success && !job_.spec.tasks.empty()) need(job_.spec.tasks.back().key);
    for (const std::string& needed : command.needs) {
      if (!has_task(needed))
        return refuse(
            RefusalCode::shell_syntax,
            fmt::format("\"needs: {}\" names no command before this one; say \"name: {}\" "
                        "of that command",
                        base::to_printable(needed), base::to_printable(needed)));
      need(needed);
    }
    for (const OptionUse& use : command.parsed.globals)
      if (auto taken = take_global(use); !taken) return taken;
    std::set<std::pair<std::size_t, bool>> logs;
    for (const FileUse& file : command.files) {
      if (file.origin != Origin::list_entry)
        if (auto renamed = rename_moved(); !renamed) return renamed;
      if (file.origin == Origin::pass_log) {
        if (!logs.insert({file.group, is_read(file.role)}).second) continue;
        if (auto placed = place_logs(command, file); !placed) return placed;
      } else if (auto placed = is_read(file.role) ? place_read(file) : place_written(file);
                 !placed) {
        return placed;
      }
    }
    if (auto renamed = rename_moved(); !renamed) return renamed;
    for (const FileUse& file : command.files)
      if (!is_read(file.role)) made_.try_emplace(to_absolute(file.path), task_.key);
    task_.args = finish_words();
    job_.spec.tasks.push_back(std::move(task_));
    return {};
  }

  bool has_task(const std::string& key) const {
    return std::ranges::find(job_.spec.tasks, key, &submit::RawTaskSpec::key) !=
           job_.spec.tasks.end();
  }

  std::string name_task(const ReadCommand& command) const {
    std::string name = "command";
    for (const FileGroup& output : command.parsed.outputs)
      if (const std::string_view pass = output.value_of("pass"); pass == "1" || pass == "2")
        name = fmt::format("pass{}", pass);
    if (line_.commands.size() == 1) return name;
    std::string key = name == "command" ? "command1" : name;
    for (std::size_t i = 2; has_task(key); ++i)
      key = fmt::format("{}{}{}", name, name == "command" ? "" : "-", i);
    return key;
  }

  Outcome<void> take_global(const OptionUse& use) {
    if (use.name == "y") job_.overwrite = Overwrite::all;
    if (use.name == "n" && !use.is_negated) job_.overwrite = Overwrite::never;
    if (std::ranges::find(kTalk, use.name) == kTalk.end()) return {};
    dropped_.insert(use.word);
    if (use.has_value) dropped_.insert(use.word + 1);
    return {};
  }

  void need(const std::string& task) {
    if (std::ranges::find(task_.needs, task) == task_.needs.end()) task_.needs.push_back(task);
  }

  /// The key of the input, which the job has from now on.
  std::string take_input(const std::string& absolute) {
    const auto known = keys_.find(absolute);
    if (known != keys_.end()) return known->second;
    std::string stem = to_plain(base_name(absolute));
    stem = stem.substr(0, std::min<std::size_t>(stem.rfind('.'), 40));
    std::erase(stem, '.');
    while (!stem.empty() && (stem[0] == '_' || stem[0] == '-')) stem.erase(0, 1);
    if (stem.empty()) stem = "input";
    std::string key = stem;
    for (int i = 2; !taken_keys_.insert(key).second; ++i) key = fmt::format("{}-{}", stem, i);
    keys_[absolute] = key;
    job_.spec.inputs.push_back({key, base::to_file_uri(absolute)});
    return key;
  }

  /// The file under that name in the task's folder.
  void stage(const std::string& name, const std::string& absolute) {
    const auto maker = made_.find(absolute);
    if (maker == made_.end()) {
      task_.files[name] = take_input(absolute);
      return;
    }
    need(maker->second);
    task_.files[name] = maker->second + "/" + name_below(absolute);
  }

  /// The name of an output below the job's folder.
  std::string name_below(const std::string& absolute) const {
    return is_single_ ? single_name(absolute) : absolute.substr(folder_.size() + 1);
  }

  static std::string single_name(const std::string& absolute) {
    std::string name = to_plain(base_name(absolute));
    if (!submit::is_output_name(name)) name = "output." + extension_of(absolute);
    return name;
  }

  Outcome<void> place_read(const FileUse& file) {
    if (file.shape == Shape::address)
      return refuse_staging(
          fmt::format("{} is on the network, which FFmpeg does not have here; "
                      "fetch it first",
                      base::quote(file.path)));
    if (!base::is_valid_utf8(file.path))
      return refuse_staging(fmt::format("the name {} is not UTF-8", base::quote(file.path)));
    const std::string absolute = to_absolute(file.path);
    if (file.origin == Origin::list_entry) return place_entry(file, absolute);
    if (file.origin == Origin::by_its_name) return place_by_name(file, absolute);
    if (file.origin == Origin::derived) return place_beside(absolute);
    if (!file.place)
      return refuse_staging(
          fmt::format("FFmpeg reads {} without being told to; name the file in "
                      "the command",
                      base::quote(file.path)));
    if (names_others(file) && made_.contains(absolute))
      return refuse_staging(
          fmt::format("{} names other files, and which is not known before the command before it "
                      "has run; give the two as jobs of their own, one after the other",
                      base::quote(file.path)));
    const std::string folder = fmt::format("in/{}", ++staged_);
    const bool is_whole =
        file.place->begin == 0 && file.place->end == words_[file.place->word].size();
    const std::string base(base_name(absolute));
    const std::string name = is_whole || is_plain(base) ? base : to_plain(base);
    if (file.role == Role::input) {
      list_folder_ = folder;
      list_home_ = parent_path(absolute);
      list_name_ = folder + "/" + name;
      list_path_ = file.path;
      is_unsafe_ = may_name_all(file.group);
    }
    // FFmpeg does not find what a manifest names that it knows by a relative path with a folder.
    const bool is_manifest = is_whole && extension_of(file.path) == "mpd";
    edits_.push_back({*file.place, (is_manifest ? "file:" : "") + folder + "/" + name});
    if (is_whole) job_.names.emplace_back(folder + "/" + name, file.path);
    last_name_ = folder + "/" + name;
    last_path_ = absolute;
    if (file.shape == Shape::file) {
      stage(folder + "/" + name, absolute);
      return {};
    }
    const auto found =
        context_.list_files ? context_.list_files(file, absolute) : std::vector<std::string>();
    const std::string home = file.shape == Shape::folder ? absolute : parent_path(absolute);
    const std::string below = file.shape == Shape::folder ? folder + "/" + name : folder;
    if (found.empty()) stage(folder + "/" + name, absolute);  // Whoever looks says what is missing.
    for (const std::string& each : found) stage(below + "/" + each.substr(home.size() + 1), each);
    return {};
  }

  /// Files whose own content names files.
  static bool names_others(const FileUse& file) {
    const std::string extension = extension_of(file.path);
    return extension == "m3u8" || extension == "m3u" || extension == "mpd" ||
           file.origin == Origin::key_info;
  }

  static std::string_view stem_of(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    const std::size_t slash = path.rfind('/');
    const bool has_dot =
        dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash);
    return path.substr(0, has_dot ? dot : path.size());
  }

  /// What stands beside the file that was placed last, if it is there at all.
  Outcome<void> place_beside(const std::string& absolute) {
    const FileUse half{Role::read, Shape::file, absolute, std::nullopt, 0, Origin::derived, false};
    if (stem_of(absolute) == stem_of(last_path_)) {  // movie.sub beside movie.idx
      const bool is_there = made_.contains(absolute) || !context_.list_files ||
                            !context_.list_files(half, absolute).empty();
      const std::string extension = absolute.substr(stem_of(absolute).size());
      if (is_there) stage(std::string(stem_of(last_name_)) + extension, absolute);
      return {};
    }
    if (!absolute.starts_with(last_path_)) return {};
    const std::string tail = absolute.substr(last_path_.size());
    if (const auto maker = made_.find(last_path_); maker != made_.end()) {
      task_.files.erase(last_name_);
      task_.files[last_name_ + "*"] = maker->second + "/" + name_below(last_path_) + "*";
    } else if (context_.list_files && !context_.list_files(half, absolute).empty()) {
      stage(last_name_ + tail, absolute);
    }
    return {};
  }

  /// Is it a list of the concat demuxer with -safe 0?
  bool may_name_all(std::size_t input) const {
    if (input >= command_->parsed.inputs.size()) return false;
    const FileGroup& group = command_->parsed.inputs[input];
    const bool is_list = group.value_of("f") == "concat" ||
                         extension_of(group.name) == "ffconcat" ||
                         extension_of(group.name) == "ffcat";
    return is_list && group.value_of("safe") == "0";
  }

  Outcome<void> place_entry(const FileUse& file, const std::string& absolute) {
    if (list_folder_.empty() || !absolute.starts_with(list_home_ + "/") ||
        file.path.find("..") != std::string::npos || file.is_absolute_entry) {
      if (is_unsafe_ && file.shape == Shape::file && context_.read_text) {
        move_entry(absolute);
        return {};
      }
      return refuse_staging(
          fmt::format("the list names {}; write it relative to the list, in the "
                      "same folder or below{}",
                      base::quote(file.path),
                      list_home_.empty() ? "" : ", or give the list with -f concat -safe 0"));
    }
    const auto stage_entry = [&](const std::string& path) {
      stage(list_folder_ + "/" + path.substr(list_home_.size() + 1), path);
    };
    const auto found = file.shape == Shape::glob && context_.list_files
                           ? context_.list_files(file, absolute)
                           : std::vector<std::string>();
    for (const std::string& each : found) stage_entry(each);
    if (found.empty()) stage_entry(absolute);  // Whoever looks says what is missing.
    return {};
  }

  /// What stands elsewhere comes to a folder of its own beside the list.
  void move_entry(const std::string& absolute) {
    if (moved_.contains(absolute)) return;
    const std::string name =
        fmt::format("elsewhere/{}/{}", moved_.size() + 1, to_plain(base_name(absolute)));
    moved_[absolute] = name;
    stage(list_folder_ + "/" + name, absolute);
  }

  /// The list that was placed last, with the names that its entries have got; the list as it was
  /// given stays an input beside it.
  Outcome<void> rename_moved() {
    if (moved_.empty()) return {};
    const auto text = context_.read_text(list_path_);
    std::set<std::string> renamed;
    bool is_understood = true;
    const auto rename = [&](const std::string& entry) -> std::optional<std::string> {
      const std::string scheme(find_scheme(entry));
      is_understood &= scheme.empty() || scheme == "file";
      const std::string_view path =
          std::string_view(entry).substr(entry.starts_with("file:") ? 5 : 0);
      const auto found = moved_.find(absolute_path(list_home_, path));
      if (found == moved_.end()) return std::nullopt;
      renamed.insert(found->first);
      return found->second;
    };
    std::string own = rename_concat_entries(text.value_or(""), rename);
    if (!is_understood || renamed.size() != moved_.size())
      return refuse_staging(fmt::format("the list {} names files in a way that is not understood",
                                        base::quote(list_path_)));
    task_.files[list_name_ + ".given"] = task_.files[list_name_];
    task_.files.erase(list_name_);
    task_.texts[list_name_] = std::move(own);
    moved_.clear();
    return {};
  }

  /// FFmpeg opens it by the name that stands in another file, from where it runs.
  Outcome<void> place_by_name(const FileUse& file, const std::string& absolute) {
    const std::string home = context_.working_directory + "/";
    const std::string name = absolute.starts_with(home) ? absolute.substr(home.size()) : "";
    const std::string first = name.substr(0, name.find('/'));
    const bool is_ours = first == "in" || first == "out" || first.starts_with("gate.");
    if (name.empty() || is_ours || file.path.starts_with('/') || !find_scheme(file.path).empty() ||
        file.path.find("..") != std::string::npos)
      return refuse_staging(
          fmt::format("{} names {}; write it there relative to the folder in which the command "
                      "runs, in that folder or below, and not below in/ or out/",
                      base::quote(base_name(last_path_)), base::quote(file.path)));
    stage(name, absolute);
    return {};
  }

  Outcome<void> place_written(const FileUse& file) {
    if (file.origin == Origin::derived) return {};  // It follows from names that are placed.
    if (!file.place)
      return refuse_staging(
          fmt::format("FFmpeg writes {} without being told to; name the file in "
                      "the command",
                      base::quote(file.path)));
    const std::string absolute = to_absolute(file.path);
    const std::string text =
        is_single_ ? "{output." + single_name(absolute) + "}" : "{outputs}/" + name_below(absolute);
    const bool is_whole =
        file.place->begin == 0 && file.place->end == words_[file.place->word].size();
    if (!is_whole && !is_plain(name_below(absolute)))
      return refuse_staging(
          fmt::format("the name {} cannot be written into the argument; use "
                      "letters and digits",
                      base::quote(file.path)));
    if (dropped_.contains(file.place->word))
      return refuse_staging("the progress is kept on the record; leave -progress out");
    edits_.push_back({*file.place, text});
    if (is_whole) note_names(file.path, is_single_ ? single_name(absolute) : name_below(absolute));
    return {};
  }

  /// Of an output, and where others may stand beside it of the folder, too.
  void note_names(const std::string& given, const std::string& name) {
    job_.names.emplace_back("out/" + name, given);
    const std::size_t base = base_name(name).size();
    if (is_single_ || !given.ends_with(base_name(name))) return;
    std::pair<std::string, std::string> folder = {"out/" + name.substr(0, name.size() - base),
                                                  given.substr(0, given.size() - base)};
    if (std::ranges::find(job_.names, folder) == job_.names.end())
      job_.names.push_back(std::move(folder));
  }

  /// The logs of a pass: kept by the first, given to the second.
  Outcome<void> place_logs(const ReadCommand& command, const FileUse& log) {
    const FileGroup& output = command.parsed.outputs[log.group];
    if (output.value_of("pass") == "3")
      return refuse_staging("a third pass changes the log of the others; use two");
    const std::string absolute = to_absolute(log.path);
    const std::string number = log.path.substr(log.path.rfind('-'));  // "-0.log"
    const std::string base(base_name(absolute.substr(0, absolute.size() - number.size())));
    std::string prefix = "{outputs}/" + base;
    if (is_read(log.role)) {
      const std::string folder = fmt::format("in/{}", ++staged_);
      prefix = folder + "/" + base;
      if (const auto maker = made_.find(absolute); maker != made_.end()) {
        need(maker->second);
        task_.files[prefix + number + "*"] = maker->second + "/" + base + number + "*";
      } else {
        stage(prefix + number, absolute);
        if (context_.list_files && !context_.list_files(log, absolute + ".mbtree").empty())
          stage(prefix + number + ".mbtree", absolute + ".mbtree");
      }
    }
    if (const OptionUse* given = output.find("passlogfile"); given != nullptr)
      edits_.push_back({{given->word + 1, 0, words_[given->word + 1].size()}, prefix});
    else inserted_[output.word] = {"-passlogfile", prefix};
    return {};
  }

  std::vector<std::string> finish_words() {
    std::ranges::sort(edits_, [](const Edit& a, const Edit& b) {
      return a.place.begin > b.place.begin;  // From the back, so that places stay right.
    });
    for (const Edit& edit : edits_)
      words_[edit.place.word].replace(edit.place.begin, edit.place.end - edit.place.begin,
                                      edit.text);
    std::vector<std::string> args = context_.global_options;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (const auto more = inserted_.find(i); more != inserted_.end())
        args.insert(args.end(), more->second.begin(), more->second.end());
      if (!dropped_.contains(i)) args.push_back(words_[i]);
    }
    return args;
  }

  struct Edit {
    FileUse::Place place;
    std::string text;
  };

  const CommandLine& line_;
  const SpecContext& context_;
  CommandJob job_;
  bool is_single_ = false;
  std::string folder_;                       ///< of all outputs
  std::map<std::string, std::string> keys_;  ///< absolute path → input key
  std::set<std::string> taken_keys_;
  std::map<std::string, std::string> made_;  ///< absolute path → the task that makes it
  int staged_ = 0;

  // Of the task under work.
  submit::RawTaskSpec task_;
  std::vector<std::string> words_;
  std::vector<Edit> edits_;
  std::set<std::size_t> dropped_;
  std::map<std::size_t, std::vector<std::string>> inserted_;  ///< before the word
  std::string last_name_, last_path_;                         ///< of the file that was placed last
  std::string list_folder_, list_home_;                       ///< of the last input
  std::string list_name_, list_path_;                         ///< in its folder, and as given
  bool is_unsafe_ = false;                                    ///< it may name files anywhere
  std::map<std::string, std::string> moved_;  ///< absolute path → name beside the list
  const ReadCommand* command_ = nullptr;
};

}  // namespace

Outcome<CommandJob> make_spec(const CommandLine& line, const SpecContext& context) {
  return Builder(line, context).build();
}

}  // namespace mpegflow::command
