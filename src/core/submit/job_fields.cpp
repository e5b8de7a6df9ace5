#include "core/submit/access.h"
#include "core/submit/job_spec.h"
#include "core/submit/read_spec.h"

/// The table: every key of a job spec, once.
namespace mpegflow::submit {
namespace json = base::json;

template <>
std::span<const Field> fields_of<InputSpec>();
template <>
std::span<const Field> fields_of<RenditionSpec>();
template <>
std::span<const Field> fields_of<AudioSpec>();
template <>
std::span<const Field> fields_of<PackagingSpec>();
template <>
std::span<const Field> fields_of<LoudnessSpec>();
template <>
std::span<const Field> fields_of<PosterSpec>();
template <>
std::span<const Field> fields_of<SpritesSpec>();
template <>
std::span<const Field> fields_of<RawTaskSpec>();
template <>
std::span<const Field> fields_of<LimitsSpec>();
template <>
std::span<const Field> fields_of<HopSpec>();
template <>
std::span<const Field> fields_of<RetryBudgetSpec>();
template <>
std::span<const Field> fields_of<RetrySpec>();
template <>
std::span<const Field> fields_of<LoudnessBounds>();
template <>
std::span<const Field> fields_of<QcSpec>();
template <>
std::span<const Field> fields_of<JobSpec>();

namespace {

constexpr std::int64_t kVersions[] = {1};
constexpr std::string_view kLanes[] = {"live", "vod", "bulk"};
constexpr std::string_view kVideoCodecs[] = {"h264", "hevc", "av1"};
constexpr std::string_view kEncoders[] = {"libx264", "libx265", "libsvtav1", "h264_nvenc",
                                          "hevc_nvenc"};
constexpr std::string_view kNeeds[] = {"required", "optional", "best_effort"};
constexpr std::string_view kPresets[] = {
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower",
    "veryslow",  "0",         "1",        "2",      "3",    "4",      "5",    "6",
    "7",         "8",         "9",        "10",     "11",   "12",     "13"};
constexpr std::string_view kAudioCodecs[] = {"aac"};
constexpr std::int64_t kChannels[] = {1, 2, 6, 8};
constexpr std::int64_t kSampleRates[] = {32'000, 44'100, 48'000, 96'000};
constexpr std::string_view kFormats[] = {"hls", "mp4"};
constexpr std::string_view kContainers[] = {"fmp4"};
constexpr std::string_view kEnds[] = {"dead", "hold"};
// Keys that a rendition's folder or task must not take from the other parts of its job.
constexpr std::string_view kTakenKeys[] = {"audio",    "probe",          "assemble",     "package",
                                           "manifest", "thumbnails",     "qc",           "deliver",
                                           "master",   "poster",         "sprites",      "loudness",
                                           "publish",  "manifest-early", "publish-early"};

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

constexpr Field kRenditionFields[] = {
    {.name = "key",
     .kind = FieldKind::key,
     .presence = Presence::optional,
     .description = "Name of the rendition's folder and task.",
     .access = keep<&RenditionSpec::key>,
     .reserved = kTakenKeys,
     .default_words = "the height, as in 720p"},
    {.name = "height",
     .kind = FieldKind::integer,
     .presence = Presence::required,
     .description = "Short side of the picture in pixels; the shape of the source is kept.",
     .access = keep<&RenditionSpec::height>,
     .minimum = 16,
     .maximum = 4320,
     .is_even = true},
    {.name = "codec",
     .kind = FieldKind::word,
     .description = "Video codec.",
     .access = keep<&RenditionSpec::codec>,
     .words = kVideoCodecs},
    {.name = "encoder",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "The encoder of FFmpeg. One of hardware runs on workers that really have it, "
                    "nowhere else.",
     .access = keep_unless_default<&RenditionSpec::encoder>,
     .words = kEncoders,
     .default_words = "libx264, libx265 or libsvtav1, by codec"},
    {.name = "fallback",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "The encoder to take in place of `encoder` where no worker has that.",
     .access = keep_unless_default<&RenditionSpec::fallback>,
     .words = kEncoders,
     .default_words = "none: the task is held"},
    {.name = "preset",
     .kind = FieldKind::word,
     .description = "Speed of the encoder against size of the result: a word for h264 and hevc, a "
                    "number from 0 to 13 for av1.",
     .access = keep<&RenditionSpec::preset>,
     .words = kPresets},
    {.name = "crf",
     .kind = FieldKind::number,
     .description = "Constant quality; lower is better and larger. Up to 51 for h264 and hevc.",
     .access = keep<&RenditionSpec::crf>,
     .minimum = 0,
     .maximum = 63},
    {.name = "maxrate",
     .kind = FieldKind::bit_rate,
     .description = "Cap of the bit rate.",
     .access = keep<&RenditionSpec::maxrate>,
     .minimum = 10'000,
     .maximum = 1e9,
     .is_zero_allowed = true},
    {.name = "bufsize",
     .kind = FieldKind::bit_rate,
     .description = "Bits over which the cap holds; needs maxrate.",
     .access = keep<&RenditionSpec::bufsize>,
     .minimum = 10'000,
     .maximum = 1e10,
     .is_zero_allowed = true,
     .default_words = "1.5 × maxrate"},
    {.name = "need",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "What it means for the job if this rendition fails for good: required, the job "
                    "fails; optional, it is partial, and published without it; best_effort, it "
                    "succeeds without it.",
     .access = keep_unless_default<&RenditionSpec::need>,
     .words = kNeeds,
     .default_words = "`required`"},
};

constexpr Field kAudioFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "false leaves the audio out.",
     .access = keep<&AudioSpec::enabled>},
    {.name = "codec",
     .kind = FieldKind::word,
     .description = "Audio codec.",
     .access = keep<&AudioSpec::codec>,
     .words = kAudioCodecs},
    {.name = "bitrate",
     .kind = FieldKind::bit_rate,
     .description = "Bit rate of the audio.",
     .access = keep<&AudioSpec::bitrate>,
     .minimum = 8'000,
     .maximum = 1'000'000},
    {.name = "channels",
     .kind = FieldKind::integer,
     .description = "Channels of the result.",
     .access = keep<&AudioSpec::channels>,
     .choices = kChannels},
    {.name = "sample_rate",
     .kind = FieldKind::integer,
     .description = "Samples per second of the result.",
     .access = keep<&AudioSpec::sample_rate>,
     .choices = kSampleRates},
};

