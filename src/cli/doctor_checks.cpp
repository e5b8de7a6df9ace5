#include "cli/doctor_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kLeastFree = 100'000'000;  ///< below it nothing useful can be made
constexpr std::int64_t kLittleFree = 5'000'000'000;
constexpr std::int64_t kMuchToCollect = 1'000'000'000;
constexpr std::int64_t kManyRequests = 100'000;

Check check_program(std::string name, const ProgramFacts& facts, std::string advice,
                    CheckState if_missing) {
  if (facts.path.empty()) {
    const std::string detail = facts.problem.empty() ? "not found" : facts.problem;
    return {std::move(name), if_missing, detail, std::move(advice)};
  }
  if (!facts.problem.empty())
    return {std::move(name), if_missing, facts.path + ": " + facts.problem, std::move(advice)};
  std::string detail = facts.path;
  if (!facts.version.empty()) detail += ", version " + facts.version;
  if (!facts.sha256.empty()) detail += ", sha256 " + facts.sha256.substr(0, 12);
  return {std::move(name), CheckState::ok, std::move(detail), {}};
}

void check_features(std::vector<Check>& checks, const char* kind,
                    const std::vector<FeatureFacts>& features) {
  for (const FeatureFacts& feature : features)
    checks.push_back(
        {fmt::format("{} {}", kind, feature.name),
         feature.is_there ? CheckState::ok : CheckState::failed,
         feature.is_there ? "there" : "this ffmpeg was built without it",
         feature.is_there ? "" : "install Debian's ffmpeg, or point MPEGFLOW_FFMPEG to another"});
}

/// Off without harm: another layer does its work.
bool is_replaced(const process::SandboxReport::Layer& layer,
                 const process::SandboxReport& sandbox) {
  return layer.name == "rlimit" &&
         std::ranges::any_of(sandbox.layers, [](const process::SandboxReport::Layer& other) {
           return other.name == "cgroup" && other.on;
         });
}

Check check_layer(const process::SandboxReport::Layer& layer, CheckState if_off) {
  if (layer.on) return {"sandbox " + layer.name, CheckState::ok, layer.detail, {}};
  return {"sandbox " + layer.name, if_off, "off", layer.detail};
}

Check check_state_directory(const DoctorFacts& facts) {
  const std::string path = facts.state_directory.string();
  if (facts.state_problem.empty()) return {"state directory", CheckState::ok, path, {}};
  return {"state directory", CheckState::failed, path + ": " + facts.state_problem,
          "set MPEGFLOW_STATE to a directory on a local disk that you may write to"};
}

Check check_free(const DoctorFacts& facts) {
  if (!facts.free_bytes)
    return {"disk space", CheckState::warning, "unknown at the state directory", {}};
  const CheckState state = *facts.free_bytes < kLeastFree    ? CheckState::failed
                           : *facts.free_bytes < kLittleFree ? CheckState::warning
                                                             : CheckState::ok;
  return {"disk space", state,
          base::to_human_bytes(*facts.free_bytes) + " free at the state directory",
          state == CheckState::ok ? "" : "make room; outputs need their own size once more"};
}

Check check_leftovers(const DoctorFacts& facts) {
  if (facts.collectable_bytes < kMuchToCollect && facts.old_requests < kManyRequests)
    return {"leftovers", CheckState::ok, "little to collect", {}};
  return {"leftovers", CheckState::warning,
          fmt::format("{} of outputs that nobody can commit, answers to {} old requests",
                      base::to_human_bytes(facts.collectable_bytes), facts.old_requests),
          "mpegflow gc --dry-run lists all that can go, mpegflow gc removes it"};
}

}  // namespace

std::string_view to_word(CheckState state) {
  switch (state) {
    case CheckState::ok: return "ok";
    case CheckState::warning: return "warning";
    case CheckState::failed: return "failed";
  }
  return "failed";
}

std::vector<Check> judge_machine(const DoctorFacts& facts, SandboxMode sandbox) {
  std::vector<Check> checks;
  checks.push_back(check_program("ffmpeg", facts.ffmpeg,
                                 "apt install ffmpeg, or point MPEGFLOW_FFMPEG to one",
                                 CheckState::failed));
  checks.push_back(check_program("ffprobe", facts.ffprobe,
                                 "apt install ffmpeg, or point MPEGFLOW_FFPROBE to one",
                                 CheckState::failed));
  check_features(checks, "encoder", facts.encoders);
  check_features(checks, "filter", facts.filters);
  checks.push_back({"fonts", facts.has_fonts ? CheckState::ok : CheckState::warning,
                    facts.has_fonts ? "fontconfig finds some" : "fontconfig finds none",
                    facts.has_fonts ? "" : "apt install fonts-dejavu-core, to draw text"});
  const CheckState if_off = sandbox == SandboxMode::on ? CheckState::failed : CheckState::warning;
  if (sandbox != SandboxMode::off)
    checks.push_back(
        check_program("bubblewrap", facts.bubblewrap, "apt install bubblewrap", if_off));
  for (const auto& layer : facts.sandbox.layers) {
    if (is_replaced(layer, facts.sandbox)) {
      checks.push_back({"sandbox " + layer.name, CheckState::ok, layer.detail, {}});
      continue;
    }
    // Only what --sandbox on asks for may fail; limits are as good as the machine lets them be.
    const bool is_isolation = layer.name == "bubblewrap" || layer.name == "namespaces";
    checks.push_back(check_layer(layer, is_isolation ? if_off : CheckState::warning));
  }
  checks.push_back(check_state_directory(facts));
  checks.push_back(check_free(facts));
  if (facts.state_problem.empty()) checks.push_back(check_leftovers(facts));
  return checks;
}

}  // namespace mpegflow::cli
