#include "app/doctor_facts.h"

#include <filesystem>

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/json.h"
#include "base/room.h"
#include "base/text.h"
#include "process/local/sandbox.h"
#include "store/upkeep_reads.h"

namespace mpegflow::app {
namespace {

std::string sha256_of(const worker::Encoder& encoder, const base::Path& path) {
  const auto facts = base::parse_json(encoder.revision.facts, "encoder facts");
  if (!facts) return "";
  for (const auto& file : base::array_or(facts->get_object(), "files"))
    if (file.is_object() &&
        base::text_or(file.get_object(), "uri") == base::to_file_uri(path.native()))
      return base::text_or(file.get_object(), "sha256");
  return "";
}

cli::ProgramFacts describe_bubblewrap(const process::SandboxReport& sandbox) {
  cli::ProgramFacts facts;
  for (const auto& layer : sandbox.layers)
    if (layer.name == "bubblewrap") {
      if (layer.on) facts.path = process::find_bubblewrap().value_or("bwrap").native();
      else facts.problem = layer.detail;
    }
  return facts;
}

/// Fontconfig's own search path; drawtext and subtitles find nothing without it.
bool has_fonts() {
  std::error_code error;
  for (const char* folder : {"/usr/share/fonts", "/usr/local/share/fonts"})
    for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
      const std::string extension = at->path().extension();
      if (extension == ".ttf" || extension == ".otf" || extension == ".ttc" || extension == ".pfb")
        return true;
    }
  return false;
}

}  // namespace

cli::DoctorFacts look_around(const cli::Config& config,
                             const base::Result<const worker::Encoder*>& encoder, Parts& parts) {
  cli::DoctorFacts facts;
  if (encoder) {
    const worker::Encoder& found = **encoder;
    facts.ffmpeg = {found.ffmpeg.native(), found.version, sha256_of(found, found.ffmpeg), ""};
    facts.ffprobe = {found.ffprobe.native(), found.version, sha256_of(found, found.ffprobe), ""};
    for (const char* name : {"libx264", "aac"})
      facts.encoders.push_back({name, found.encoders.contains(name)});
    for (const char* name : {"scale", "format", "setsar", "aresample"})
      facts.filters.push_back({name, found.filters.contains(name)});
  } else {
    facts.ffmpeg.problem = facts.ffprobe.problem = encoder.error().message;
  }
  facts.sandbox = parts.processes(config).report();
  facts.bubblewrap = describe_bubblewrap(facts.sandbox);
  facts.has_fonts = has_fonts();
  facts.state_directory = config.state_path();
  if (const auto store = parts.open_store(config); !store)
    facts.state_problem = store.error().message;
  else if (const auto left = store::measure_leftovers(**store, upkeep::kDefaultGrace)) {
    facts.collectable_bytes = left->output_bytes;
    facts.old_requests = left->requests;
  }
  if (const auto room = base::find_room(config.state_path())) facts.free_bytes = room->free_bytes;
  return facts;
}

base::Result<void> check_sandbox(const cli::Config& config, Parts& parts) {
  if (config.sandbox_mode() != cli::SandboxMode::on) return {};
  for (const auto& layer : parts.processes(config).report().layers)
    if (layer.name == "bubblewrap" && !layer.on)
      return base::fail(
          base::ErrorCode::process_failed,
          fmt::format("the sandbox is asked for ({}), but bubblewrap is {}; or let --sandbox auto "
                      "use what this machine has",
                      config.sandbox.source.empty() ? "sandbox on" : config.sandbox.source + " on",
                      layer.detail));
  return {};
}

}  // namespace mpegflow::app
