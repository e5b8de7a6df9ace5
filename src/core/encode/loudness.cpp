#include "core/encode/loudness.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/encode/arguments.h"
#include "core/encode/open_input.h"

namespace mpegflow::encode {
namespace {

constexpr std::string_view kPlace = "{loudness}";

std::string make_target(const submit::LoudnessSpec& spec) {
  return fmt::format("loudnorm=I={}:TP={}:LRA={}", spec.target, spec.true_peak, spec.range);
}

/// What is measured must be what is encoded: in the channels of the result, not of the source.
std::string mix_to(std::int64_t channels) {
  const std::string_view layout = channels == 1   ? "mono"
                                  : channels == 6 ? "5.1"
                                  : channels == 8 ? "7.1"
                                                  : "stereo";
  return fmt::format("aformat=channel_layouts={},", layout);
}

/// The filter writes its numbers as text.
std::optional<double> number_of(const base::json::object& record, std::string_view key) {
  const std::string text = base::text_or(record, key);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

}  // namespace

Arguments make_measure_command(const probe::Probe& probe, const probe::AudioStream& audio,
                               const submit::AudioSpec& audio_spec,
                               const submit::LoudnessSpec& spec, const std::string& input_name) {
  Arguments arguments = open_input(probe, input_name);
  arguments.insert(
      arguments.end(),
      {"-map", fmt::format("0:{}", audio.index), "-vn", "-sn", "-dn", "-filter:a",
       mix_to(audio_spec.channels) + make_target(spec) + ":print_format=json", "-f", "null", "-"});
  return arguments;
}

std::optional<Loudness> read_loudness(std::string_view stderr_text) {
  const std::size_t close = stderr_text.rfind('}');
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t open = stderr_text.rfind('{', close);
  if (open == std::string_view::npos) return std::nullopt;
  const auto value = base::parse_json(stderr_text.substr(open, close - open + 1), "loudnorm");
  if (!value || !value->is_object()) return std::nullopt;
  const base::json::object& record = value->get_object();
  const auto integrated = number_of(record, "input_i");
  const auto true_peak = number_of(record, "input_tp");
  const auto range = number_of(record, "input_lra");
  const auto threshold = number_of(record, "input_thresh");
  const auto offset = number_of(record, "target_offset");
  if (!integrated || !true_peak || !range || !threshold || !offset) return std::nullopt;
  return Loudness{*integrated, *true_peak, *range, *threshold, *offset};
}

Arguments expect_loudness(Arguments argv, std::int64_t channels) {
  const std::string filter_text = mix_to(channels) + std::string(kPlace);
  const auto filter = std::ranges::find(argv, "-filter:a");
  if (filter != argv.end() && filter + 1 != argv.end()) {
    *(filter + 1) += "," + filter_text;
    return argv;
  }
  const auto codec = std::ranges::find(argv, "-c:a");
  argv.insert(codec, {"-filter:a", filter_text});
  return argv;
}

Arguments fill_in_loudness(Arguments argv, const std::optional<Loudness>& measured,
                           const submit::LoudnessSpec& spec) {
  std::string filter = "anull";
  if (measured)
    filter = fmt::format(
        "{}:measured_I={}:measured_TP={}:measured_LRA={}:measured_thresh={}:offset={}:linear=true:"
        "print_format=summary",
        make_target(spec), measured->integrated, measured->true_peak, measured->range,
        measured->threshold, measured->offset);
  for (std::string& argument : argv)
    if (const std::size_t at = argument.find(kPlace); at != std::string::npos)
      argument.replace(at, kPlace.size(), filter);
  return argv;
}

base::json::object to_json(const std::optional<Loudness>& measured) {
  if (!measured) return {{"is_silent", true}};
  return {{"integrated", measured->integrated},
          {"true_peak", measured->true_peak},
          {"range", measured->range},
          {"threshold", measured->threshold},
          {"offset", measured->offset}};
}

std::optional<Loudness> parse_loudness(const base::json::object& record) {
  if (!record.contains("integrated")) return std::nullopt;
  return Loudness{base::double_or(record, "integrated"), base::double_or(record, "true_peak"),
                  base::double_or(record, "range"), base::double_or(record, "threshold"),
                  base::double_or(record, "offset")};
}

}  // namespace mpegflow::encode
