#include "e2e/kill/campaign.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using base::json::object;

constexpr auto kEndOfAll = 2s;

/// The tasks that have succeeded, with the number of their last attempt.
std::map<std::string, std::int64_t> list_succeeded(const object& job) {
  std::map<std::string, std::int64_t> done;
  for (const auto& entry : base::array_or(job, "tasks")) {
    const object& task = entry.get_object();
    if (base::text_or(task, "state") == "succeeded")
      done[base::text_or(task, "key")] = base::int_or(task, "attempts");
  }
  return done;
}

std::string find_key(const object& job, const std::string& task_id) {
  for (const auto& entry : base::array_or(job, "tasks"))
    if (base::text_or(entry.get_object(), "id") == task_id)
      return base::text_or(entry.get_object(), "key");
  return task_id;
}

/// The tasks that were claimed once more although they had committed.
std::vector<std::string> find_granted_after_commit(const base::json::array& events) {
  std::set<std::string> committed;
  std::vector<std::string> again;
  for (const auto& entry : events) {
    const std::string kind = base::text_or(entry.get_object(), "kind");
    const std::string task = base::text_or(entry.get_object(), "task");
    if (kind == "outputs_committed") committed.insert(task);
    if (kind == "lease_granted" && committed.contains(task)) again.push_back(task);
  }
  return again;
}

int run_quietly(const std::vector<std::string>& argv, const base::Path& folder) {
  return RunningCommand(argv, folder, {}, folder / "quiet").wait();
}

std::vector<std::string> wait_for_silence(const std::vector<ProcessMark>& family,
                                          const base::Path& folder) {
  const auto give_up = Clock::now() + kEndOfAll;
  for (;;) {
    auto survivors = find_survivors(family, folder);
    if (survivors.empty() || Clock::now() > give_up) return survivors;
    std::this_thread::sleep_for(20ms);
  }
}

}  // namespace

bool Finding::is_good() const {
  return survivors.empty() && (tree_between == "old" || tree_between == "new") && exit_code == 0 &&
         done_again.empty() && untold.empty() && debris.empty() && is_same_tree && is_same_frames;
}

Campaign::Campaign(base::Path program, base::Path root, CampaignSize size)
    : program_(std::move(program)),
      root_(std::move(root)),
      here_(root_ / "here"),
      start_(root_ / "start"),
      size_(std::move(size)) {}

std::map<std::string, std::string> Campaign::environment() const {
  return {{"MPEGFLOW_STATE", here_ / "state"}, {"MPEGFLOW_LOG", "warn"}};
}

std::vector<std::string> Campaign::run_words(const std::string& spec) const {
  return {program_, "run", "--quiet", spec};
}

std::string Campaign::write_spec(const std::string& name, int crf) const {
  std::string text = "input: " + (root_ / "clip.mp4").native() + "\nrenditions:\n";
  for (const int height : size_.heights)
    text += fmt::format("  - {{height: {}, preset: veryfast, crf: {}}}\n", height, crf);
  if (!size_.has_audio) text += "audio: false\n";
  text += "packaging: {segment_duration: 2s, gop_duration: 1s}\n";
  text += "output: " + (here_ / "out").native() + "\n";
  std::ofstream(root_ / name) << text;
  return root_ / name;
}

int Campaign::run(const std::string& spec) {
  return RunningCommand(run_words(spec), here_, environment(), root_ / "run").wait();
}

base::json::value Campaign::read(const std::vector<std::string>& words) const {
  std::vector<std::string> argv = {program_};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.emplace_back("--json");
  RunningCommand command(argv, here_, environment(), root_ / "read");
  if (command.wait() != 0) return nullptr;
  return base::parse_json(command.out(), "output").value_or(nullptr);
}

object Campaign::show_last_job() const {
  const auto value = read({"job", "show", "last"});
  return value.is_object() ? value.get_object() : object{};
}

base::json::array Campaign::read_events(const std::string& id) const {
  const auto value = read({"job", "events", id});
  return value.is_object() ? base::array_or(value.get_object(), "events") : base::json::array{};
}

std::map<std::string, std::string> Campaign::hash_frames() const {
  std::map<std::string, std::string> frames;
  std::error_code error;
  for (std::filesystem::directory_iterator at(here_ / "out", error), end; !error && at != end;
       at.increment(error)) {
    const base::Path playlist = at->path() / "index.m3u8";
    if (!std::filesystem::exists(playlist)) continue;
    RunningCommand command({"ffmpeg", "-v", "error", "-i", playlist, "-f", "framemd5", "-"}, root_,
                           {}, root_ / "frames");
    const int code = command.wait();
    frames[at->path().filename()] = fmt::format("{} {}", code, command.out());
  }
  return frames;
}

std::string Campaign::prepare() {
  std::filesystem::remove_all(root_);
  std::filesystem::create_directories(here_);
  const std::string picture =
      fmt::format("testsrc2=size=640x360:rate=30:duration={}", size_.seconds);
  const std::string sound = fmt::format("sine=frequency=330:duration={}", size_.seconds);
  if (run_quietly({"ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i",
                   sound, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "clip.mp4"},
                  root_) != 0)
    return "the clip could not be made";
  const std::string old_spec = write_spec("old.yaml", 35);
  const std::string spec = write_spec("new.yaml", 27);
  if (run(old_spec) != 0) return "the older job failed";
  old_tree_ = hash_tree(here_ / "out");
  if (run_quietly({"cp", "-a", here_, start_}, root_) != 0) return "cp failed";
  const auto started = Clock::now();
  if (run(spec) != 0) return "the undisturbed job failed";
  undisturbed_time_ = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
  new_tree_ = hash_tree(here_ / "out");
  new_frames_ = hash_frames();
  const object job = show_last_job();
  undisturbed_attempts_ = base::array_or(job, "attempts").size();
  if (undisturbed_attempts_ == 0) return "the undisturbed job has no attempts";
  if (new_tree_ == old_tree_) return "both trees are the same";
  const auto debris = find_debris();
  return debris.empty() ? "" : "the undisturbed job left " + debris.front();
}

