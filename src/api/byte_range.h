#pragma once

#include <string_view>

#include "http/server.h"

namespace mpegflow::api {

/// The part of a reply that a header Range asks for: 206 with Content-Range, 416 if there is no
/// such part, the reply as it is for anything that is not one range of bytes.
http::Reply cut_range(http::Reply whole, std::string_view range);

}  // namespace mpegflow::api
