#include "api/openapi_text.h"

// The names are those of assembler symbols.
// NOLINTBEGIN(readability-identifier-naming)
__asm__(
    ".pushsection .rodata\n.global mpegflow_openapi\n.global mpegflow_openapi_end\n"
    "mpegflow_openapi:\n.incbin \"" MPEGFLOW_OPENAPI_FILE
    "\"\nmpegflow_openapi_end:\n.byte 0\n.popsection\n");
extern "C" const char mpegflow_openapi[];
extern "C" const char mpegflow_openapi_end[];
// NOLINTEND(readability-identifier-naming)

namespace mpegflow::api {

std::string_view openapi_text() {
  return {mpegflow_openapi, static_cast<std::size_t>(mpegflow_openapi_end - mpegflow_openapi)};
}

}  // namespace mpegflow::api
