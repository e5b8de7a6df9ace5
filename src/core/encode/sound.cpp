#include "core/encode/sound.h"

#include <algorithm>

#include <fmt/format.h>

namespace mpegflow::encode {
namespace {

/// FFmpeg guesses a layout for up to so many channels that have none.
constexpr std::int64_t kMostGuessed = 8;

/// In step with the source's times: silence in every hole. Less than 20 ms is left alone, so that
/// rounded times do not make clicks.
constexpr std::string_view kInStep = "aresample={}:async=1:min_hard_comp=0.02";

}  // namespace

SoundPlan plan_sound(const probe::AudioStream& audio, const submit::AudioSpec& spec) {
  SoundPlan plan;
  plan.sample_rate = spec.sample_rate;
  const std::int64_t has = audio.channels > 0 ? audio.channels : spec.channels;
  plan.channels = std::min(spec.channels, std::max<std::int64_t>(2, has));
  plan.takes_first_two = audio.channel_layout.empty() && has > kMostGuessed && plan.channels < has;
  if (plan.takes_first_two) plan.channels = std::min<std::int64_t>(plan.channels, 2);
  plan.is_mono_doubled = has == 1 && plan.channels == 2;
  plan.is_mixed_down = has > plan.channels && !plan.takes_first_two;
  plan.filter = fmt::format(fmt::runtime(kInStep), plan.sample_rate);
  if (audio.has_empty_packets) plan.filter = "asetpts=N/SR/TB," + plan.filter;
  // -ac would make each of the two 3 dB quieter.
  if (plan.is_mono_doubled) plan.filter += ",pan=stereo|c0=c0|c1=c0";
  if (plan.takes_first_two)
    plan.filter += plan.channels == 1 ? ",pan=mono|c0=c0" : ",pan=stereo|c0=c0|c1=c1";
  return plan;
}

}  // namespace mpegflow::encode
