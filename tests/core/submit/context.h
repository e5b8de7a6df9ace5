#pragma once

#include "core/submit/read_spec.h"

namespace mpegflow::submit {

/// Of whoever gives the spec of a test.
inline const ReadContext kContext{.working_directory = "/srv/dir"};

}  // namespace mpegflow::submit
