#include "core/plan/requirements.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

#include "core/command/address.h"
#include "core/encode/needed_encoders.h"
#include "core/plan/named_fonts.h"
#include "core/plan/rare_names.h"
#include "core/verify/command_shape.h"

namespace mpegflow::plan {
namespace {

using queue::Requirements;

constexpr std::string_view kGraphOptions[] = {"-vf", "-af", "-filter", "-filter_complex", "-lavfi"};

/// "-filter_complex" and also "-filter:v:0".
bool is_graph_option(std::string_view word) {
  return std::ranges::find(kGraphOptions, word.substr(0, word.find(':'))) !=
         std::end(kGraphOptions);
}

void require_of_graph(std::string_view graph, Requirements& requirements) {
  for (const std::string& name : verify::list_filters(graph))
    if (is_rare_filter(name)) requirements.insert("filter:" + name);
  for (const std::string& font : find_named_fonts(graph)) requirements.insert("font:" + font);
}

void require_of_output(const std::string& name, const std::string& muxer,
                       Requirements& requirements) {
  if (is_rare_muxer(muxer)) {
    requirements.insert("muxer:" + muxer);
  } else if (const std::string by_name = find_rare_muxer(command::extension_of(name));
             !by_name.empty() && (muxer.empty() || muxer == command::extension_of(name))) {
    requirements.insert("muxer:" + by_name);
  }
}

/// The codec of a stream by its index; empty if there is none.
std::string find_codec(const probe::Probe& source, int index) {
  for (const auto& stream : source.video)
    if (stream.index == index) return stream.codec;
  for (const auto& stream : source.audio)
    if (stream.index == index) return stream.codec;
  for (const auto& stream : source.subtitles)
    if (stream.index == index) return stream.codec;
  return {};
}

}  // namespace

Requirements find_requirements(const std::vector<std::string>& argv) {
  Requirements requirements;
  for (const std::string& name : encode::find_needed_encoders(argv))
    if (is_rare_encoder(name)) requirements.insert("encoder:" + name);
  for (const std::string& name : encode::find_needed_decoders(argv))
    if (is_rare_decoder(name)) requirements.insert("decoder:" + name);
  for (std::size_t i = 0; i + 1 < argv.size(); ++i)
    if (is_graph_option(argv[i])) require_of_graph(argv[i + 1], requirements);
  for (const verify::OutputShape& output : verify::read_command_shape(argv).outputs)
    require_of_output(output.name, output.muxer, requirements);
  return requirements;
}

Requirements find_requirements_of_input(const std::vector<std::string>& argv,
                                        const probe::Probe& source) {
  Requirements requirements;
  for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
    const std::string_view which = argv[i + 1];
    if (argv[i] != "-map" || !which.starts_with("0:")) continue;
    int index = -1;
    std::from_chars(which.data() + 2, which.data() + which.size(), index);
    if (const std::string decoders = find_rare_decoders(find_codec(source, index));
        !decoders.empty())
      requirements.insert("decoder:" + decoders);
  }
  return requirements;
}

Requirements change_command(const Requirements& required, const std::vector<std::string>& from,
                            const std::vector<std::string>& to) {
  const Requirements named = find_requirements(from);
  Requirements changed = find_requirements(to);
  for (const std::string& requirement : required)
    if (requirement == queue::kSandbox ||
        (requirement.starts_with("decoder:") && !named.contains(requirement)))
      changed.insert(requirement);
  return changed;
}

}  // namespace mpegflow::plan
