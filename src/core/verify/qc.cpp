#include "core/verify/qc.h"

#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/probe/ffprobe_command.h"

namespace mpegflow::verify {
namespace {

using re2::RE2;

// Shorter pieces than this are neither black nor silent nor frozen, but a cut or a breath.
constexpr double kShortest = 0.5;
constexpr double kBlackPicture = 0.98;  // of its pixels

std::string seconds(double value) {
  return fmt::format("{:.2f} s", value);
}

/// The longest of all the pieces that a filter names.
double find_longest(std::string_view text, const RE2& pattern) {
  double longest = 0, found = 0;
  re2::StringPiece rest(text);
  while (RE2::FindAndConsume(&rest, pattern, &found)) longest = std::max(longest, found);
  return longest;
}

std::optional<double> find_last(std::string_view text, const RE2& pattern) {
  std::optional<double> last;
  double found = 0;
  re2::StringPiece rest(text);
  while (RE2::FindAndConsume(&rest, pattern, &found)) last = found;
  return last;
}

/// A picture that is frozen to the end has a start and no duration.
double find_longest_freeze(std::string_view text, double duration) {
  static const RE2 kStart(R"(freeze_start: (-?[\d.]+))");
  static const RE2 kDuration(R"(freeze_duration: ([\d.]+))");
  static const RE2 kEnd(R"(freeze_end: (-?[\d.]+))");
  const double longest = find_longest(text, kDuration);
  const auto start = find_last(text, kStart);
  const auto end = find_last(text, kEnd);
  const bool is_open = start && (!end || *end < *start);
  return is_open ? std::max(longest, duration - *start) : longest;
}

/// Parts of a filter graph, and the outputs that it maps.
struct Graph {
  std::vector<std::string> chains;
  std::vector<std::string> labels;