constexpr Field kPackagingFields[] = {
    {.name = "format",
     .kind = FieldKind::word,
     .description =
         "hls: segments and playlists; mp4: one progressive file per rendition, with its "
         "audio.",
     .access = keep<&PackagingSpec::format>,
     .words = kFormats},
    {.name = "container",
     .kind = FieldKind::word,
     .description = "Container of the segments.",
     .access = keep<&PackagingSpec::container>,
     .words = kContainers},
    {.name = "segment_duration",
     .kind = FieldKind::seconds,
     .description = "Length of a segment that is asked for; in fact a whole number of GOPs.",
     .access = keep<&PackagingSpec::segment_duration>,
     .minimum = 1,
     .maximum = 60},
    {.name = "gop_duration",
     .kind = FieldKind::seconds,
     .description = "Time between key frames that is asked for; in fact a whole number of frames.",
     .access = keep<&PackagingSpec::gop_duration>,
     .minimum = 0.25,
     .maximum = 20},
    {.name = "dash",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Also an MPEG-DASH manifest over the same segments, manifest.mpd.",
     .access = keep_unless_default<&PackagingSpec::dash>,
     .default_words = "`false`"},
    {.name = "iframes",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Also I-frame playlists, for fast forward and scrubbing.",
     .access = keep_unless_default<&PackagingSpec::iframes>,
     .default_words = "`false`"},
    {.name = "publish_early",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Publish once all that is required is there, and again when the rest is.",
     .access = keep_unless_default<&PackagingSpec::publish_early>,
     .default_words = "`false`"},
};

constexpr Field kLoudnessFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true measures the audio and brings it to the target.",
     .access = keep<&LoudnessSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "target",
     .kind = FieldKind::number,
     .description = "Integrated loudness in LUFS.",
     .access = keep<&LoudnessSpec::target>,
     .minimum = -70,
     .maximum = -5},
    {.name = "true_peak",
     .kind = FieldKind::number,
     .description = "Highest true peak in dBTP.",
     .access = keep<&LoudnessSpec::true_peak>,
     .minimum = -9,
     .maximum = 0},
    {.name = "range",
     .kind = FieldKind::number,
     .description = "Loudness range in LU up to which nothing is compressed.",
     .access = keep<&LoudnessSpec::range>,
     .minimum = 1,
     .maximum = 50},
};

