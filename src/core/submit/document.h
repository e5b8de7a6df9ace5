#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/submit/fault.h"

namespace mpegflow::submit {

/// Limits of a document, far above any sensible spec: what is hostile stops here.
inline constexpr std::size_t kMaxDocumentBytes = 1U << 20U;
inline constexpr std::size_t kMaxDocumentNodes = 100'000;
inline constexpr std::size_t kMaxDocumentDepth = 32;

/// A text read into a value. If it could not be read, `value` is null and `faults` says why;
/// duplicate keys are faults too, but the value (with the first of them) is there.
struct Document {
  base::json::value value;
  std::map<std::string, int> lines;  ///< path → line on which it stands, from 1
  std::vector<Fault> faults;
};

/// Reads JSON if the text starts with '{', YAML otherwise. Never throws.
Document read_document(std::string_view text);

Document read_json(std::string_view text);
/// YAML 1.2 with the core schema: only true and false are booleans, quoted scalars stay text,
/// anchors are expanded up to the limits above, one document only.
Document read_yaml(std::string_view text);

/// The line of `path`, or of the nearest node above it; 0 if none is known.
int find_line(const Document& document, std::string_view path);

/// The document of one fault and nothing else.
Document make_faulty_document(FaultCode code, std::string message, int line);

}  // namespace mpegflow::submit
