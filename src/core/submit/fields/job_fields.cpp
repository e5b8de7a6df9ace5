#include "core/submit/fields/parts.h"
#include "core/submit/read_spec.h"

/// The table: every key of a job spec, once. What a part of it holds is in the file of that part.
namespace mpegflow::submit {
namespace json = base::json;
namespace {

constexpr std::int64_t kVersions[] = {1};
constexpr std::string_view kLanes[] = {"live", "vod", "bulk"};

constexpr Field kInputFields[] = {
    {.name = "key",
     .kind = FieldKind::key,
     .description = "How tasks name this input.",
     .access = keep<&InputSpec::key>},
    {.name = "uri",
     .kind = FieldKind::input_location,
     .presence = Presence::required,
     .description = "Path or file URI of a local media file; relative to where the command runs.",
     .access = keep<&InputSpec::uri>,
     .most = 4096},
};

constexpr Field kOutputFields[] = {
    {.name = "uri",
     .kind = FieldKind::output_location,
     .presence = Presence::required,
     .description = "Path or file URI of the folder or file that is published.",
     .most = 4096},
};

constexpr Field kHopFields[] = {
    {.name = "after",
     .kind = FieldKind::seconds,
     .presence = Presence::required,
     .description = "How long a task may wait where it is.",
     .access = keep<&HopSpec::after>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600},
    {.name = "lane",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "The lane that it goes to.",
     .access = keep<&HopSpec::lane>,
     .words = kLanes},
    {.name = "pool",
     .kind = FieldKind::key,
     .presence = Presence::optional,
     .description = "The pool that it goes to, in place of a lane.",
     .access = keep<&HopSpec::pool>},
};

/// A job without a hop has nothing to write.
constexpr Access kKeepHop = {keep<&JobSpec::hop>.set, [](const void* object) -> json::value {
                               const HopSpec& hop = static_cast<const JobSpec*>(object)->hop;
                               return hop.after > 0 ? write_value(hop) : json::object();
                             }};

/// The output is one address in JobSpec and an object with a place to grow in the document.
constexpr Access kKeepOutput = {
    [](void* object, const json::value& value) {
      if (const auto* output = value.if_object())
        static_cast<JobSpec*>(object)->output_uri = base::text_or(*output, "uri");
    },
    [](const void* object) -> json::value {
      return json::object{{"uri", static_cast<const JobSpec*>(object)->output_uri}};
    }};

constexpr ObjectType kInputType = {"Input", kInputFields, make_defaults<InputSpec>};
constexpr ObjectType kOutputType = {"Output", kOutputFields, [] { return json::object(); }};
constexpr ObjectType kHopType = {"Hop", kHopFields, [] { return json::object(); }};

constexpr Field kJobFields[] = {
    {.name = "$schema",
     .presence = Presence::optional,
     .description = "Address of the schema, for editors; ignored.",
     .most = 4096},
    {.name = "version",
     .kind = FieldKind::integer,
     .description = "Version of this format.",
     .access = keep<&JobSpec::version>,
     .choices = kVersions},
    {.name = "name",
     .presence = Presence::optional,
     .description = "What people call the job.",
     .access = keep<&JobSpec::name>},
    {.name = "lane",
     .kind = FieldKind::word,
     .description = "What may wait for what.",
     .access = keep<&JobSpec::lane>,
     .words = kLanes},
    {.name = "priority",
     .kind = FieldKind::integer,
     .description = "Within the lane; higher runs first.",
     .access = keep<&JobSpec::priority>,
     .minimum = 0,
     .maximum = 100},
    {.name = "start_after",
     .kind = FieldKind::start,
     .presence = Presence::optional,
     .description = "No task begins before: a time from the submit on, or a moment.",
     .access = keep<&JobSpec::start_after>,
     .minimum = 0,
     .maximum = 366.0 * 24 * 3600},
    {.name = "hop",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "Where a task goes that waits too long in its lane; once.",
     .access = kKeepHop,
     .object = &kHopType},
    {.name = "external_id",
     .presence = Presence::optional,
     .description = "Your own name for the job, returned with everything about it.",
     .access = keep<&JobSpec::external_id>},
    {.name = "idempotency_key",
     .presence = Presence::optional,
     .description =
         "The same spec with the same key gives the same job and the same answer; another "
         "spec with it is refused.",
     .access = keep<&JobSpec::idempotency_key>},
    {.name = "labels",
     .kind = FieldKind::text_map,
     .description = "Your own keys and texts.",
     .access = keep<&JobSpec::labels>,
     .most = 64},
    {.name = "input",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "The only input, in place of `inputs`.",
     .object = &kInputType,
     .text_means = "uri",
     .stands_for = "inputs"},
    {.name = "inputs",
     .kind = FieldKind::object_list,
     .presence = Presence::optional,
     .description = "Sources: a list, or a map from key to path or object. A ladder or renditions "
                    "take one.",
     .access = keep<&JobSpec::inputs>,
     .most = 10'000,
     .object = &kInputType,
     .text_means = "uri",
     .map_key = "key"},
    {.name = "ladder",
     .kind = FieldKind::preset,
     .presence = Presence::optional,
     .description = "A preset: a ready set of renditions, audio and packaging. What the spec says "
                    "of audio or packaging itself wins. A job has a ladder, renditions or tasks.",
     .access = keep<&JobSpec::ladder>},
    {.name = "ladder_sha256",
     .kind = FieldKind::sha256,
     .presence = Presence::optional,
     .description = "Refuses the ladder if its preset's file has another hash than this.",
     .access = keep<&JobSpec::ladder_sha256>},
    {.name = "renditions",
     .kind = FieldKind::object_list,
     .presence = Presence::optional,
     .description = "Sizes and qualities to encode, each by a task of its own.",
     .access = keep<&JobSpec::renditions>,
     .most = 32,
     .object = &kRenditionType},
    {.name = "audio",
     .kind = FieldKind::object,
     .description = "Audio of the renditions; false for none.",
     .access = keep<&JobSpec::audio>,
     .object = &kAudioType,
     .switch_means = "enabled"},
    {.name = "packaging",
     .kind = FieldKind::object,
     .description = "How the renditions are cut and listed.",
     .access = keep<&JobSpec::packaging>,
     .object = &kPackagingType},
    {.name = "loudness",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "Bring the audio to a loudness (EBU R 128, two passes).",
     .access = keep_if_wanted<&JobSpec::loudness>,
     .object = &kLoudnessType,
     .switch_means = "enabled"},
    {.name = "poster",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "One picture that stands for the film, poster.jpg.",
     .access = keep_if_wanted<&JobSpec::poster>,
     .object = &kPosterType,
     .switch_means = "enabled"},
    {.name = "sprites",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "Small pictures for a player's time line, with a WebVTT track.",
     .access = keep_if_wanted<&JobSpec::sprites>,
     .object = &kSpritesType,
     .switch_means = "enabled"},
    {.name = "tasks",
     .kind = FieldKind::object_list,
     .presence = Presence::optional,
     .description = "Tasks with FFmpeg arguments of your own.",
     .access = keep<&JobSpec::tasks>,
     .most = 1000,
     .object = &kTaskType},
    {.name = "output",
     .kind = FieldKind::object,
     .presence = Presence::required,
     .description = "Where the result is published.",
     .access = kKeepOutput,
     .object = &kOutputType,
     .text_means = "uri"},
    {.name = "limits",
     .kind = FieldKind::object,
     .description = "Limits of each task.",
     .access = keep<&JobSpec::limits>,
     .object = &kLimitsType},
    {.name = "retry",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "How often, when and where a task is tried again, by the kind of trouble.",
     .access = keep_unless_default<&JobSpec::retry>,
     .object = &kRetryType},
    {.name = "qc",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "Rules that every output of an encode or FFmpeg task is held against before it "
                    "is committed.",
     .access = keep_unless_default<&JobSpec::qc>,
     .object = &kQcType},
};

constexpr ObjectType kJobType = {"Job", kJobFields, make_defaults<JobSpec>};

}  // namespace

template <>
std::span<const Field> fields_of<InputSpec>() {
  return kInputFields;
}
template <>
std::span<const Field> fields_of<HopSpec>() {
  return kHopFields;
}
template <>
std::span<const Field> fields_of<JobSpec>() {
  return kJobFields;
}

const ObjectType& job_type() {
  return kJobType;
}

json::object to_json(const JobSpec& spec) {
  return write_object(spec);
}

JobSpec parse_job_spec(const json::object& object) {
  JobSpec spec;
  assign(spec, json::value(object));
  return spec;
}

}  // namespace mpegflow::submit
