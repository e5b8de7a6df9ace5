#include "worker/measure_output.h"

#include <functional>
#include <future>

#include "base/room.h"
#include "core/probe/ffprobe_command.h"
#include "worker/encoder_process.h"
#include "worker/probe_input.h"

namespace mpegflow::worker {
namespace {

constexpr std::int64_t kLongestAnswer = 16 << 20;

base::Result<EncoderRun> run_ffprobe(const TaskRun& run, const std::string& container,
                                     const std::string& inside) {
  EncoderCommand look;
  look.argv = {"ffprobe", "-count_packets"};
  std::ranges::move(probe::ffprobe_argv(container, inside), std::back_inserter(look.argv));
  look.capture_output = true;
  look.output_limit = kLongestAnswer;
  look.is_main = false;
  const base::Path log = run.folder.parent_path() / "ffprobe.log";
  RETURN_IF_ERROR(base::remove_tree(log));  // of the output before
  return run_beside(run, look, log);
}

void read_streams(const EncoderRun& looked, const std::string& container,
                  verify::OutputFacts& facts) {
  facts.probe_stderr = looked.stderr_text;
  auto parsed = probe::parse_ffprobe(looked.process.stdout_text, container, facts.size);
  if (looked.is_ok() && parsed) facts.probe = std::move(*parsed);
  facts.packets = verify::read_packet_counts(looked.process.stdout_text);
}

/// A decode of the whole may begin before ffprobe has said how long the file is.
bool is_whole(const std::vector<verify::DecodeStep>& steps) {
  return steps.size() == 1 && steps.front().input_options.empty();
}

}  // namespace

std::optional<verify::WrittenPlaylist> find_playlist(const base::Path& path) {
  const std::string extension = path.extension().native();
  if (extension != ".m3u8" && extension != ".m3u" && extension != ".mpd") return std::nullopt;
  const auto text = base::read_file(path);
  return text ? verify::read_written_playlist(*text) : std::nullopt;
}

base::Result<verify::DecodedPart> decode_part(TaskRun& run, const verify::DecodeStep& step,
                                              const std::string& container,
                                              const std::string& inside) {
  EncoderCommand decode;
  decode.argv = {"ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", "error"};
  const auto add = [&](const std::vector<std::string>& words) {
    decode.argv.insert(decode.argv.end(), words.begin(), words.end());
  };
  add(step.input_options);
  add(probe::input_options(container));
  add({"-i", "file:" + inside, "-f", "null", "-"});
  decode.is_main = false;
  ASSIGN_OR_RETURN(const EncoderRun decoded, run_encoder(run, decode));
  RETURN_IF_ERROR(check_looked(decoded));
  return verify::read_decoded_part(step.place, decoded.is_ok(), decoded.stderr_text);
}

base::Result<verify::OutputFacts> measure_output(TaskRun& run, const std::string& inside,
                                                 verify::Thoroughness thoroughness,
                                                 std::optional<double> expected_duration) {
  const base::Path path = run.folder / inside;
  verify::OutputFacts facts;
  const auto identity = base::identify_file(path);
  if (identity) facts.size = identity->size;
  if (const auto room = base::find_room(run.folder)) {
    facts.free_bytes = room->free_bytes;
    facts.free_inodes = room->free_inodes;
  }
  if (facts.size == 0) return facts;
  std::string container;
  bool is_still_image = false;
  if (const auto playlist = find_playlist(path)) {
    container = playlist->container;
    facts.is_whole = playlist->is_whole;
  } else {
    ASSIGN_OR_RETURN(const auto sniffed, sniff_file(path));
    facts.is_media = sniffed.has_value() && !sniffed->is_subtitle;
    if (!facts.is_media) return facts;
    container = sniffed->container;
    is_still_image = sniffed->is_still_image;
  }
  const auto plan = [&](std::optional<double> duration) {
    return verify::plan_decodes({container, facts.size, duration, is_still_image}, thoroughness);
  };
  auto looking = std::async(std::launch::async, run_ffprobe, std::cref(run), container, inside);
  auto steps = plan(expected_duration);
  const bool is_early = is_whole(steps);
  const auto decode = [&]() -> base::Result<void> {
    for (const verify::DecodeStep& step : steps) {
      ASSIGN_OR_RETURN(auto part, decode_part(run, step, container, inside));
      facts.decoded.push_back(std::move(part));
    }
    return {};
  };
  if (is_early) RETURN_IF_ERROR(decode());
  ASSIGN_OR_RETURN(const EncoderRun looked, looking.get());
  RETURN_IF_ERROR(check_looked(looked));
  read_streams(looked, container, facts);
  if (is_early || !facts.probe) return facts;
  steps = plan(facts.probe->duration);
  RETURN_IF_ERROR(decode());
  return facts;
}

void write_down_verification(TaskRun& run, const verify::Verification& verification,
                             const std::string& subject) {
  const std::string prefix = subject.empty() ? "" : subject + ": ";
  run.record.verification_level =
      verify::weaker_level(run.record.verification_level, verification.level);
  for (const verify::Check& check : verification.checks)
    run.record.checks.push_back(base::json::object{{"name", prefix + check.name},
                                                   {"ok", check.ok},
                                                   {"expected", check.expected},
                                                   {"found", check.found}});
  for (const std::string& warning : verification.warnings)
    run.record.checks.push_back(base::json::object{{"name", prefix + "warning"},
                                                   {"ok", true},
                                                   {"expected", "nothing to say"},
                                                   {"found", warning}});
}

}  // namespace mpegflow::worker
