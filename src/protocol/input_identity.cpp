#include "protocol/input_identity.h"

#include "base/json.h"

namespace mpegflow::protocol {

std::string to_text(const base::FileIdentity& identity) {
  return base::to_canonical_json(
      base::json::object{{"device", std::to_string(identity.device)},
                         {"inode", std::to_string(identity.inode)},
                         {"size", identity.size},
                         {"mtime_ns", std::to_string(identity.mtime_ns)}});
}

}  // namespace mpegflow::protocol