constexpr Field kPosterFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true makes poster.jpg.",
     .access = keep<&PosterSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "at",
     .kind = FieldKind::number,
     .description = "Seconds from the start; -1 for a tenth of the film, at most a minute.",
     .access = keep<&PosterSpec::at>,
     .minimum = -1,
     .maximum = 1e6},
    {.name = "height",
     .kind = FieldKind::integer,
     .description = "Short side of the picture in pixels, at most that of the source.",
     .access = keep<&PosterSpec::height>,
     .minimum = 16,
     .maximum = 4320,
     .is_even = true},
};

constexpr Field kSpritesFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true makes sprites/ with its sheets and thumbnails.vtt.",
     .access = keep<&SpritesSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "interval",
     .kind = FieldKind::seconds,
     .description = "Time from one picture to the next; 0 for about a hundred in all.",
     .access = keep<&SpritesSpec::interval>,
     .minimum = 0.1,
     .maximum = 3600,
     .is_zero_allowed = true},
    {.name = "height",
     .kind = FieldKind::integer,
     .description = "Short side of one picture in pixels.",
     .access = keep<&SpritesSpec::height>,
     .minimum = 16,
     .maximum = 720,
     .is_even = true},
    {.name = "columns",
     .kind = FieldKind::integer,
     .description = "Pictures side by side on a sheet.",
     .access = keep<&SpritesSpec::columns>,
     .minimum = 1,
     .maximum = 50},
    {.name = "rows",
     .kind = FieldKind::integer,
     .description = "Rows of pictures on a sheet.",
     .access = keep<&SpritesSpec::rows>,
     .minimum = 1,
     .maximum = 50},
};

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
     .most = 10'000},
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

constexpr std::string_view kByKind = "by kind, see above";

constexpr Field kRetryBudgetFields[] = {
    {.name = "max",
     .kind = FieldKind::integer,
     .description = "How many failures of this kind are followed by another attempt.",
     .access = keep<&RetryBudgetSpec::max>,
     .minimum = 0,
     .maximum = 1000,
     .default_words = kByKind},
    {.name = "base",
     .kind = FieldKind::seconds,
     .description = "The longest wait after the first failure; it doubles with every other one.",
     .access = keep<&RetryBudgetSpec::base>,
     .minimum = 0,
     .maximum = 24.0 * 3600,
     .default_words = kByKind},
    {.name = "cap",
     .kind = FieldKind::seconds,
     .description = "The longest wait there is.",
     .access = keep<&RetryBudgetSpec::cap>,
     .minimum = 0,
     .maximum = 7.0 * 24 * 3600,
     .default_words = kByKind},
    {.name = "jitter",
     .kind = FieldKind::number,
     .description = "The part of a wait that is drawn at random, so that what failed together does "
                    "not come back together.",
     .access = keep<&RetryBudgetSpec::jitter>,
     .minimum = 0,
     .maximum = 1},
    {.name = "next_pool",
     .kind = FieldKind::key,
     .presence = Presence::optional,
     .description = "The pool in which the next attempt runs. Without it a task that ran out of "
                    "memory goes to the next larger pool, one that misses something on its worker "
                    "to the pool that follows, any other stays where it is.",
     .access = keep<&RetryBudgetSpec::next_pool>},
    {.name = "total_wall",
     .kind = FieldKind::seconds,
     .description = "No attempt begins later than this after the first one; 0 sets no end.",
     .access = keep<&RetryBudgetSpec::total_wall>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600,
     .is_zero_allowed = true},
    {.name = "then",
     .kind = FieldKind::word,
     .description = "When it is spent: the task is a dead letter, or is held until somebody acts.",
     .access = keep<&RetryBudgetSpec::then>,
     .words = kEnds,
     .default_words = kByKind},
};

constexpr ObjectType kRetryBudgetType = {"Retry budget", kRetryBudgetFields,
                                         make_defaults<RetryBudgetSpec>};

