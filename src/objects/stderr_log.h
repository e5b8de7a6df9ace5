#pragma once

#include <cstdint>
#include <optional>

#include "objects/object_store.h"

namespace mpegflow::objects {

/// Keeps the whole of a log file under `key`, compressed. Gives its size, nullopt if there is no
/// such file (nothing was started).
base::Result<std::optional<std::int64_t>> keep_log(ObjectStore& logs, std::string_view key,
                                                   const base::Path& file);

}  // namespace mpegflow::objects
