#pragma once

#include <string>

#include "cli/arguments.h"
#include "cli/context.h"
#include "core/submit/read_spec.h"

namespace mpegflow::cli {

/// A spec file as read: the text as it is, and the spec or every fault.
struct SpecFile {
  std::string text;
  submit::SpecReading reading;
};

/// The bytes of a spec's or a preset's file, at most one more than a document may have. Errors:
/// input_not_found, input_forbidden.
base::Result<std::string> read_document_bytes(const base::Path& path);

/// Reads `file` (any bytes but a zero); relative paths in it start in the working directory.
/// `output` is for a spec that has none. Errors: input_not_found, input_forbidden.
base::Result<SpecFile> read_spec_file(const std::string& file, const std::string& output,
                                      const Context& context);

}  // namespace mpegflow::cli
