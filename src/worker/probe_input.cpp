#include "worker/probe_input.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "core/probe/edit_look.h"
#include "core/probe/ffprobe_command.h"
#include "core/probe/field_look.h"
#include "core/probe/light_look.h"
#include "core/retry/classify.h"
#include "worker/encoder_process.h"

namespace mpegflow::worker {
namespace {

constexpr std::int64_t kMemoryOfAProbe = std::int64_t{1} << 30;

base::Result<std::string> read_at(int fd, std::int64_t offset, std::int64_t size,
                                  const base::Path& path) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = pread(fd, bytes.data() + have, bytes.size() - have,
                              offset + static_cast<std::int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(base::make_file_error(errno, "read", path));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

/// What ffprobe's record of the file leaves open.
base::Result<void> look_closer(probe::Probe& found, const process::ReadOnlyFile& file,
                               const RunLook& run_look) {
  const auto look = [&](const char* program, const std::vector<std::string>& arguments) {
    std::vector<std::string> argv = {program};
    std::ranges::copy(arguments, std::back_inserter(argv));
    return run_look(argv, file);
  };
  if (const auto arguments = probe::find_field_look(found, file.inside)) {
    ASSIGN_OR_RETURN(const Looked seen, look("ffmpeg", *arguments));
    if (const auto fields = probe::parse_field_look(seen.err))
      probe::add_field_look(found, *fields);
  }
  if (const auto arguments = probe::find_light_look(found, file.inside)) {
    ASSIGN_OR_RETURN(const Looked seen, look("ffprobe", *arguments));
    probe::add_light_look(found, probe::parse_light_look(seen.out));
  }
  if (const auto arguments = probe::find_edit_look(found, file.inside)) {
    ASSIGN_OR_RETURN(const Looked seen, look("ffprobe", *arguments));
    const double start = probe::find_main_video(found)->start.value_or(0);
    if (const auto early = probe::parse_edit_look(seen.out, start))
      probe::add_edit_look(found, *early);
  }
  return {};
}

}  // namespace

base::Result<tl::expected<probe::Sniff, retry::Finding>> sniff_file(const base::Path& path) {
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open())
    return tl::unexpected(
        base::make_file_error(errno, "open", path, base::ErrorCode::input_forbidden));
  ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(fd.get()));
  const std::int64_t look = std::min(identity.size, probe::kSniffBytes);
  ASSIGN_OR_RETURN(const std::string head, read_at(fd.get(), 0, look, path));
  ASSIGN_OR_RETURN(const std::string tail, read_at(fd.get(), identity.size - look, look, path));
  return probe::sniff({head, identity.size, tail});
}

base::Result<Probed> probe_input(const process::ReadOnlyFile& file, probe::InputNeeds needs,
                                 const RunFfprobe& run_ffprobe, const RunLook& run_look) {
  ASSIGN_OR_RETURN(const auto sniffed, sniff_file(file.source));
  if (!sniffed) return Probed(tl::unexpected(sniffed.error()));
  ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(file.source));
  std::vector<std::string> argv = {"ffprobe"};
  std::ranges::move(probe::ffprobe_argv(sniffed->container, file.inside), std::back_inserter(argv));
  ASSIGN_OR_RETURN(const Ffprobed said, run_ffprobe(argv, file));
  if (!said) return Probed(tl::unexpected(said.error()));
  auto parsed = probe::parse_ffprobe(*said, sniffed->container, identity.size);
  if (!parsed)
    return Probed(tl::unexpected(retry::make_finding("input_corrupt", "probe.unreadable")));
  for (probe::AudioStream& audio : parsed->audio)
    audio.has_empty_packets = sniffed->has_empty_packets;
  if (auto refused = probe::assess_probe(*parsed, *sniffed, needs))
    return Probed(tl::unexpected(std::move(*refused)));
  if (needs.video) RETURN_IF_ERROR(look_closer(*parsed, file, run_look));
  return Probed(probe::InputRecord{std::move(*parsed), *sniffed});
}

base::Result<Probed> probe_file(const Encoder& encoder, process::ProcessRunner& processes,
                                const process::ReadOnlyFile& file, probe::InputNeeds needs,
                                const base::Path& folder, const process::StopSignal& stop,
                                Haste haste) {
  const auto run = [&](const std::vector<std::string>& argv) {
    process::ProcessSpec spec;
    spec.argv = argv;
    spec.argv.front() =
        argv.front() == "ffprobe" ? encoder.ffprobe.native() : encoder.ffmpeg.native();
    spec.working_folder = folder;
    spec.inputs = {file};
    spec.stderr_file = folder / (argv.front() + ".log");
    spec.capture_stdout = true;
    spec.output_limit = 16 << 20;
    spec.memory_limit = kMemoryOfAProbe;
    spec.deadline = std::chrono::minutes(5);
    spec.waits_for_others = haste == Haste::none;
    return processes.run(spec, {}, stop);
  };
  const auto run_ffprobe = [&](const std::vector<std::string>& argv,
                               const process::ReadOnlyFile&) -> base::Result<Ffprobed> {
    ASSIGN_OR_RETURN(const auto result, run(argv));
    if (result.exit_code == 0 && result.ended_by == process::EndedBy::itself)
      return Ffprobed(result.stdout_text);
    retry::EncoderExit exit;
    exit.tool = "ffprobe";
    exit.version = encoder.version;
    exit.argv = argv;
    exit.exit_code = result.exit_code;
    exit.signal = result.signal;
    exit.cause = to_cause(result.ended_by);
    exit.stderr_text = base::read_file(folder / "ffprobe.log").value_or("");
    exit.facts.stage_in = retry::StageIn::ok;
    exit.facts.hash_match = true;
    return Ffprobed(tl::unexpected(retry::classify(exit)));
  };
  const auto run_look = [&](const std::vector<std::string>& argv,
                            const process::ReadOnlyFile&) -> base::Result<Looked> {
    ASSIGN_OR_RETURN(const auto result, run(argv));
    return Looked{result.stdout_text,
                  base::read_file(folder / (argv.front() + ".log")).value_or("")};
  };
  return probe_input(file, needs, run_ffprobe, run_look);
}

}  // namespace mpegflow::worker
