#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/encode/stderr_lines.h"

namespace mpegflow::retry {

/// How much a message tells. A cause beats a symptom, whichever stands first; a wrapper only passes
/// on what failed below it and counts when there is nothing better.
enum class Weight { cause, symptom, wrapper };
std::string_view to_word(Weight weight);

/// What the captured part of a message must still be compared with before it has a reason.
enum class Refinement {
  none,
  encoder_name,
  decoder_name,
  demuxer_name,
  filter_name,
  filter_without_options,  ///< a filter whose positional options no one knows
  muxer_name,
  output_name,
  protocol_name,
  option_name,
  opened_path,   ///< (path, errno text) of something that could not be opened
  opened_input,  ///< errno text of an input, in context in#N
  no_space,
  no_device,
  hwaccel_name,
  filter_formats,
  pass_log,
  bsf_name,
  no_threads,
  http_status,
  timed_out,
  time_range,
  no_argument,
  no_output,
  no_streams,
  encoder_rate,
  picture_size,
  encoder_setting,
  evaluation,
  option_value,
  missing_asset,
  subtitle_file,
  frame_pattern,
  encrypted,
  demuxing_io,
  closed_pipe
};

/// One message of FFmpeg and what it means. Rules are about FFmpeg, never about one case.
struct StderrRule {
  std::string_view id;
  Weight weight;
  std::string_view pattern;  ///< RE2, on the message without its contexts
  std::string_view reason;   ///< empty if the refinement decides
  Refinement refinement = Refinement::none;
};

std::span<const StderrRule> stderr_rules();

/// Makes the patterns ready, which the first match_rules() would do else. Any thread.
void compile_rules();

/// A rule that fired on a line.
struct RuleHit {
  const StderrRule* rule = nullptr;
  const encode::StderrLine* line = nullptr;
  std::vector<std::string> captures;

  /// The first thing that was captured, "" if there is none.
  std::string_view name() const {
    for (const std::string& capture : captures)
      if (!capture.empty()) return capture;
    return {};
  }
};

/// Every rule that matches, line by line and in the order of the rules. Of the rules on one line
/// the first that has a reason counts.
std::vector<RuleHit> match_rules(std::span<const encode::StderrLine> lines);

}  // namespace mpegflow::retry
