#include "core/submit/fields/parts.h"

/// The rows of `tasks` and `limits`.
namespace mpegflow::submit {
namespace {

constexpr Field kTaskFields[] = {
    {.name = "key",
     .kind = FieldKind::key,
     .presence = Presence::required,
     .description = "Name of the task; others refer to it.",
     .access = keep<&RawTaskSpec::key>},
    {.name = "args",
     .kind = FieldKind::arguments,
     .presence = Presence::required,
     .description = "Arguments of FFmpeg without the program's name: a list, or one line that is "
                    "split as a shell does, with nothing expanded. {input.KEY} is an input, "
                    "{task.KEY.NAME} an output of a needed task, {output.NAME} an output of this "
                    "task, {outputs} the folder in which all that FFmpeg leaves is an output; at "
                    "least one of the last two.",
     .access = keep<&RawTaskSpec::args>,
     .most = 4096},
    {.name = "needs",
     .kind = FieldKind::key_list,
     .description = "Keys of the tasks that must succeed first.",
     .access = keep<&RawTaskSpec::needs>,
     .most = 1000},
    {.name = "files",
     .kind = FieldKind::text_map,
     .presence = Presence::optional,
     .description =
         "Files that FFmpeg finds by name: a name in the task's folder, best below in/ and "
         "never below out/, and the KEY of an input or TASK/NAME of a needed task. They "
         "are neither probed nor guarded.",
     .access = keep<&RawTaskSpec::files>,
     .most = 10'000,
     .most_of_key = 1024},
    {.name = "texts",
     .kind = FieldKind::text_map,
     .presence = Presence::optional,
     .description =
         "Short files that FFmpeg finds by name, as lists are: a name as in `files`, and "
         "what stands in the file.",
     .access = keep<&RawTaskSpec::texts>,
     .most = 1000,
     .most_of_key = 1024,
     .most_of_text = 1'000'000},
};

constexpr Field kLimitsFields[] = {
    {.name = "memory",
     .kind = FieldKind::byte_size,
     .description = "Memory of each task; 0 leaves it to the machine.",
     .access = keep<&LimitsSpec::memory>,
     .minimum = 16.0 * 1024 * 1024,
     .maximum = 16.0 * 1024 * 1024 * 1024 * 1024,
     .is_zero_allowed = true},
    {.name = "timeout",
     .kind = FieldKind::seconds,
     .description = "Wall time of each attempt; 0 stands for 24 hours.",
     .access = keep<&LimitsSpec::timeout>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600,
     .is_zero_allowed = true},
};

}  // namespace

template <>
std::span<const Field> fields_of<RawTaskSpec>() {
  return kTaskFields;
}

constinit const ObjectType kTaskType = {"Task", kTaskFields, make_defaults<RawTaskSpec>};

template <>
std::span<const Field> fields_of<LimitsSpec>() {
  return kLimitsFields;
}

constinit const ObjectType kLimitsType = {"Limits", kLimitsFields, make_defaults<LimitsSpec>};

}  // namespace mpegflow::submit
