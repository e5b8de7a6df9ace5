#include "core/audit/event_bytes.h"

#include "base/sha256.h"

namespace mpegflow::audit {

std::string to_canonical_bytes(const Event& event) {
  base::json::object record;
  record["at"] = event.at.us;
  record["body"] = event.body;
  record["encoder_revision"] = event.encoder_revision.value;
  record["fence"] = event.fence;
  record["job"] = event.job.value;
  record["kind"] = event.kind;
  record["prev"] = event.prev_hash;
  record["seq"] = event.seq;
  record["task"] = event.task.value;
  return base::to_canonical_json(record);
}

std::string hash_event(std::string_view canonical_bytes) {
  base::Sha256 hash;
  hash.update(std::string_view("\0", 1));
  hash.update(canonical_bytes);
  return hash.finish_hex();
}

}  // namespace mpegflow::audit
