#include "http/client.h"

namespace mpegflow::http {

bool is_web_url(const std::string& text) {
  for (const char* scheme : {"http://", "https://"})
    if (text.starts_with(scheme)) return text.size() > std::string_view(scheme).size();
  return false;
}

}  // namespace mpegflow::http
