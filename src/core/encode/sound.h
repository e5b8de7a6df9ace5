#pragma once

#include <cstdint>
#include <string>

#include "core/probe/probe.h"
#include "core/submit/job_spec.h"

namespace mpegflow::encode {

/// How one stream of sound is brought to what the spec asks for.
struct SoundPlan {
  std::int64_t channels = 2;  ///< never more than the source has, but one becomes two
  std::int64_t sample_rate = 48'000;
  std::string filter;
  bool is_mixed_down = false;    ///< from surround by the coefficients of ITU-R BS.775
  bool is_mono_doubled = false;  ///< the one channel on both sides, as loud as it was
  bool takes_first_two = false;  ///< so many channels without a layout cannot be mixed

  bool operator==(const SoundPlan&) const = default;
};

/// Who puts silence before sound that starts late. FFmpeg builds its filters anew wherever the
/// sound of a stream changes (from stereo to 5.1 and back, in broadcasts), and then fills from 0
/// again; so it does not where the packager can.
enum class LateStart { filled_by_filter, filled_by_packager };

SoundPlan plan_sound(const probe::AudioStream& audio, const submit::AudioSpec& spec,
                     LateStart late_start = LateStart::filled_by_packager);

}  // namespace mpegflow::encode
