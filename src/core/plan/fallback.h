#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace mpegflow::plan {

/// The command of a task for when no worker has the encoder of its first one.
struct Fallback {
  std::string encoder;  ///< "libx264"
  std::vector<std::string> argv;

  bool operator==(const Fallback&) const = default;
};

base::json::object to_json(const Fallback& fallback);

/// Of the parameters of a task; nullopt if its rendition gives none, or it was taken before.
std::optional<Fallback> find_fallback(const base::json::object& params);

/// The parameters of a task that takes its fallback: the other command is its only one from now on,
/// and `note` one of the job's notes.
base::json::object take_fallback(base::json::object params, const std::string& note);

}  // namespace mpegflow::plan
