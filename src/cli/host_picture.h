#pragma once

#include "records/host_picture.h"

namespace mpegflow::cli {

using records::find_hosts;
using records::HostPicture;
using records::is_quarantined;
using records::last_seen;
using records::to_record;

}  // namespace mpegflow::cli
