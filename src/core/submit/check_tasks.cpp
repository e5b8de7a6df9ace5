#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "core/submit/check_spec.h"
#include "core/submit/placeholder.h"

namespace mpegflow::submit {
namespace {

using Kind = ArgumentPart::Kind;

std::string find_nearest(std::string_view word, const std::set<std::string>& words) {
  static constexpr std::size_t kMostWords = 100;
  std::vector<std::string_view> views;
  for (const std::string& known : words)
    if (views.size() < kMostWords) views.emplace_back(known);
  return base::find_nearest_word(word, views).value_or("");
}

/// Judges the tasks of one spec; what they may refer to is collected once.
class TaskCheck {
 public:
  TaskCheck(const JobSpec& spec, Reading& reading) : spec_(spec), reading_(reading) {
    for (const InputSpec& input : spec.inputs) inputs_.insert(input.key);
    for (std::size_t i = 0; i < spec.tasks.size(); ++i) {
      const RawTaskSpec& task = spec.tasks[i];
      if (!task.key.empty()) index_.emplace(task.key, i);
      if (!task.key.empty()) keys_.insert(task.key);
      for (const std::string& argument : task.args)
        for (const ArgumentPart& part : split_argument(argument))
          if (part.kind == Kind::output) outputs_[task.key].insert(part.name);
    }
  }

  void check() {
    for (std::size_t i = 0; i < spec_.tasks.size(); ++i) {
      check_needs(i);
      check_arguments(i);
      check_files(i);
    }
    check_cycles();
  }

 private:
  static std::string path_of(std::size_t task, std::string_view field) {
    return child_path(child_path("tasks", task), field);
  }

  void add(const std::string& canonical, FaultCode code, std::string message,
           std::string nearest = {}) {
    reading_.add(reading_.find_place(canonical), code, std::move(message), std::move(nearest));
  }

  void check_needs(std::size_t index) {
    const RawTaskSpec& task = spec_.tasks[index];
    std::set<std::string> seen;
    for (std::size_t i = 0; i < task.needs.size(); ++i) {
      const std::string& need = task.needs[i];
      const std::string path = child_path(path_of(index, "needs"), i);
      if (need.empty()) continue;  // Unsound, and said so already.
      if (!seen.insert(need).second)
        add(path, FaultCode::duplicate, fmt::format("{} is needed twice", quote(need)));
      if (!keys_.contains(need)) {
        add(path, FaultCode::unknown_reference, fmt::format("there is no task {}", quote(need)),
            find_nearest(need, keys_));
      }
    }
  }

  void check_arguments(std::size_t index) {
    const RawTaskSpec& task = spec_.tasks[index];
    const std::string path = path_of(index, "args");
    if (task.args.empty()) return;  // Missing or unsound, and said so already.
    if (task.args[0] == "ffmpeg" || task.args[0].ends_with("/ffmpeg")) {
      add(child_path(path, 0U), FaultCode::malformed,
          "the name of the program does not belong here; expected its first argument");
    }
    bool has_output = false;
    for (std::size_t i = 0; i < task.args.size(); ++i) {
      for (const ArgumentPart& part : split_argument(task.args[i])) {
        check_part(task, part, child_path(path, i));
        has_output = has_output || part.kind == Kind::output || part.kind == Kind::outputs ||
                     part.kind == Kind::malformed;
      }
    }
    if (!has_output) {
      add(path, FaultCode::missing,
          "the task would leave nothing behind; expected {output.NAME} where FFmpeg writes, as in "
          "{output.result.mp4}");
    }
  }

  void check_files(std::size_t index) {
    const RawTaskSpec& task = spec_.tasks[index];
    for (const auto& [name, source] : task.files) {
      const std::string path = child_path(path_of(index, "files"), name);
      check_name(name, path);
      const std::size_t slash = source.find('/');
      const std::string key = source.substr(0, slash);
      if (slash == std::string::npos ? !inputs_.contains(key)
                                     : std::ranges::find(task.needs, key) == task.needs.end())
        add(path, FaultCode::unknown_reference,
            fmt::format("there is no {} {}", slash == std::string::npos ? "input" : "needed task",
                        quote(key)));
    }
    for (const auto& [name, text] : task.texts) {
      const std::string path = child_path(path_of(index, "texts"), name);
      check_name(name, path);
      if (task.files.contains(name))
        add(path, FaultCode::duplicate, fmt::format("{} is one of `files`, too", quote(name)));
    }
  }

  void check_name(const std::string& name, const std::string& path) {
    if (is_staged_name(name)) return;
    add(path, FaultCode::malformed,
        fmt::format("{} is no name for a file of the task; expected one below its folder, best in "
                    "in/, and not in out/",
                    quote(name)));
  }

