#include "worker/measure_output.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <fcntl.h>

#include "base/room.h"
#include "core/probe/ffprobe_command.h"
#include "worker/encoder_process.h"
#include "worker/probe_input.h"

namespace mpegflow::worker {
namespace {

constexpr std::int64_t kLongestAnswer = 16 << 20;

// As FFmpeg's own limit for what it is not told.
constexpr unsigned kMostThreads = 16;

constexpr std::string_view kGate = "gate.look";

enum class Look {
  at_packets,  ///< reads them all
  at_frames,   ///< decodes them, too: every frame comes out, also what an edit list leaves out
};

/// A look by ffprobe; `gate` (or nothing) is a FIFO that it opens before its input.
EncoderCommand make_look(Look how, const std::string& container, const std::string& inside,
                         std::string_view gate = {}) {
  EncoderCommand look;
  look.argv = {"ffprobe", "-count_packets"};
  const auto add = [&](const std::vector<std::string>& words) {
    look.argv.insert(look.argv.end(), words.begin(), words.end());
  };
  if (how == Look::at_frames)
    add({"-count_frames", "-flags2", "+skip_manual", "-skip_loop_filter", "all", "-threads",
         std::to_string(std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads))});
  if (!gate.empty()) add({"-o", "file:" + std::string(gate)});
  add(probe::ffprobe_argv(container, inside));
  look.capture_output = gate.empty();
  look.waits_for_others = !gate.empty();  // it is loaded in the time that the encode leaves over
  look.output_limit = kLongestAnswer;
  look.is_main = false;
  return look;
}

base::Result<EncoderRun> run_look(const TaskRun& run, Look how, const std::string& container,
                                  const std::string& inside, ReadyLook* ready) {
  if (ready != nullptr && how == Look::at_frames)
    if (auto seen = ready->take()) return *std::move(seen);
  const base::Path log = run.folder.parent_path() / "ffprobe.log";
  RETURN_IF_ERROR(base::remove_tree(log));  // of the output before
  return run_beside(run, make_look(how, container, inside), log);
}

/// What a look that decoded said stands in the attempt's log, too, behind what the encode said.
base::Result<void> keep_words(const TaskRun& run, const EncoderRun& looked) {
  if (looked.stderr_text.empty()) return {};
  const base::Path log = run.folder / "stderr.log";
  const base::UniqueFd fd(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "open", log));
  return base::write_all(fd.get(), looked.stderr_text, log);
}

void read_streams(const EncoderRun& looked, const std::string& container,
                  verify::OutputFacts& facts) {
  facts.probe_stderr = looked.stderr_text;
  auto parsed = probe::parse_ffprobe(looked.process.stdout_text, container, facts.size);
  if (looked.is_ok() && parsed) facts.probe = std::move(*parsed);
  facts.packets = verify::read_packet_counts(looked.process.stdout_text);
}

/// What is known to be decoded whole before ffprobe has said how long it is.
bool is_whole(const std::vector<verify::DecodeStep>& steps) {
  return steps.size() == 1 && steps.front().input_options.empty();
}

/// Playlists and pictures are for ffmpeg to decode.
bool can_count_frames(std::string_view container) {
  return container != "hls" && container != "dash" && !container.ends_with("_pipe");
}

}  // namespace

std::optional<verify::WrittenPlaylist> find_playlist(const base::Path& path) {
  const std::string extension = path.extension().native();
  if (extension != ".m3u8" && extension != ".m3u" && extension != ".mpd") return std::nullopt;
  const auto text = base::read_file(path);
  return text ? verify::read_written_playlist(*text) : std::nullopt;
}

ReadyLook::ReadyLook(const TaskRun& run, std::string inside, std::string container)
    : inside_(std::move(inside)),
      container_(std::move(container)),
      look_(run, make_look(Look::at_frames, container_, inside_, kGate), std::string(kGate),
            run.folder.parent_path() / "ready-look.log"),
      written_(run.folder / inside_),
      seen_(std::async(std::launch::async, [this] {
        written_.wait();
        return look_.let_go();
      })) {}

ReadyLook::~ReadyLook() {
  look_.stop();
  written_.end();
  if (seen_.valid()) seen_.wait();
}

std::optional<EncoderRun> ReadyLook::take() {
  begin();
  auto seen = seen_.valid() ? seen_.get() : std::nullopt;
  return written_.is_as_it_was() ? std::move(seen) : std::nullopt;
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
                                                 std::optional<double> expected_duration,
                                                 ReadyLook* ready) {
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
  if (ready != nullptr && !ready->is_for(inside, container)) ready = nullptr;
  auto steps = plan(expected_duration);
  const Look how =
      is_whole(steps) && can_count_frames(container) ? Look::at_frames : Look::at_packets;
  ASSIGN_OR_RETURN(const EncoderRun looked, run_look(run, how, container, inside, ready));
  RETURN_IF_ERROR(check_looked(looked));
  read_streams(looked, container, facts);
  if (!facts.probe) return facts;
  // A packet that gave no frame may be one that a decoder refused without a word: ffmpeg tells.
  if (how == Look::at_frames && verify::is_each_packet_a_frame(looked.process.stdout_text)) {
    RETURN_IF_ERROR(keep_words(run, looked));
    facts.decoded = {verify::read_decoded_part("whole", looked.is_ok(), looked.stderr_text)};
    return facts;
  }
  if (how == Look::at_packets) steps = plan(facts.probe->duration);
  for (const verify::DecodeStep& step : steps) {
    ASSIGN_OR_RETURN(auto part, decode_part(run, step, container, inside));
    facts.decoded.push_back(std::move(part));
  }
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
