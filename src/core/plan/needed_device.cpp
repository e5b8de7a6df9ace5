#include "core/plan/needed_device.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/encode/needed_encoders.h"
#include "core/plan/rare_names.h"
#include "core/plan/requirements.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::plan {
namespace {

constexpr std::array<std::string_view, 5> kDeviceOptions = {
    "-init_hw_device", "-filter_hw_device", "-hwaccel_device", "-vaapi_device", "-qsv_device"};

bool asks_for_device(const std::vector<std::string>& argv) {
  for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
    const std::string_view option = std::string_view(argv[i]).substr(0, argv[i].find(':'));
    if (std::ranges::find(kDeviceOptions, option) != kDeviceOptions.end()) return true;
    if (option == "-hwaccel" && argv[i + 1] != "none") return true;
  }
  return false;
}

}  // namespace

bool needs_device(const std::vector<std::string>& argv) {
  const auto is_encoder = [](const std::string& name) { return retry::is_hardware_codec(name); };
  const auto is_decoder = [](const std::string& name) { return is_hardware_decoder(name); };
  return asks_for_device(argv) ||
         std::ranges::any_of(encode::find_needed_encoders(argv), is_encoder) ||
         std::ranges::any_of(encode::find_needed_decoders(argv), is_decoder) ||
         std::ranges::any_of(find_requirements(argv), [](const std::string& requirement) {
           constexpr std::string_view kFilter = "filter:";
           return requirement.starts_with(kFilter) &&
                  is_hardware_filter(std::string_view(requirement).substr(kFilter.size()));
         });
}

}  // namespace mpegflow::plan
