#include "objects/object_key.h"

#include "base/text.h"

namespace mpegflow::objects {

bool is_object_key(std::string_view key) {
  if (key.empty() || key.size() > 1024 || key.find('\0') != std::string_view::npos) return false;
  for (const std::string& part : base::split(key, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

}  // namespace mpegflow::objects
