#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "base/text.h"
#include "checkout/checkout.h"
#include "core/audit/attempt_record.h"
#include "engine/submit.h"
#include "objects/local/local_object_store.h"
#include "protocol/in_process.h"
#include "protocol/input_identity.h"
#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "support/scripted_process.h"
#include "support/temporary_folder.h"
#include "worker/run_task.h"

namespace mpegflow::worker {

using test::has_argument;
using test::ScriptedProcess;

inline std::string read_source_file(const std::string& name) {
  return base::read_file(base::Path(MPEGFLOW_SOURCE_DIR) / name).value_or("");
}

/// What ffprobe says of the input of all tests: 60 pictures of 96x64 at 25/s, and sound.
inline constexpr std::string_view kFfprobeJson = R"({
  "streams": [
    {"index": 0, "codec_name": "h264", "codec_type": "video", "codec_tag_string": "avc1",
     "width": 96, "height": 64, "sample_aspect_ratio": "1:1", "pix_fmt": "yuv420p",
     "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "start_time": "0.000000",
     "duration": "2.400000", "nb_frames": "60", "nb_read_packets": "60", "field_order": "progressive"},
    {"index": 1, "codec_name": "aac", "codec_type": "audio", "codec_tag_string": "mp4a",
     "sample_rate": "48000", "channels": 2, "start_time": "0.000000", "duration": "2.400000",
     "nb_read_packets": "112"}
  ],
  "format": {"format_name": "mov,mp4,m4a,3gp,3g2,mj2", "duration": "2.400000",
             "start_time": "0.000000", "bit_rate": "100000"}
})";

inline constexpr std::string_view kVideoStderr =
    "Input file #0 (file:in/main.mp4):\n"
    "  Input stream #0:0 (video): 60 packets read (4000 bytes); 60 frames decoded; \n"
    "  Total: 60 packets (4000 bytes) demuxed\n"
    "Output file #0 (pipe:1):\n"
    "  Output stream #0:0 (video): 60 frames encoded; 60 packets muxed (4000 bytes); \n";

inline ScriptedProcess answer(std::string_view text) {
  ScriptedProcess script;
  script.output = {std::string(text)};
  return script;
}

inline ScriptedProcess good_video() {
  ScriptedProcess script;
  script.stderr_text = kVideoStderr;
  script.progress = {"frame=60", "out_time_us=2400000", "progress=end"};
  script.output = {read_source_file("tests/golden/package/video.mp4")};
  script.result.cpu_us = 1'500'000;
  script.result.wall_us = 2'000'000;
  script.result.peak_anonymous_bytes = 1 << 20;
  return script;
}

inline ScriptedProcess good_audio() {
  ScriptedProcess script;
  script.output = {read_source_file("tests/golden/package/audio.mp4")};
  return script;
}

inline ScriptedProcess fail_with_text(int exit_code, std::string text) {
  ScriptedProcess script;
  script.stderr_text = std::move(text);
  script.result.exit_code = exit_code;
  return script;
}

/// Everything a worker needs, real but for the processes: a store in memory, objects in a temporary
/// folder, a protocol of plain calls.
class WorkerWorld {
 public:
  WorkerWorld() {
    store::SqliteOptions options;
    options.clock = &clock;
    store = *store::SqliteStore::open(options);
    protocol = std::make_unique<protocol::InProcessProtocol>(*store, changes, entropy);
    encoder.ffmpeg = "/usr/bin/ffmpeg";
    encoder.ffprobe = "/usr/bin/ffprobe";
    encoder.version = "5.1.9";
    encoder.revision.id = base::EncoderRevisionId("revision");
    encoder.revision.version = "5.1.9";
    encoder.revision.facts = "{}";
    input = folder.path() / "source" / "main.mp4";
    EXPECT_TRUE(base::make_directories(input.parent_path()));
    EXPECT_TRUE(base::write_file_durably(input, good_video().output.front()));
    target = folder.path() / "out";
    spec.inputs = {{"main", base::to_file_uri(input.native())}};
    spec.output_uri = base::to_file_uri(target.native());
    open_session("session");
  }

  /// Pictures, sound, playlists, delivery.
  void submit_ladder() {
    submit::RenditionSpec rendition;
    rendition.key = "64p";
    rendition.height = 64;
    spec.renditions = {rendition};
    spec.packaging.gop_duration = 0.4;
    spec.packaging.segment_duration = 1.2;
    submit();
  }
  void submit_command(std::vector<std::string> arguments = {"-i", "{input.main}", "-c", "copy",
                                                            "{output.copy.mp4}"}) {
    spec.tasks = {{"remux", std::move(arguments), {}}};
    submit();
  }
  void submit() {
    engine::Submission submission;
    submission.spec = spec;
    submission.encoder_revision = encoder.revision.id;
    submission.scratch_uri = base::to_file_uri(folder.path().native());
    submission.inputs = {{"main",
                          spec.inputs.front().uri,
                          protocol::to_text(*base::identify_file(input)),
                          base::identify_file(input)->size,
                          {},
                          {}}};
    ASSERT_TRUE(engine::submit(*store, job, submission));
  }

