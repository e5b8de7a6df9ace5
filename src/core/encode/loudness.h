#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/probe/probe.h"
#include "core/submit/job_spec.h"

namespace mpegflow::encode {

/// What the first pass over the audio found, by EBU R 128.
struct Loudness {
  double integrated = 0;  ///< LUFS
  double true_peak = 0;   ///< dBTP
  double range = 0;       ///< LU
  double threshold = 0;   ///< LUFS
  double offset = 0;      ///< LU that the filter would be off by

  bool operator==(const Loudness&) const = default;
};

/// The command that decodes the audio and measures it; the figures come at the end of stderr.
std::vector<std::string> make_measure_command(const probe::Probe& probe,
                                              const probe::AudioStream& audio,
                                              const submit::AudioSpec& audio_spec,
                                              const submit::LoudnessSpec& spec,
                                              const std::string& input_name);

/// The figures of that command; nullopt if there are none, or if the audio is silence, which has no
/// loudness.
std::optional<Loudness> read_loudness(std::string_view stderr_text);

/// Lets the audio of a command, in so many channels, pass the second filter, of which only
/// `{loudness}` is known yet.
std::vector<std::string> expect_loudness(std::vector<std::string> argv, std::int64_t channels);
/// Puts the filter in its place; of silence it changes nothing.
std::vector<std::string> fill_in_loudness(std::vector<std::string> argv,
                                          const std::optional<Loudness>& measured,
                                          const submit::LoudnessSpec& spec);

base::json::object to_json(const std::optional<Loudness>& measured);
std::optional<Loudness> parse_loudness(const base::json::object& record);

}  // namespace mpegflow::encode
