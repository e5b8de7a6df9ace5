#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/verify/verification.h"

namespace mpegflow::verify {

enum class OnFail { fail, warn };

/// The rules that a job states for what it makes; 0 = not asked, unless it says otherwise.
struct QcRules {
  OnFail on_fail = OnFail::fail;
  double duration_tolerance = 0;  ///< seconds, 0 = the built-in one
  bool whole_decode = false;
  std::optional<std::int64_t> max_decode_errors;  ///< in what is decoded of an output
  double max_black = 0;                           ///< seconds in one piece
  double max_silence = 0;
  double max_freeze = 0;
  std::optional<double> min_loudness, max_loudness;  ///< LUFS, integrated
  double min_ssim = 0;                               ///< 0–1 against the source
  double min_psnr = 0;                               ///< dB

  bool operator==(const QcRules&) const = default;

  /// Whether any rule needs the pictures or the sound themselves.
  bool needs_look() const;
  bool needs_source() const { return min_ssim > 0 || min_psnr > 0; }
};

/// As the parameters of a task carry them; {} = none are stated.
base::json::object to_json(const QcRules& rules);
QcRules parse_qc_rules(const base::json::object& record);

/// What is looked at.
struct QcSubject {
  std::string file;       ///< inside the working folder
  std::string container;  ///< for -f
  bool has_video = false, has_audio = false;
  std::int64_t width = 0, height = 0;
  double frame_rate = 0;
  double duration = 0;  ///< seconds
  /// The source, to compare with; empty if there is none or the times differ.
  std::string source;
  std::string source_container;
  int source_stream = 0;
};

/// ffmpeg's arguments, the program's name first, that measure what the rules ask of the subject.
/// Empty if there is nothing to measure.
std::vector<std::string> make_qc_command(const QcRules& rules, const QcSubject& subject);

/// What the filters of that command said.
struct QcFacts {
  double longest_black = 0, longest_silence = 0, longest_freeze = 0;  ///< seconds
  std::optional<double> loudness;                                     ///< LUFS
  std::optional<double> ssim, psnr;

  bool operator==(const QcFacts&) const = default;
};

QcFacts read_qc_facts(std::string_view stderr_text, double duration);

/// One check per rule that is stated, "qc.black" and so on. A rule whose value could not be
/// measured fails, but one about a medium that the subject does not have is left out.
std::vector<Check> judge_qc(const QcRules& rules, const QcSubject& subject, const QcFacts& facts);

/// Adds the checks to the verdict: with on_fail fail the first that fails is the finding
/// (qc_failed), with warn each is a warning.
void add_qc(Verification& verification, const QcRules& rules, std::vector<Check> checks);

}  // namespace mpegflow::verify