  /// Good answers to everything.
  void script_all() {
    processes.when(is_ffprobe, answer(kFfprobeJson));
    processes.when(has_argument("null"), ScriptedProcess{});  // decodes without a word
    processes.when(has_argument("-vn"), good_audio());
    processes.when(has_argument("-an"), good_video());
    ScriptedProcess copy;
    copy.files = {{"out/copy.mp4", good_video().output.front()}};
    copy.stderr_text = kVideoStderr;
    processes.when(has_argument("out/copy.mp4"), [copy](const process::ProcessSpec& started) {
      return started.argv.back() == "out/copy.mp4" ? copy : ScriptedProcess{};
    });
  }
  static bool is_ffprobe(const process::ProcessSpec& spec) {
    return spec.argv.front() == "/usr/bin/ffprobe";
  }

  void open_session(const std::string& name) {
    session = base::SessionId(name);
    protocol::RegisterRequest request;
    request.session = session;
    request.host = "host";
    request.boot_id = "boot";
    request.encoder = encoder.revision;
    EXPECT_TRUE(protocol->register_session(request));
  }

  Services services() {
    return {*used_protocol(), *used_objects(), logs,    processes, clock,
            entropy,          board,           encoder, scratch()};
  }
  base::Path scratch() const { return folder.path() / "scratch" / "attempts"; }

  std::optional<protocol::Assignment> claim() { return claim_of(""); }
  /// Of this job alone.
  std::optional<protocol::Assignment> claim_of(const std::string& only_job) {
    protocol::ClaimRequest request;
    request.only_job = base::JobId(only_job);
    request.request = base::RequestId(base::make_id(clock.now().us, entropy));
    request.session = session;
    const auto assignments = used_protocol()->claim(request);
    if (!assignments || assignments->empty()) return std::nullopt;
    return assignments->front();
  }
  base::Result<void> run(const protocol::Assignment& assignment) {
    InputFiles inputs;
    return run_task(services(), assignment, stop, inputs);
  }
  /// Claims the one task that is ready and does it.
  base::Result<void> run_next() {
    const auto assignment = claim();
    if (!assignment) return base::fail(base::ErrorCode::not_found, "nothing is ready");
    return run(*assignment);
  }
  /// Does what is ready until nothing is; the first error ends it.
  base::Result<void> run_all() {
    while (const auto assignment = claim()) RETURN_IF_ERROR(run(*assignment));
    return {};
  }
  /// Does the tasks before `key`, and claims that one.
  protocol::Assignment claim_after_others(const std::string& key) {
    while (const auto assignment = claim()) {
      if (assignment->task_key == key) return *assignment;
      EXPECT_TRUE(run(*assignment));
    }
    ADD_FAILURE() << key << " never became ready";
    return {};
  }

  store::TaskRow task(const std::string& key) {
    const auto rows = store::list_tasks(*store, job);
    for (const auto& row : *rows)
      if (row.key == key) return row;
    return {};
  }
  std::vector<store::AttemptRow> attempts(const std::string& key) {
    std::vector<store::AttemptRow> found;
    const auto rows = store::list_attempts(*store, job);
    for (const auto& row : *rows)
      if (row.task == task(key).id) found.push_back(row);
    return found;
  }
  /// Of the last attempt at the task.
  audit::AttemptRecord record(const std::string& key) {
    const auto rows = attempts(key);
    if (rows.empty()) return {};
    const auto last = std::ranges::max_element(rows, {}, &store::AttemptRow::fence);
    return audit::parse_attempt_record(base::parse_json(last->record, "record")->get_object());
  }
  std::string outcome(const std::string& key) {
    const auto rows = attempts(key);
    return rows.empty() ? ""
                        : std::ranges::max_element(rows, {}, &store::AttemptRow::fence)->outcome;
  }
  std::string job_state() { return store::find_job(*store, job)->value().state; }
  bool left_no_folder() const {
    return !std::filesystem::exists(scratch()) || std::filesystem::is_empty(scratch());
  }

  protocol::WorkerProtocol* used_protocol() {
    return other_protocol != nullptr ? other_protocol : protocol.get();
  }
  objects::ObjectStore* used_objects() {
    return other_objects != nullptr ? other_objects : &objects;
  }

  test::TemporaryFolder folder;
  base::SystemClock clock;
  base::SystemEntropy entropy;
  engine::ChangeSignal changes;
  protocol::ProgressBoard board;
  std::unique_ptr<store::SqliteStore> store;
  std::unique_ptr<protocol::InProcessProtocol> protocol;
  protocol::WorkerProtocol* other_protocol = nullptr;  ///< a wrapper to be used instead
  objects::ObjectStore* other_objects = nullptr;
  objects::LocalObjectStore objects{folder.path() / "scratch" / "objects"};
  objects::LocalObjectStore logs{folder.path() / "logs"};
  test::ScriptedProcessRunner processes;
  process::StopSignal stop;
  Encoder encoder;
  submit::JobSpec spec;
  base::JobId job{"job"};
  base::SessionId session;
  base::Path input, target;
};

}  // namespace mpegflow::worker
