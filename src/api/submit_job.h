#pragma once

#include <string>
#include <string_view>

#include "api/services.h"
#include "base/json.h"
#include "http/server.h"
#include "store/rows.h"

namespace mpegflow::api {

/// What became of a spec that somebody sent.
struct Submitted {
  store::JobRow job;
  bool existed = false;        ///< the idempotency key had it already
  base::json::array faults{};  ///< of a spec that is none; then there is no job
};

/// Checks a spec (JSON or YAML) whole, looks at its files on this machine and submits it.
/// `idempotency_key` is that of the header, empty = none. Errors: those of submitting;
/// illegal_transition if the key stands for another spec; invalid_argument if the caller may not
/// ask for this (raw FFmpeg arguments, files outside the roots).
base::Result<Submitted> submit_job(const Services& services, const http::Caller& caller,
                                   bool is_local, std::string_view text,
                                   const std::string& idempotency_key);

/// Whether the path is one of the roots or below one, wherever its links lead.
bool is_below(const base::Path& path, const std::vector<base::Path>& roots);

}  // namespace mpegflow::api
