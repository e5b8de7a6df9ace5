#pragma once

#include <string>

#include "base/sha256.h"
#include "store/op.h"

namespace mpegflow::sim {

/// Where an attempt keeps an output, and what it wrote: two attempts never write the same bytes.
inline std::string make_object_key(const base::JobId& job, const store::Claim& claim,
                                   const std::string& name) {
  return job.value + "/" + claim.task.value + "/" + std::to_string(claim.fence) + "-" +
         claim.id.value + "/" + name;
}
inline std::string make_object_bytes(const std::string& object_key) {
  return "bytes of " + object_key;
}

}  // namespace mpegflow::sim