  /// Below the task's folder, without a step up, and none that the engine puts there itself.
  static bool is_staged_name(std::string_view name) {
    const std::vector<std::string> parts = base::split(name, '/');
    const bool is_plain = std::ranges::none_of(
        parts, [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
    const std::string& first = parts.front();
    return is_plain && name != "in" && first != "out" && first != "stderr.log" &&
           !first.starts_with("gate.");
  }

  void check_part(const RawTaskSpec& task, const ArgumentPart& part, const std::string& path) {
    if (part.kind == Kind::malformed) {
      add(path, FaultCode::malformed,
          fmt::format("{} is no placeholder; expected {{input.KEY}}, {{task.KEY.NAME}} or "
                      "{{output.NAME}}",
                      quote(part.text)),
          part.nearest);
    } else if (part.kind == Kind::input && !inputs_.contains(part.key)) {
      // Inputs that could not be read may hold the one that is meant.
      if (reading_.is_faulty("inputs") || reading_.is_faulty("input")) return;
      const std::string nearest = find_nearest(part.key, inputs_);
      add(path, FaultCode::unknown_reference, fmt::format("there is no input {}", quote(part.key)),
          nearest.empty() ? "" : fmt::format("{{input.{}}}", nearest));
    } else if (part.kind == Kind::task) {
      check_task_reference(task, part, path);
    }
  }

  void check_task_reference(const RawTaskSpec& task, const ArgumentPart& part,
                            const std::string& path) {
    if (!keys_.contains(part.key)) {
      const std::string nearest = find_nearest(part.key, keys_);
      return add(path, FaultCode::unknown_reference,
                 fmt::format("there is no task {}", quote(part.key)),
                 nearest.empty() ? "" : fmt::format("{{task.{}.{}}}", nearest, part.name));
    }
    if (std::ranges::find(task.needs, part.key) == task.needs.end()) {
      add(path, FaultCode::unknown_reference,
          fmt::format("uses the task {} without waiting for it; expected it in needs",
                      quote(part.key)));
    }
    const std::set<std::string>& outputs = outputs_[part.key];
    if (outputs.contains(part.name) || reading_.is_faulty(path_of(index_.at(part.key), "args")))
      return;
    const std::string nearest = find_nearest(part.name, outputs);
    add(path, FaultCode::unknown_reference,
        fmt::format("the task {} has no output {}", quote(part.key), quote(part.name)),
        nearest.empty() ? "" : fmt::format("{{task.{}.{}}}", part.key, nearest));
  }

  /// Depth first without recursion: a chain may be as long as there are tasks.
  void check_cycles() {
    enum class Mark { fresh, open, done };
    std::vector<Mark> marks(spec_.tasks.size(), Mark::fresh);
    struct Step {
      std::size_t task;
      std::size_t next_need = 0;
    };
    for (std::size_t start = 0; start < spec_.tasks.size(); ++start) {
      if (marks[start] != Mark::fresh) continue;
      std::vector<Step> way = {{start}};
      marks[start] = Mark::open;
      while (!way.empty()) {
        Step& step = way.back();
        const auto& needs = spec_.tasks[step.task].needs;
        if (step.next_need == needs.size()) {
          marks[step.task] = Mark::done;
          way.pop_back();
          continue;
        }
        const std::size_t need = step.next_need++;
        const auto found = index_.find(needs[need]);
        if (found == index_.end()) continue;
        if (marks[found->second] == Mark::open) {
          std::vector<std::size_t> tasks;
          for (const Step& each : way) tasks.push_back(each.task);
          report_cycle(tasks, found->second, need);
        } else if (marks[found->second] == Mark::fresh) {
          marks[found->second] = Mark::open;
          way.push_back({found->second});
        }
      }
    }
  }

  void report_cycle(const std::vector<std::size_t>& way, std::size_t first, std::size_t need) {
    static constexpr std::size_t kLongestShown = 12;
    std::vector<std::string> keys;
    for (auto at = std::ranges::find(way, first); at != way.end(); ++at)
      keys.push_back(spec_.tasks[*at].key);
    keys.push_back(spec_.tasks[first].key);
    const bool is_long = keys.size() > kLongestShown;
    if (is_long) keys.erase(keys.begin() + kLongestShown / 2, keys.end() - kLongestShown / 2);
    if (is_long) keys.insert(keys.begin() + kLongestShown / 2, "…");
    add(child_path(path_of(way.back(), "needs"), need), FaultCode::cycle,
        fmt::format("tasks that wait for each other never start: {}", fmt::join(keys, " needs ")));
  }

  const JobSpec& spec_;
  Reading& reading_;
  std::set<std::string> inputs_;
  std::set<std::string> keys_;
  std::map<std::string, std::size_t> index_;
  std::map<std::string, std::set<std::string>> outputs_;
};

}  // namespace

void check_tasks(const JobSpec& spec, Reading& reading) {
  TaskCheck(spec, reading).check();
}

}  // namespace mpegflow::submit
