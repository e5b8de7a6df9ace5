#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"

namespace mpegflow::audit {

/// One entry of a job's story.
struct Event {
  base::JobId job;
  std::int64_t seq = 0;  ///< 1, 2, … without a gap per job
  base::TaskId task;     ///< empty = of the job
  std::int64_t fence = 0;
  std::string kind;
  base::WallTime at;
  base::EncoderRevisionId encoder_revision;
  base::json::object body;
  std::string prev_hash;  ///< of the event before; empty for the first
};

/// The bytes that are stored and hashed: canonical JSON of all fields.
std::string to_canonical_bytes(const Event& event);

/// SHA-256 over 0x00 and the bytes, hex: the leaf hash of RFC 6962.
std::string hash_event(std::string_view canonical_bytes);

}  // namespace mpegflow::audit
