#include "worker/probe_sources.h"

#include <algorithm>

#include "core/probe/input_record.h"
#include "worker/probe_input.h"

namespace mpegflow::worker {
namespace {

std::optional<verify::Source> find_known(const TaskRun& run, const std::string& key) {
  const protocol::AssignedInput& input = run.input(key);
  if (!input.probe) return std::nullopt;
  const auto value = base::parse_json(*input.probe, "input record");
  if (!value || !value->is_object()) return std::nullopt;
  probe::InputRecord record = probe::parse_input_record(value->get_object());
  return verify::Source{std::move(record.probe), std::move(record.sniff)};
}

std::string_view plain_name(std::string_view name) {
  return name.starts_with("file:") ? name.substr(5) : name;
}

}  // namespace

SourceProbes::SourceProbes(const TaskRun& run, const verify::CommandShape& shape,
                           const plan::FfmpegParams& params,
                           const std::vector<process::ReadOnlyFile>& files)
    : processes_(run.services.processes),
      encoder_(run.services.encoder),
      probes_(run.services.encoder, run.services.clock),
      folder_(run.folder.parent_path() / "probes") {
  std::vector<Question> questions;
  for (const std::size_t place : verify::find_telling_inputs(shape)) {
    const std::string_view name = plain_name(shape.inputs[place].name);
    const auto file = std::ranges::find(files, name, &process::ReadOnlyFile::inside);
    if (file == files.end()) continue;  // a pattern, or no file at all
    const auto key = params.inputs.find(std::string(name));
    const auto known = key == params.inputs.end() ? std::nullopt : find_known(run, key->second);
    if (known) known_[place] = *known;
    else questions.push_back({place, *file});
  }
  if (questions.empty()) return;
  asked_ = std::async(std::launch::async,
                      [this, questions = std::move(questions)] { return ask(questions); });
}

SourceProbes::~SourceProbes() {
  stop_.trigger();
}

std::map<std::size_t, verify::Source> SourceProbes::take() {
  if (asked_.valid()) known_.merge(asked_.get());
  return std::move(known_);
}

std::map<std::size_t, verify::Source> SourceProbes::ask(const std::vector<Question>& questions) {
  std::map<std::size_t, verify::Source> answers;
  if (!base::make_directories(folder_)) return answers;
  for (const auto& [place, file] : questions) {
    const auto before = base::identify_file(file.source);
    auto record = before ? probes_.find(*before) : std::nullopt;
    if (!record) {
      auto probed =
          probe_file(encoder_, processes_, file, {false, false}, folder_, stop_, Haste::none);
      if (!probed || !*probed) continue;
      record = std::move(**probed);
      const auto after = base::identify_file(file.source);
      if (before && after && *before == *after) probes_.keep(*before, *record);
    }
    answers[place] = {std::move(record->probe), std::move(record->sniff)};
  }
  return answers;
}

}  // namespace mpegflow::worker
