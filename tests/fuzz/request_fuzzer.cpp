// Bytes of a connection to the server, however they are chunked, and queries.

#include <algorithm>
#include <string>

#include "fuzz_input.h"
#include "http/asio/request_reader.h"
#include "http/router.h"

namespace {

using namespace mpegflow;

void read_connection(std::string_view bytes, std::size_t chunk) {
  http::RequestReader reader(8192);
  std::string waiting;
  while (true) {
    const auto step = reader.feed(waiting);
    if (step == http::RequestReader::Step::failed) {
      fuzz::require(reader.status() >= 400);
      return;
    }
    if (step == http::RequestReader::Step::head) {
      reader.limit_body(65536);
      http::parse_query(reader.head().target);
    }
    if (step == http::RequestReader::Step::body) reader.take_body();
    if (step == http::RequestReader::Step::done) reader.restart();
    if (step != http::RequestReader::Step::need_more) continue;
    if (bytes.empty()) return;
    waiting += bytes.substr(0, chunk);
    bytes.remove_prefix(std::min(chunk, bytes.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [choice, text] = fuzz::split_choice(data, size);
  if (choice == 0) {
    http::parse_query(text);
  } else {
    read_connection(text, choice);
  }
  return 0;
}
