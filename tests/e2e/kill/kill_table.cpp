// kill_table [--count N] [--seed N] [--program FILE] [--folder FOLDER]: N runs of one job, each
// with a kill at a moment and of a victim that come from the seed, as a Markdown table. Exit code 0
// if nothing was lost, nothing was done twice and nothing was left.
#include <cstdio>
#include <cstring>
#include <random>

#include <unistd.h>

#include <fmt/format.h>

#include "e2e/kill/campaign.h"

namespace {

using namespace mpegflow;

std::string join(const std::vector<std::string>& words) {
  if (words.empty()) return "0";
  std::string text = fmt::format("{}: ", words.size());
  for (const std::string& word : words) text += (text.ends_with(": ") ? "" : ", ") + word;
  return text;
}

std::string to_row(int number, const e2e::Round& round, const e2e::Finding& finding) {
  const std::string moment = fmt::format("{:.0f}{}", finding.struck_after_ms,
                                         round.moment.at_publish ? ", publishing" : "");
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} of {} | {} | {} | {} | {} | {} |\n",
                     number, finding.was_struck ? moment : "over before", to_text(round.victim),
                     finding.struck_exit_code, join(finding.survivors), finding.tree_between,
                     join(finding.done_again), finding.committed_before, finding.attempts,
                     join(finding.untold), join(finding.debris), finding.exit_code,
                     finding.is_same_tree && finding.is_same_frames ? "same"
                     : finding.is_same_frames                       ? "frames only"
                                                                    : "DIFFERENT");
}

e2e::Round draw_round(std::uint64_t seed, int number, std::chrono::milliseconds whole) {
  std::mt19937_64 draw(seed * 1'000'003 + static_cast<std::uint64_t>(number));
  e2e::Round round;
  round.seed = draw();
  round.victim = static_cast<e2e::Victim>(draw() % e2e::kVictims);
  // One in five hits the publishing, which is a matter of a few milliseconds.
  if (number % 5 == 4) {
    round.victim = e2e::Victim::engine;
    round.moment = {std::chrono::microseconds(draw() % 12'000), true};
  } else {
    const auto longest = static_cast<std::uint64_t>(whole.count()) * 1000;
    round.moment = {std::chrono::microseconds(draw() % longest), false};
  }
  return round;
}

}  // namespace

int main(int argc, char** argv) {
  int count = 50;
  std::uint64_t seed = 1;
  std::string program;
  std::string folder = fmt::format("/tmp/mpegflow-kill-table.{}", getpid());
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--count") == 0) count = std::atoi(argv[i + 1]);
    else if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
    else if (std::strcmp(argv[i], "--program") == 0) program = argv[i + 1];
    else if (std::strcmp(argv[i], "--folder") == 0) folder = argv[i + 1];
    else program.clear();
  }
  if (program.empty() || count < 1) {
    fmt::print(stderr,
               "usage: kill_table --program FILE [--count N] [--seed N] [--folder FOLDER]\n");
    return 2;
  }
  e2e::Campaign campaign(std::filesystem::absolute(program), folder, {});
  if (const std::string fault = campaign.prepare(); !fault.empty()) {
    fmt::print(stderr, "kill_table: {}\n", fault);
    return 70;
  }
  fmt::print("Undisturbed: {} ms, {} attempts, one per task.\n\n",
             campaign.undisturbed_time().count(), campaign.undisturbed_attempts());
  fmt::print(
      "| # | at ms | struck | exit | alive 2 s later | output then | committed tasks done again | "
      "attempts in all | not told | debris | exit at the end | output and frames |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  e2e::Finding total;
  int bad = 0;
  int struck = 0;
  for (int number = 1; number <= count; ++number) {
    std::chrono::milliseconds whole = campaign.undisturbed_time();
    e2e::Round round = draw_round(seed, number, whole);
    e2e::Finding finding = campaign.play(round);
    // The machine is quicker now than it was: a moment in what is left.
    for (int tries = 0; !finding.was_struck && finding.is_good() && tries < 5; ++tries) {
      whole = std::chrono::milliseconds(int(finding.struck_after_ms));
      round = draw_round(seed, number, whole * 9 / 10);
      finding = campaign.play(round);
    }
    fmt::print("{}", to_row(number, round, finding));
    std::fflush(stdout);
    struck += finding.was_struck;
    total.committed_before += finding.committed_before;
    total.attempts_unfinished += finding.attempts_unfinished;
    for (const auto& [all, some] :
         {std::pair(&total.survivors, &finding.survivors),
          std::pair(&total.done_again, &finding.done_again),
          std::pair(&total.untold, &finding.untold), std::pair(&total.debris, &finding.debris)})
      all->insert(all->end(), some->begin(), some->end());
    if (finding.is_good()) continue;
    ++bad;
    fmt::print(stderr, "round {}: {}\n", number, finding.words);
  }
  fmt::print(
      "\nTotals: {} rounds, {} struck while it ran, {} rounds with anything wrong. Survivors {}, "
      "committed tasks done again {} of {}, attempts cut short {}, not told {}, debris {}.\n",
      count, struck, bad, total.survivors.size(), total.done_again.size(), total.committed_before,
      total.attempts_unfinished, total.untold.size(), total.debris.size());
  if (bad == 0) std::filesystem::remove_all(folder);
  return bad == 0 ? 0 : 1;
}