  void add(const std::string& chain, const std::string& label) {
    chains.push_back(fmt::format("{}[{}]", chain, label));
    labels.push_back(label);
  }
};

void add_looks(Graph& graph, const QcRules& rules, const QcSubject& subject) {
  std::string picture, sound;
  const auto append = [](std::string& chain, const std::string& filter) {
    chain += (chain.empty() ? "" : ",") + filter;
  };
  if (rules.max_black > 0)
    append(picture, fmt::format("blackdetect=d={}:pic_th={}", kShortest, kBlackPicture));
  if (rules.max_freeze > 0) append(picture, fmt::format("freezedetect=n=-60dB:d={}", kShortest));
  if (rules.max_silence > 0) append(sound, fmt::format("silencedetect=n=-60dB:d={}", kShortest));
  if (rules.min_loudness || rules.max_loudness) append(sound, "ebur128=framelog=verbose");
  if (subject.has_video && !picture.empty()) graph.add("[0:v:0]" + picture, "picture");
  if (subject.has_audio && !sound.empty()) graph.add("[0:a:0]" + sound, "sound");
}

/// The source is brought to the size of what was made of it. Half a frame later each picture of the
/// output meets its own in the source, however the two containers round.
void add_comparison(Graph& graph, const QcRules& rules, const QcSubject& subject) {
  const auto prepare = [&](const std::string& input, const std::string& shift,
                           const std::string& scale, const std::string& label) {
    const bool needs_both = rules.min_ssim > 0 && rules.min_psnr > 0;
    graph.chains.push_back(fmt::format(
        "[{}]settb=AVTB,setpts=PTS-STARTPTS{},{}format=yuv420p{}", input, shift, scale,
        needs_both ? fmt::format(",split[{0}1][{0}2]", label) : fmt::format("[{}1]", label)));
  };
  prepare("0:v:0", fmt::format("+0.5/({:.6f}*TB)", subject.frame_rate), "", "made");
  prepare(fmt::format("1:{}", subject.source_stream), "",
          fmt::format("scale={}:{}:flags=bicubic,", subject.width, subject.height), "source");
  int next = 1;
  if (rules.min_ssim > 0) {
    graph.add(fmt::format("[made{0}][source{0}]ssim", next), "ssim");
    ++next;
  }
  if (rules.min_psnr > 0) graph.add(fmt::format("[made{0}][source{0}]psnr", next), "psnr");
}

bool can_compare(const QcSubject& subject) {
  return subject.has_video && !subject.source.empty() && subject.frame_rate > 0 &&
         subject.width > 0 && subject.height > 0;
}

void add_input(std::vector<std::string>& argv, const std::string& container,
               const std::string& file) {
  for (const std::string& option : probe::input_options(container)) argv.push_back(option);
  argv.insert(argv.end(), {"-i", "file:" + file});
}

std::string describe_range(const QcRules& rules) {
  if (!rules.min_loudness) return fmt::format("at most {} LUFS", *rules.max_loudness);
  if (!rules.max_loudness) return fmt::format("at least {} LUFS", *rules.min_loudness);
  return fmt::format("{} to {} LUFS", *rules.min_loudness, *rules.max_loudness);
}

Check check_longest(std::string name, double most, double found) {
  return {std::move(name), found <= most, "at most " + seconds(most) + " in one piece",
          seconds(found)};
}

Check check_least(std::string name, double least, const std::optional<double>& found,
                  std::string_view unit) {
  return {std::move(name), found && *found >= least, fmt::format("at least {}{}", least, unit),
          found ? fmt::format("{:.4f}{}", *found, unit) : "not measured"};
}

std::optional<double> find_number(const base::json::object& record, std::string_view name) {
  if (!record.contains(name)) return std::nullopt;
  return base::double_or(record, name);
}

}  // namespace

bool QcRules::needs_look() const {
  return max_black > 0 || max_silence > 0 || max_freeze > 0 || min_loudness || max_loudness ||
         needs_source();
}

base::json::object to_json(const QcRules& rules) {
  if (rules == QcRules{}) return {};
  base::json::object record{{"on_fail", rules.on_fail == OnFail::warn ? "warn" : "fail"},
                            {"duration_tolerance", rules.duration_tolerance},
                            {"whole_decode", rules.whole_decode},
                            {"max_black", rules.max_black},
                            {"max_silence", rules.max_silence},
                            {"max_freeze", rules.max_freeze},
                            {"min_ssim", rules.min_ssim},
                            {"min_psnr", rules.min_psnr}};
  if (rules.max_decode_errors) record["max_decode_errors"] = *rules.max_decode_errors;
  if (rules.min_loudness) record["min_loudness"] = *rules.min_loudness;
  if (rules.max_loudness) record["max_loudness"] = *rules.max_loudness;
  return record;
}

QcRules parse_qc_rules(const base::json::object& record) {
  QcRules rules;
  rules.on_fail = base::text_or(record, "on_fail") == "warn" ? OnFail::warn : OnFail::fail;
  rules.duration_tolerance = base::double_or(record, "duration_tolerance");
  rules.whole_decode = base::bool_or(record, "whole_decode", false);
  if (record.contains("max_decode_errors"))
    rules.max_decode_errors = base::int_or(record, "max_decode_errors");
  rules.max_black = base::double_or(record, "max_black");
  rules.max_silence = base::double_or(record, "max_silence");
  rules.max_freeze = base::double_or(record, "max_freeze");
  rules.min_loudness = find_number(record, "min_loudness");
  rules.max_loudness = find_number(record, "max_loudness");
  rules.min_ssim = base::double_or(record, "min_ssim");
  rules.min_psnr = base::double_or(record, "min_psnr");
  return rules;
}

std::vector<std::string> make_qc_command(const QcRules& rules, const QcSubject& subject) {
  Graph graph;
  add_looks(graph, rules, subject);
  const bool compares = rules.needs_source() && can_compare(subject);
  if (compares) add_comparison(graph, rules, subject);
  if (graph.labels.empty()) return {};
  std::vector<std::string> argv = {"ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", "info"};
  add_input(argv, subject.container, subject.file);
  if (compares) add_input(argv, subject.source_container, subject.source);
  std::string text;
  for (const std::string& chain : graph.chains) text += (text.empty() ? "" : ";") + chain;
  argv.insert(argv.end(), {"-filter_complex", text});
  for (const std::string& label : graph.labels)
    argv.insert(argv.end(), {"-map", "[" + label + "]"});
  argv.insert(argv.end(), {"-f", "null", "-"});
  return argv;
}

QcFacts read_qc_facts(std::string_view stderr_text, double duration) {
  static const RE2 kBlack(R"(black_duration: ?([\d.]+))");
  static const RE2 kSilence(R"(silence_duration: ([\d.]+))");
  static const RE2 kLoudness(R"(\n\s+I:\s+(-?[\d.]+) LUFS)");
  static const RE2 kSsim(R"(SSIM .*All:([\d.]+))");
  static const RE2 kPsnr(R"(PSNR .*average:([\d.]+|inf))");
  QcFacts facts;
  facts.longest_black = find_longest(stderr_text, kBlack);
  facts.longest_silence = find_longest(stderr_text, kSilence);
  facts.longest_freeze = find_longest_freeze(stderr_text, duration);
  facts.loudness = find_last(stderr_text, kLoudness);
  facts.ssim = find_last(stderr_text, kSsim);
  std::string psnr;
  if (RE2::PartialMatch(re2::StringPiece(stderr_text), kPsnr, &psnr))
    facts.psnr = psnr == "inf" ? 100.0 : find_last(stderr_text, kPsnr);
  return facts;
}

std::vector<Check> judge_qc(const QcRules& rules, const QcSubject& subject, const QcFacts& facts) {
  std::vector<Check> checks;
  if (subject.has_video && rules.max_black > 0)
    checks.push_back(check_longest("qc.black", rules.max_black, facts.longest_black));
  if (subject.has_video && rules.max_freeze > 0)
    checks.push_back(check_longest("qc.freeze", rules.max_freeze, facts.longest_freeze));
  if (subject.has_audio && rules.max_silence > 0)
    checks.push_back(check_longest("qc.silence", rules.max_silence, facts.longest_silence));
  if (subject.has_audio && (rules.min_loudness || rules.max_loudness)) {
    const bool ok = facts.loudness &&
                    (!rules.min_loudness || *facts.loudness >= *rules.min_loudness) &&
                    (!rules.max_loudness || *facts.loudness <= *rules.max_loudness);
    checks.push_back({"qc.loudness", ok, describe_range(rules),
                      facts.loudness ? fmt::format("{} LUFS", *facts.loudness) : "not measured"});
  }
  if (subject.has_video && rules.min_ssim > 0)
    checks.push_back(check_least("qc.ssim", rules.min_ssim, facts.ssim, ""));
  if (subject.has_video && rules.min_psnr > 0)
    checks.push_back(check_least("qc.psnr", rules.min_psnr, facts.psnr, " dB"));
  return checks;
}

void add_qc(Verification& verification, const QcRules& rules, std::vector<Check> checks) {
  for (Check& check : checks) {
    if (!check.ok) {
      const std::string seen =
          fmt::format("{}: expected {}, found {}", check.name, check.expected, check.found);
      if (rules.on_fail == OnFail::warn) {
        verification.warnings.push_back(seen);
        if (verification.finding.reason == "ok")
          verification.finding = retry::make_finding("ok_with_warnings", "verify_" + check.name);
      } else if (verification.is_accepted()) {
        verification.finding = retry::make_finding("qc_failed", check.name);
        if (verification.finding.cause.ends_with('.')) verification.finding.cause.pop_back();
        verification.finding.cause += " (" + seen + ").";
      }
    }
    verification.checks.push_back(std::move(check));
  }
}

}  // namespace mpegflow::verify
