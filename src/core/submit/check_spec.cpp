#include "core/submit/check_spec.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace mpegflow::submit {
namespace json = base::json;
namespace {

/// Every item of `list` must have a key of its own.
template <class Item>
void check_keys(std::string_view list_name, const std::vector<Item>& list, Reading& reading) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = reading.find_place(child_path(child_path(list_name, i), "key"));
    if (list[i].key.empty() || seen.insert(list[i].key).second) continue;
    reading.add(path, FaultCode::duplicate,
                fmt::format("the key {} stands twice in {}; expected one of its own",
                            quote(list[i].key), list_name));
  }
}

/// Exactly one of ladder, renditions and tasks. A ladder that says by its hash which one it is may
/// stand beside its own renditions: the canonical form has both.
void check_mode(const json::object& document, Reading& reading) {
  const bool has_ladder = document.contains("ladder");
  const bool has_renditions = document.contains("renditions");
  const bool has_tasks = document.contains("tasks");
  if (!has_ladder && !has_renditions && !has_tasks) {
    return reading.add("", FaultCode::missing,
                       "says nothing to do; expected one of ladder, renditions and tasks");
  }
  if (has_tasks && (has_ladder || has_renditions)) {
    reading.add("tasks", FaultCode::conflict,
                fmt::format("a job has either {} or tasks of its own; expected one of them",
                            has_ladder ? "a ladder" : "renditions"));
  }
  const bool is_pinned = document.contains("ladder_sha256");
  if (has_ladder && has_renditions && !is_pinned && !reading.is_faulty("renditions"))
    reading.add("renditions", FaultCode::conflict,
                "a job has either a ladder or renditions of its own; expected one of them");
  if (is_pinned && !has_ladder)
    reading.add("ladder_sha256", FaultCode::conflict,
                "means nothing without a ladder; expected both or none");
}

void check_inputs(const JobSpec& spec, const json::object& document, Reading& reading) {
  const bool has_inputs = document.contains("input") || document.contains("inputs");
  if (document.contains("tasks")) return;  // Raw tasks may live on what FFmpeg generates.
  if (!has_inputs)
    return reading.add("inputs", FaultCode::missing, "is missing; expected the path of a file");
  if (spec.inputs.size() > 1) {
    reading.add(reading.find_place("inputs[1]"), FaultCode::conflict,
                "a ladder or renditions are made from one input; expected no second one");
  }
}

/// Speed and quality in the encoder's own words and numbers.
void check_encoder(const RenditionSpec& rendition, const std::string& path, Reading& reading) {
  const bool is_av1 = rendition.codec == "av1";
  const bool is_number = rendition.preset.find_first_not_of("0123456789") == std::string::npos;
  if (is_av1 != is_number && !reading.is_faulty(child_path(path, "preset")) &&
      !reading.is_faulty(child_path(path, "codec")))
    reading.add(
        child_path(path, "preset"), FaultCode::conflict,
        fmt::format("{} is no preset of {}; expected {}", quote(rendition.preset), rendition.codec,
                    is_av1 ? "a number from 0 to 13" : "a word such as veryfast"));
  if (!is_av1 && rendition.crf > 51)
    reading.add(child_path(path, "crf"), FaultCode::out_of_range,
                fmt::format("{} is out of range; expected a number from 0 to 51", rendition.crf));
}

std::string_view codec_of(std::string_view encoder) {
  if (encoder == "libx264" || encoder.starts_with("h264_")) return "h264";
  if (encoder == "libx265" || encoder.starts_with("hevc_")) return "hevc";
  return "av1";
}

/// By which encoders, which must be of the codec.
void check_encoder_names(const RenditionSpec& rendition, const std::string& path,
                         Reading& reading) {
  for (const auto& [field, name] :
       {std::pair("encoder", rendition.encoder), std::pair("fallback", rendition.fallback)})
    if (!name.empty() && codec_of(name) != rendition.codec &&
        !reading.is_faulty(child_path(path, field)) &&
        !reading.is_faulty(child_path(path, "codec")))
      reading.add(child_path(path, field), FaultCode::conflict,
                  fmt::format("{} makes no {}; expected an encoder of that codec", quote(name),
                              rendition.codec));
  const std::string place = child_path(path, "fallback");
  if (rendition.fallback.empty() || reading.is_faulty(place) ||
      reading.is_faulty(child_path(path, "encoder")))
    return;
  if (rendition.encoder.empty())
    reading.add(place, FaultCode::conflict, "means nothing without encoder; expected both or none");
  else if (rendition.encoder == rendition.fallback)
    reading.add(
        place, FaultCode::conflict,
        fmt::format("{} is the encoder already; expected another", quote(rendition.fallback)));
}

