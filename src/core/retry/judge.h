#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/retry/encoder_exit.h"
#include "core/retry/finding.h"
#include "core/retry/log.h"
#include "core/retry/stderr_rules.h"

namespace mpegflow::retry {

/// What every step of the classifier looks at.
struct Case {
  const EncoderExit& exit;
  Log log;
  std::vector<RuleHit> hits;
};

/// The reason that a hit stands for in this case, or "" if it turns out to say nothing.
std::string_view judge(const Case& c, const RuleHit& hit);

/// An input that is not there, by how its copy came about; of another than the main one, an asset.
std::string_view judge_missing_input(const Case& c, bool is_main);
/// A device that cannot be set up: of a kind that this system never has, or one that is not there.
std::string_view judge_device(const Case& c);
/// disk_full, or scratch_too_small if the job needs more than the whole disk has.
std::string_view judge_no_space(const Case& c);

bool has_hit(const Case& c, std::string_view rule);
/// The first hit of a rule, null if there is none.
const RuleHit* find_hit(const Case& c, std::string_view rule);
Evidence evidence_of(const encode::StderrLine& line);
/// A finding with the line of `hit` as its evidence, without if that is null.
Finding found_at(std::string_view reason, std::string rule, const RuleHit* hit);
bool has_other_version(const EncoderExit& exit);
/// What stands behind -i, or of ffprobe the last argument.
std::vector<std::string> inputs_of(const EncoderExit& exit);
/// Is there a "-ss", "-t", "-to" or "-sseof"?
bool asks_for_part(const EncoderExit& exit);
/// What stands behind an option, "" if it is not there.
std::string_view value_of(const EncoderExit& exit, std::string_view option);
/// The number of the line with the last "Stream mapping:", 0 if there was none.
int find_mapping(const Case& c);

}  // namespace mpegflow::retry