constexpr Field kRetryFields[] = {
    {.name = "transient",
     .kind = FieldKind::object,
     .description = "What may go away by itself.",
     .access = keep<&RetrySpec::transient>,
     .object = &kRetryBudgetType},
    {.name = "memory",
     .kind = FieldKind::object,
     .description = "The task ran out of memory.",
     .access = keep<&RetrySpec::memory>,
     .object = &kRetryBudgetType},
    {.name = "operational",
     .kind = FieldKind::object,
     .description = "Something is missing on the machine; another one may have it.",
     .access = keep<&RetrySpec::operational>,
     .object = &kRetryBudgetType},
    {.name = "room",
     .kind = FieldKind::object,
     .description = "The worker's disk is full.",
     .access = keep<&RetrySpec::room>,
     .object = &kRetryBudgetType},
    {.name = "lost",
     .kind = FieldKind::object,
     .description = "The worker went away; being preempted or drained costs nothing.",
     .access = keep<&RetrySpec::lost>,
     .object = &kRetryBudgetType},
    {.name = "total_wall",
     .kind = FieldKind::seconds,
     .description = "For every kind: no attempt begins later than this after the first one; 0 sets "
                    "no end.",
     .access = keep<&RetrySpec::total_wall>,
     .minimum = 1,
     .maximum = 30.0 * 24 * 3600,
     .is_zero_allowed = true},
    {.name = "poison_hosts",
     .kind = FieldKind::integer,
     .description = "A task under which workers on so many hosts were lost is not tried again.",
     .access = keep<&RetrySpec::poison_hosts>,
     .minimum = 1,
     .maximum = 100},
};

/// Written only by those who said something, so that a job of the defaults keeps its identity.
constexpr Access kKeepRetry = {[](void* object, const json::value& value) {
                                 assign(static_cast<JobSpec*>(object)->retry, value);
                               },
                               [](const void* object) -> json::value {
                                 const RetrySpec& retry =
                                     static_cast<const JobSpec*>(object)->retry;
                                 if (retry == RetrySpec{}) return json::object();
                                 return write_value(retry);
                               }};

constexpr std::string_view kOnFail[] = {"fail", "warn"};

constexpr Field kLoudnessBoundsFields[] = {
    {.name = "min",
     .kind = FieldKind::number,
     .description = "The least, in LUFS; 0 sets no bound.",
     .access = keep<&LoudnessBounds::min>,
     .minimum = -70,
     .maximum = 0},
    {.name = "max",
     .kind = FieldKind::number,
     .description = "The most, in LUFS; 0 sets no bound.",
     .access = keep<&LoudnessBounds::max>,
     .minimum = -70,
     .maximum = 0},
};

constexpr ObjectType kLoudnessBoundsType = {"Loudness bounds", kLoudnessBoundsFields,
                                            make_defaults<LoudnessBounds>};

/// Written only if there is one, since 0 is a number too.
constexpr Access kKeepDecodeErrors = {
    keep<&QcSpec::max_decode_errors>.set, [](const void* object) -> json::value {
      const std::int64_t most = static_cast<const QcSpec*>(object)->max_decode_errors;
      return most < 0 ? json::value(json::object()) : json::value(most);
    }};

constexpr Field kQcFields[] = {
    {.name = "on_fail",
     .kind = FieldKind::word,
     .description = "What becomes of a task whose output breaks a rule about black, silence, "
                    "freezes, loudness, SSIM or PSNR: it fails, or succeeds with a warning.",
     .access = keep<&QcSpec::on_fail>,
     .words = kOnFail},
    {.name = "duration_tolerance",
     .kind = FieldKind::seconds,
     .description = "How much the length of a stream may differ from what the source and the "
                    "command make it; 0 stands for a quarter of a second, or 1 % up to 2 s.",
     .access = keep<&QcSpec::duration_tolerance>,
     .minimum = 0.001,
     .maximum = 3600,
     .is_zero_allowed = true},
    {.name = "whole_decode",
     .kind = FieldKind::boolean,
     .description = "Decode the whole output, not its head, joints and tail alone.",
     .access = keep<&QcSpec::whole_decode>},
    {.name = "max_decode_errors",
     .kind = FieldKind::integer,
     .presence = Presence::optional,
     .description = "Errors of the decoder that are let pass. Without it none in what was encoded, "
                    "3 in what was only copied.",
     .access = kKeepDecodeErrors,
     .minimum = 0,
     .maximum = 1e6},
    {.name = "max_black",
     .kind = FieldKind::seconds,
     .description = "The longest black piece that is allowed; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_black>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "max_silence",
     .kind = FieldKind::seconds,
     .description =
         "The longest silent piece (below -60 dB) that is allowed; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_silence>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "max_freeze",
     .kind = FieldKind::seconds,
     .description = "The longest piece with a picture that does not move; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_freeze>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "loudness",
     .kind = FieldKind::object,
     .description = "Integrated loudness after EBU R 128.",
     .access = keep<&QcSpec::loudness>,
     .object = &kLoudnessBoundsType},
    {.name = "min_ssim",
     .kind = FieldKind::number,
     .description = "The least SSIM against the source; 0 leaves it unchecked.",
     .access = keep<&QcSpec::min_ssim>,
     .minimum = 0,
     .maximum = 1},
    {.name = "min_psnr",
     .kind = FieldKind::number,
     .description = "The least PSNR in dB against the source; 0 leaves it unchecked.",
     .access = keep<&QcSpec::min_psnr>,
     .minimum = 0,
     .maximum = 100},
};

