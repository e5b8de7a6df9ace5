#pragma once

#include "base/json.h"
#include "core/submit/job_spec.h"
#include "core/submit/read_fields.h"

namespace mpegflow::submit {

/// The rules between values: what exists once, what excludes what, who refers to whom. `spec` holds
/// what was sound so far, in the order of the document; what depends on an unsound value is not
/// judged. Faults go to `reading`.
void check_spec(const JobSpec& spec, const base::json::object& document, Reading& reading);

/// The part of it about raw tasks: needs, references, outputs.
void check_tasks(const JobSpec& spec, Reading& reading);

/// The part of it that a preset has too: renditions and packaging.
void check_parts(const JobSpec& spec, Reading& reading);

/// The part of it about retries, which stand at `path`.
void check_retry(const RetrySpec& retry, std::string_view path, Reading& reading);

/// Fills in what has a default that is computed, rendition by rendition.
void complete_renditions(JobSpec& spec);

}  // namespace mpegflow::submit
