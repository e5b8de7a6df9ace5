#pragma once

#include <set>

#include "base/json.h"
#include "e2e/kill/strike.h"

namespace mpegflow::e2e {

struct Round {
  Victim victim = Victim::engine;
  Moment moment;
  std::uint64_t seed = 0;
};

/// What one round showed. Every list is empty if nothing is wrong.
struct Finding {
  bool was_struck = false;     ///< false: the run was over first
  double struck_after_ms = 0;  ///< since the start of the command
  int struck_exit_code = 0;
  std::vector<std::string> survivors;   ///< 2 s after the strike, if mpegflow itself was struck
  std::string tree_between = "none";    ///< old or new; anything else is a mixture
  int exit_code = 0;                    ///< of the command that finished the job
  int committed_before = 0;             ///< tasks that had succeeded when mpegflow was gone
  std::vector<std::string> done_again;  ///< of those, the ones with a later attempt
  int attempts = 0;
  int attempts_unfinished = 0;      ///< ended otherwise than succeeded
  std::vector<std::string> untold;  ///< attempts without an end, a reason or their log
  std::vector<std::string> debris;
  bool is_same_tree = false;    ///< sha256 of every file as undisturbed
  bool is_same_frames = false;  ///< framemd5 of every rendition as undisturbed
  std::string words;            ///< of the commands, for when something is wrong

  bool is_good() const;
};

struct CampaignSize {
  int seconds = 8;
  std::vector<int> heights = {360, 240};
  bool has_audio = true;
};

/// One job, run over and over with a kill in it, from the same state and with the same older tree
/// of ours at the output. Everything happens below `root`.
class Campaign {
 public:
  Campaign(base::Path program, base::Path root, CampaignSize size);

  /// Makes the clip and the older tree, and runs the job undisturbed; what went wrong, or empty.
  std::string prepare();
  Finding play(const Round& round);

  std::chrono::milliseconds undisturbed_time() const { return undisturbed_time_; }
  std::size_t undisturbed_attempts() const { return undisturbed_attempts_; }

 private:
  std::vector<std::string> run_words(const std::string& spec) const;
  std::map<std::string, std::string> environment() const;
  int run(const std::string& spec);
  /// The record of a reading command; null if it failed.
  base::json::value read(const std::vector<std::string>& words) const;
  base::json::object show_last_job() const;
  base::json::array read_events(const std::string& id) const;
  std::string write_spec(const std::string& name, int crf) const;
  std::map<std::string, std::string> hash_frames() const;
  void reset() const;
  std::vector<std::string> find_debris() const;
  std::vector<std::string> find_untold(const base::json::object& job) const;

  base::Path program_;
  base::Path root_;
  base::Path here_;   ///< state and output of the round
  base::Path start_;  ///< what each round starts from
  CampaignSize size_;
  std::map<std::string, std::string> old_tree_;
  std::map<std::string, std::string> new_tree_;
  std::map<std::string, std::string> new_frames_;
  std::chrono::milliseconds undisturbed_time_{0};
  std::size_t undisturbed_attempts_ = 0;
};

}  // namespace mpegflow::e2e
