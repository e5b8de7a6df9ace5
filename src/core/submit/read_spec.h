#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "core/submit/fault.h"
#include "core/submit/job_spec.h"
#include "core/submit/preset_set.h"

namespace mpegflow::submit {

/// What a document does not say of itself.
struct ReadContext {
  /// Absolute; relative paths start here. Empty = only absolute ones are allowed.
  std::string working_directory = {};
  /// Path or URI for a document that has no output; empty = none.
  std::string default_output = {};
  /// Presets beside the built-in ones.
  std::vector<OwnPreset> own_presets = {};
  /// What the deployment sets for the tenant's retries (retry_policies.h).
  base::json::object retry = {};
};

/// The spec, or every reason why there is none: exactly one of the two.
struct SpecReading {
  std::optional<JobSpec> spec;
  std::vector<Fault> faults;  ///< in the order of the document
};

/// Reads a spec from JSON (first character '{') or YAML. Never throws, whatever the text.
SpecReading read_spec(std::string_view text, const ReadContext& context);
/// The same for a value that is parsed already; faults then know no lines.
SpecReading read_spec_value(const base::json::value& document, const ReadContext& context);

/// The spec of a ready ladder: what a document with `ladder`, `input` and `output` gives. The paths
/// may hold any bytes but zero.
SpecReading make_ladder_spec(std::string_view ladder, std::string_view input_path,
                             std::string_view output_path, const ReadContext& context);

/// The spec, or invalid_spec with all faults as text.
base::Result<JobSpec> to_result(SpecReading reading, std::string_view file_name);

/// The canonical form: everything that has a default is written out, what is optional and empty is
/// left out, numbers have one form. Reading it gives an equal spec; to_canonical_json() of it is
/// what a run's identity is made of.
base::json::object to_json(const JobSpec& spec);
/// The spec of a canonical form that we wrote ourselves; nothing is checked.
JobSpec parse_job_spec(const base::json::object& object);

}  // namespace mpegflow::submit
