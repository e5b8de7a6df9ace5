#include "core/plan/raw_tasks.h"

#include <algorithm>
#include <set>

#include "core/plan/task_params.h"
#include "core/probe/ffprobe_command.h"
#include "core/submit/placeholder.h"

namespace mpegflow::plan {
namespace {

using submit::ArgumentPart;

/// Every output has a place of its own: at the top if its name is the only one of the job, else in
/// a folder named after its task.
std::string folder_of(const submit::JobSpec& spec, const submit::RawTaskSpec& task) {
  const std::vector<std::string> names = outputs_of(task);
  const auto clashes = [&](const submit::RawTaskSpec& other) {
    const std::vector<std::string> theirs = outputs_of(other);
    return other.key != task.key && std::ranges::any_of(names, [&](const std::string& name) {
             return std::ranges::find(theirs, name) != theirs.end();
           });
  };
  const bool is_alone =
      !submit::makes_renditions(spec) && std::ranges::none_of(spec.tasks, clashes);
  return is_alone ? "" : task.key;
}

const submit::InputSpec& find_input(const submit::JobSpec& spec, const std::string& key) {
  const auto found = std::ranges::find(spec.inputs, key, &submit::InputSpec::key);
  base::check(found != spec.inputs.end(), "a checked spec names inputs that exist");
  return *found;
}

class Resolver {
 public:
  Resolver(const submit::JobSpec& spec, FfmpegParams& params) : spec_(spec), params_(params) {}

  void add(const std::string& argument) {
    std::string resolved;
    bool is_input = false;
    bool is_below_outputs = false;
    for (const ArgumentPart& part : submit::split_argument(argument)) {
      if (is_below_outputs && part.kind == ArgumentPart::Kind::literal) add_folder(part.text);
      is_below_outputs = part.kind == ArgumentPart::Kind::outputs;
      resolved += resolve(part);
      is_input |= part.kind == ArgumentPart::Kind::input || part.kind == ArgumentPart::Kind::task;
    }
    if (is_input && !params_.argv.empty() && params_.argv.back() == "-i") guard_input();
    params_.argv.push_back(resolved);
  }

 private:
  std::string resolve(const ArgumentPart& part) {
    switch (part.kind) {
      case ArgumentPart::Kind::input: {
        const std::string name = input_name_of(find_input(spec_, part.key));
        params_.inputs[name] = part.key;
        return name;
      }
      case ArgumentPart::Kind::task: {
        const std::string name = "in/" + part.key + "." + part.name;
        params_.needed[name] = part.key + "/" + part.name;
        return name;
      }
      case ArgumentPart::Kind::output: return "out/" + part.name;
      case ArgumentPart::Kind::outputs: params_.takes_all = true; return "out";
      default: return part.text;
    }
  }

  /// "/a/b/c.mp4" needs a/b. Names that FFmpeg fills in are for FFmpeg to make folders for.
  void add_folder(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (!path.starts_with('/') || slash == 0) return;
    const std::string folder(path.substr(1, slash - 1));
    const bool is_template = folder.find_first_of("%$") != std::string::npos;
    if (!is_template && std::ranges::find(params_.folders, folder) == params_.folders.end())
      params_.folders.push_back(folder);
  }

  /// What an uploaded file may make FFmpeg open is said before its -i, whatever the user's own
  /// options are.
  void guard_input() {
    const auto place = params_.argv.end() - 1;
    params_.argv.insert(place, {"-format_whitelist", std::string(probe::format_whitelist()),
                                "-protocol_whitelist", std::string(probe::protocol_whitelist())});
  }

  const submit::JobSpec& spec_;
  FfmpegParams& params_;
};

}  // namespace

bool leaves_all(const submit::JobSpec& spec) {
  return std::ranges::any_of(spec.tasks, [](const submit::RawTaskSpec& task) {
    return std::ranges::any_of(task.args, [](const std::string& argument) {
      return std::ranges::any_of(submit::split_argument(argument), [](const ArgumentPart& part) {
        return part.kind == ArgumentPart::Kind::outputs;
      });
    });
  });
}

bool needs_probe(const submit::JobSpec& spec) {
  return spec.tasks.empty() || spec.inputs.empty() || !probed_inputs(spec).empty();
}

std::vector<std::string> outputs_of(const submit::RawTaskSpec& task) {
  std::vector<std::string> names;
  for (const std::string& argument : task.args)
    for (const ArgumentPart& part : submit::split_argument(argument))
      if (part.kind == ArgumentPart::Kind::output &&
          std::ranges::find(names, part.name) == names.end())
        names.push_back(part.name);
  return names;
}

std::vector<std::string> probed_inputs(const submit::JobSpec& spec) {
  std::set<std::string> by_name, by_key;
  for (const submit::RawTaskSpec& task : spec.tasks) {
    for (const auto& [name, source] : task.files) by_name.insert(source);
    for (const std::string& argument : task.args)
      for (const ArgumentPart& part : submit::split_argument(argument))
        if (part.kind == ArgumentPart::Kind::input) by_key.insert(part.key);
  }
  std::vector<std::string> keys;
  for (const submit::InputSpec& input : spec.inputs)
    if (!by_name.contains(input.key) || by_key.contains(input.key)) keys.push_back(input.key);
  return keys;
}

std::vector<PlannedTask> plan_raw_tasks(const submit::JobSpec& spec) {
  const bool has_probe = !spec.tasks.empty() && needs_probe(spec);
  std::vector<PlannedTask> planned;
  for (const submit::RawTaskSpec& task : spec.tasks) {
    FfmpegParams params;
    params.argv = {"ffmpeg",    "-nostdin", "-hide_banner",  "-nostats", "-loglevel", "verbose",
                   "-progress", "pipe:3",   "-stats_period", "0.5",      "-y"};
    params.outputs = outputs_of(task);
    params.folder = folder_of(spec, task);
    Resolver resolver(spec, params);
    for (const auto& [name, source] : task.files)
      (source.find('/') == std::string::npos ? params.inputs : params.needed)[name] = source;
    params.texts = task.texts;
    for (const std::string& argument : task.args) resolver.add(argument);
    PlannedTask made;
    made.key = task.key;
    made.kind = queue::TaskKind::ffmpeg;
    if (has_probe) made.needs = {"probe"};
    made.needs.insert(made.needs.end(), task.needs.begin(), task.needs.end());
    made.params = to_json(params);
    planned.push_back(std::move(made));
  }
  return planned;
}

}  // namespace mpegflow::plan
