#pragma once

#include <string>
#include <vector>

#include "core/probe/probe.h"

namespace mpegflow::encode {

/// FFmpeg moves the start of a file to 0. Of a transport or program stream it looks only at the
/// streams that are read for that, so pictures and sound of separate commands would each begin at 0
/// and lose their offset. These arguments, after the output of the command that encodes `stream`,
/// have the others read too, and thrown away; none where the container does not need it.
std::vector<std::string> keep_time_line(const probe::Probe& probe, int stream);

}  // namespace mpegflow::encode
