#pragma once

#include <string_view>

namespace mpegflow::api {

/// api/openapi.yaml, as it was when this was built.
std::string_view openapi_text();

}  // namespace mpegflow::api