constexpr Access kKeepQc = {[](void* object, const json::value& value) {
                              assign(static_cast<JobSpec*>(object)->qc, value);
                            },
                            [](const void* object) -> json::value {
                              const QcSpec& qc = static_cast<const JobSpec*>(object)->qc;
                              if (qc == QcSpec{}) return json::object();
                              return write_value(qc);
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
constexpr ObjectType kRenditionType = {"Rendition", kRenditionFields, make_defaults<RenditionSpec>};
constexpr ObjectType kAudioType = {"Audio", kAudioFields, make_defaults<AudioSpec>};
constexpr ObjectType kPackagingType = {"Packaging", kPackagingFields, make_defaults<PackagingSpec>};
constexpr ObjectType kLoudnessType = {"Loudness", kLoudnessFields, make_defaults<LoudnessSpec>};
constexpr ObjectType kPosterType = {"Poster", kPosterFields, make_defaults<PosterSpec>};
constexpr ObjectType kSpritesType = {"Sprites", kSpritesFields, make_defaults<SpritesSpec>};
constexpr ObjectType kTaskType = {"Task", kTaskFields, make_defaults<RawTaskSpec>};
constexpr ObjectType kHopType = {"Hop", kHopFields, [] { return json::object(); }};
constexpr ObjectType kLimitsType = {"Limits", kLimitsFields, make_defaults<LimitsSpec>};
constexpr ObjectType kQcType = {"Quality rules", kQcFields, make_defaults<QcSpec>};
constexpr ObjectType kRetryType = {"Retry", kRetryFields, make_defaults<RetrySpec>};

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
     .access = kKeepRetry,
     .object = &kRetryType},
    {.name = "qc",
     .kind = FieldKind::object,
     .presence = Presence::optional,
     .description = "Rules that every output of an encode or FFmpeg task is held against before it "
                    "is committed.",
     .access = kKeepQc,
     .object = &kQcType},
};

constexpr ObjectType kJobType = {"Job", kJobFields, make_defaults<JobSpec>};

}  // namespace

template <>
std::span<const Field> fields_of<InputSpec>() {
  return kInputFields;
}
template <>
std::span<const Field> fields_of<RenditionSpec>() {
  return kRenditionFields;
}
template <>
std::span<const Field> fields_of<AudioSpec>() {
  return kAudioFields;
}
template <>
std::span<const Field> fields_of<PackagingSpec>() {
  return kPackagingFields;
}
template <>
std::span<const Field> fields_of<LoudnessSpec>() {
  return kLoudnessFields;
}
template <>
std::span<const Field> fields_of<PosterSpec>() {
  return kPosterFields;
}
template <>
std::span<const Field> fields_of<SpritesSpec>() {
  return kSpritesFields;
}
template <>
std::span<const Field> fields_of<RawTaskSpec>() {
  return kTaskFields;
}
template <>
std::span<const Field> fields_of<LimitsSpec>() {
  return kLimitsFields;
}
template <>
std::span<const Field> fields_of<HopSpec>() {
  return kHopFields;
}
template <>
std::span<const Field> fields_of<RetryBudgetSpec>() {
  return kRetryBudgetFields;
}
template <>
std::span<const Field> fields_of<RetrySpec>() {
  return kRetryFields;
}
template <>
std::span<const Field> fields_of<LoudnessBounds>() {
  return kLoudnessBoundsFields;
}
template <>
std::span<const Field> fields_of<QcSpec>() {
  return kQcFields;
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
