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

/// Sound that starts late stays late: in segments the packager puts silence before it, in a file
/// the muxer an empty edit. FFmpeg must not fill it: its filters are built anew wherever the sound
/// of a stream changes (from stereo to 5.1 and back, in broadcasts), and would fill from 0 again.
SoundPlan plan_sound(const probe::AudioStream& audio, const submit::AudioSpec& spec);

}  // namespace mpegflow::encode
