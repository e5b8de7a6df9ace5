#include <algorithm>

#include "core/package/dash.h"
#include "core/package/playlist.h"
#include "core/plan/task_params.h"
#include "worker/piece_writer.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

/// What the task of a rendition left as its result; empty if it failed, which the job can do
/// without.
base::Result<base::json::object> find_result(const TaskRun& run, const std::string& key) {
  const auto found = std::ranges::find(run.assignment.parents, key, &protocol::AssignedParent::key);
  base::check(found != run.assignment.parents.end(), "the manifest needs all renditions");
  ASSIGN_OR_RETURN(const base::json::value value, base::parse_json(found->result, "result"));
  return value.get_object();
}

base::Result<std::optional<package::Summary>> find_summary(const TaskRun& run,
                                                           const std::string& key) {
  ASSIGN_OR_RETURN(const base::json::object result, find_result(run, key));
  if (result.empty()) return std::optional<package::Summary>();
  return std::optional(package::parse_summary(result));
}

/// What is to be listed, and what is missing of it.
struct Plan {
  package::MasterPlan master;
  base::json::array left_out;
};

base::Result<Plan> collect_plan(const TaskRun& run, const plan::ManifestParams& params) {
  Plan plan;
  std::vector<package::Summary> summaries;
  for (const std::string& key : params.renditions) {
    ASSIGN_OR_RETURN(auto summary, find_summary(run, key));
    if (!summary) {
      plan.left_out.emplace_back(key);
      continue;
    }
    summaries.push_back(*summary);
    plan.master.variants.push_back({key + "/index.m3u8", *std::move(summary),
                                    params.iframes ? key + "/iframes.m3u8" : std::string()});
  }
  for (const plan::TrackParams& track : params.audio) {
    ASSIGN_OR_RETURN(auto summary, find_summary(run, track.key));
    base::check(summary.has_value(), "audio is required");
    summaries.push_back(*summary);
    plan.master.audio.push_back({track.key + "/index.m3u8", track.name, track.language,
                                 *std::move(summary), track.is_default, track.is_autoselect,
                                 track.characteristics});
  }
  for (const plan::TrackParams& track : params.subtitles) {
    ASSIGN_OR_RETURN(const base::json::object text, find_result(run, track.key));
    if (text.empty()) {
      plan.left_out.emplace_back(track.key);
      continue;
    }
    plan.master.subtitles.push_back({track.key + "/index.m3u8", track.name, track.language,
                                     track.is_default, track.is_autoselect, track.is_forced,
                                     track.characteristics, base::text_or(text, "file"),
                                     base::int_or(text, "file_bytes")});
  }
  plan.master.target_duration = package::find_target_duration(summaries);
  return plan;
}

}  // namespace

base::Result<TaskOutcome> write_manifest(TaskRun& run) {
  const plan::ManifestParams params = plan::parse_manifest_params(run.params());
  run.record.staged_us = run.record.started_us = run.now_us();
  run.set_phase("running");
  ASSIGN_OR_RETURN(const Plan plan, collect_plan(run, params));
  const package::MasterPlan& master = plan.master;
  if (master.variants.empty() && master.audio.empty())
    return fail_with(retry::make_finding("output_incomplete", "manifest.nothing_left"));

  TaskOutcome outcome;
  const auto add = [&](const std::string& name, const std::string& text) -> base::Result<void> {
    ASSIGN_OR_RETURN(OutputFile file, write_output(run.folder / "out", name, "playlist", text));
    outcome.outputs.push_back(std::move(file));
    return {};
  };
  const auto add_list = [&](const std::string& uri, const package::Summary& summary) {
    return add(uri, package::make_media_playlist(summary, master.target_duration));
  };
  for (const package::Variant& variant : master.variants) {
    RETURN_IF_ERROR(add_list(variant.uri, variant.summary));
    if (!variant.iframes_uri.empty())
      RETURN_IF_ERROR(add(variant.iframes_uri,
                          package::make_iframe_playlist(variant.summary, master.target_duration)));
  }
  for (const package::AudioRendition& audio : master.audio)
    RETURN_IF_ERROR(add_list(audio.uri, audio.summary));
  if (params.dash) RETURN_IF_ERROR(add("manifest.mpd", package::make_dash_manifest(master)));
  RETURN_IF_ERROR(add("master.m3u8", package::make_master_playlist(master)));
  run.record.exited_us = run.record.verified_us = run.now_us();
  run.record.verification_level = "none";
  outcome.result = {{"master", "master.m3u8"}};
  if (params.dash) outcome.result["dash"] = "manifest.mpd";
  if (!plan.left_out.empty()) outcome.result["left_out"] = plan.left_out;
  return outcome;
}

}  // namespace mpegflow::worker