void Campaign::reset() const {
  std::filesystem::remove_all(here_);
  (void)run_quietly({"cp", "-a", start_, here_}, root_);
}

std::vector<std::string> Campaign::find_debris() const {
  std::vector<std::string> debris;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(here_, error)) {
    const std::string name = entry.path().filename();
    if (name != "out" && name != "state" && !name.starts_with("quiet")) debris.push_back(name);
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(here_ / "state", error))
    if (entry.path().extension() == ".tmp")
      debris.push_back(entry.path().lexically_relative(here_));
  return debris;
}

/// Every attempt has an end in its row and in the events; one that FFmpeg was started in has its
/// log; one that did not succeed says why.
std::vector<std::string> Campaign::find_untold(const object& job) const {
  std::vector<std::string> untold;
  const std::string id = base::text_or(base::object_or(job, "job"), "id");
  std::map<std::string, std::pair<int, int>> told;  // begun, ended
  for (const auto& entry : read_events(id)) {
    const object& event = entry.get_object();
    const std::string kind = base::text_or(event, "kind");
    const std::string name =
        fmt::format("{}/{}", base::text_or(event, "task"), base::int_or(event, "attempt"));
    const object body = base::object_or(event, "body");
    const bool says_why =
        body.contains("why") || body.contains("reason") || kind == "outputs_committed";
    if (kind == "lease_granted") ++told[name].first;
    else if (says_why) ++told[name].second;
  }
  for (const auto& entry : base::array_or(job, "attempts")) {
    const object& attempt = entry.get_object();
    const std::int64_t number = base::int_or(attempt, "attempt");
    const std::string key = find_key(job, base::text_or(attempt, "task"));
    const std::string name = fmt::format("{}/{}", key, number);
    const std::string outcome = base::text_or(attempt, "outcome");
    const object record = base::object_or(attempt, "record");
    if (outcome == "running" || base::text_or(attempt, "ended").empty())
      untold.push_back(name + " has no end");
    if (told[name] != std::pair(1, 1))
      untold.push_back(fmt::format("{} begins {} and ends {} times in the events", name,
                                   told[name].first, told[name].second));
    const bool had_encoder = base::array_or(record, "argv").size() > 0;
    if (had_encoder &&
        !read({"task", "log", id + "/" + key, "--attempt", std::to_string(number)}).is_object())
      untold.push_back(name + " (" + outcome + ") has no log");
  }
  return untold;
}

Finding Campaign::play(const Round& round) {
  reset();
  Finding finding;
  const std::vector<std::string> words = run_words(root_ / "new.yaml");
  std::vector<ProcessMark> family;
  const auto started = Clock::now();
  {
    RunningCommand command(words, here_, environment(), root_ / "struck");
    finding.was_struck = strike(command, round.victim, round.moment, here_, round.seed, family);
    finding.struck_after_ms =
        std::chrono::duration<double, std::milli>(Clock::now() - started).count();
    finding.struck_exit_code = command.wait();
    finding.words = command.err();
  }
  if (ends_engine(round.victim) && finding.struck_exit_code == 0) finding.was_struck = false;
  finding.survivors = wait_for_silence(family, here_);
  const auto between = hash_tree(here_ / "out");
  finding.tree_between = between == old_tree_ ? "old" : between == new_tree_ ? "new" : "mixture";
  const object between_job = show_last_job();
  std::map<std::string, std::int64_t> done = list_succeeded(between_job);
  finding.exit_code = finding.struck_exit_code;
  if (ends_engine(round.victim)) {
    RunningCommand command(words, here_, environment(), root_ / "again");
    finding.exit_code = command.wait();
    finding.words += command.err();
  }
  const object job = show_last_job();
  const auto attempts = base::array_or(job, "attempts");
  finding.attempts = static_cast<int>(attempts.size());
  for (const auto& attempt : attempts)
    if (base::text_or(attempt.get_object(), "outcome") != "succeeded")
      ++finding.attempts_unfinished;
  const std::string id = base::text_or(base::object_or(job, "job"), "id");
  // The older job was the last one if the strike came before the job was submitted.
  const bool was_submitted = base::text_or(base::object_or(between_job, "job"), "id") == id;
  if (!was_submitted) done.clear();
  finding.committed_before = static_cast<int>(done.size());
  const auto after = list_succeeded(job);
  for (const auto& [key, number] : done) {
    const auto now = after.find(key);
    if (now == after.end() || now->second != number) finding.done_again.push_back(key);
  }
  for (std::string& key : find_granted_after_commit(read_events(id)))
    finding.done_again.push_back(std::move(key));
  finding.untold = find_untold(job);
  finding.debris = find_debris();
  finding.is_same_tree = hash_tree(here_ / "out") == new_tree_;
  finding.is_same_frames = hash_frames() == new_frames_;
  return finding;
}

}  // namespace mpegflow::e2e