void check_renditions(const JobSpec& spec, Reading& reading) {
  for (std::size_t i = 0; i < spec.renditions.size(); ++i) {
    const RenditionSpec& rendition = spec.renditions[i];
    const std::string path = child_path("renditions", i);
    if (rendition.bufsize > 0 && rendition.maxrate == 0 &&
        !reading.is_faulty(child_path(path, "maxrate"))) {
      reading.add(child_path(path, "bufsize"), FaultCode::conflict,
                  "means nothing without maxrate; expected both or none");
    }
    check_encoder(rendition, path, reading);
    check_encoder_names(rendition, path, reading);
  }
}

void check_packaging(const JobSpec& spec, Reading& reading) {
  if (reading.is_faulty("packaging")) return;
  if (spec.packaging.gop_duration <= spec.packaging.segment_duration) return;
  reading.add("packaging.gop_duration", FaultCode::conflict,
              fmt::format("{} s is longer than a segment of {} s; expected at most that",
                          spec.packaging.gop_duration, spec.packaging.segment_duration));
}

/// What there is of a format only.
void check_format(const JobSpec& spec, Reading& reading) {
  if (spec.packaging.format == "hls" || reading.is_faulty("packaging")) return;
  const std::pair<std::string_view, bool> segmented[] = {
      {"dash", spec.packaging.dash},
      {"iframes", spec.packaging.iframes},
      {"publish_early", spec.packaging.publish_early}};
  for (const auto& [name, is_on] : segmented)
    if (is_on)
      reading.add(child_path("packaging", name), FaultCode::conflict,
                  fmt::format("there is none of format {}; expected the format hls",
                              spec.packaging.format));
}

void check_hop(const JobSpec& spec, const json::object& document, Reading& reading) {
  if (!document.contains("hop") || reading.is_faulty("hop")) return;
  if (spec.hop.lane.empty() == spec.hop.pool.empty())
    return reading.add("hop", FaultCode::conflict,
                       "goes to one place; expected either a lane or a pool");
  if (spec.hop.lane == spec.lane)
    reading.add("hop.lane", FaultCode::conflict,
                fmt::format("the job is in lane {} already; expected another", quote(spec.lane)));
}

void check_output(const JobSpec& spec, Reading& reading) {
  for (std::size_t i = 0; i < spec.inputs.size(); ++i) {
    if (spec.output_uri.empty() || spec.inputs[i].uri != spec.output_uri) continue;
    reading.add(reading.find_place("output.uri"), FaultCode::conflict,
                "is also an input, which would be overwritten; expected another path");
  }
}

}  // namespace

void complete_renditions(JobSpec& spec) {
  for (RenditionSpec& rendition : spec.renditions) {
    if (rendition.key.empty() && rendition.height > 0)
      rendition.key = fmt::format("{}p", rendition.height);
    if (rendition.bufsize == 0) rendition.bufsize = rendition.maxrate * 3 / 2;
  }
}

void check_parts(const JobSpec& spec, Reading& reading) {
  check_keys("renditions", spec.renditions, reading);
  check_renditions(spec, reading);
  check_packaging(spec, reading);
  check_format(spec, reading);
}

void check_retry(const RetrySpec& retry, std::string_view path, Reading& reading) {
  const std::pair<std::string_view, const RetryBudgetSpec*> budgets[] = {
      {"transient", &retry.transient},
      {"memory", &retry.memory},
      {"operational", &retry.operational},
      {"room", &retry.room},
      {"lost", &retry.lost}};
  for (const auto& [name, budget] : budgets) {
    const std::string place = child_path(path, name);
    if (reading.is_faulty(place) || budget->base <= budget->cap) continue;
    reading.add(child_path(place, "base"), FaultCode::conflict,
                fmt::format("{} s is longer than the cap of {} s; expected at most that",
                            budget->base, budget->cap));
  }
}

void check_spec(const JobSpec& spec, const json::object& document, Reading& reading) {
  check_mode(document, reading);
  check_inputs(spec, document, reading);
  check_keys("inputs", spec.inputs, reading);
  check_keys("tasks", spec.tasks, reading);
  check_parts(spec, reading);
  check_tasks(spec, reading);
  check_hop(spec, document, reading);
  check_retry(spec.retry, "retry", reading);
  check_output(spec, reading);
}

}  // namespace mpegflow::submit
