#include "http/asio/request_reader.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace mpegflow::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t kMostHeaders = 100;

std::string to_string(beast::string_view text) {
  return {text.data(), text.size()};
}

/// Beast knows the grammar; this keeps what it found.
class Parser final : public beast::http::basic_parser<true> {
 public:
  RequestHead head;
  std::string body;
  std::uint64_t body_size = 0;
  std::optional<std::uint64_t> most_body;
  bool has_too_many_headers = false;
  bool is_too_long = false;

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code&) override {
    head.method = to_string(method);
    head.target = to_string(target);
    head.is_http_1_0 = version < 11;
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    if (is_header_done()) return;  // trailers: nothing of ours stands in them
    if (head.headers.size() >= kMostHeaders) {
      has_too_many_headers = true;
      error = beast::http::error::header_limit;
      return;
    }
    head.headers.emplace_back(to_string(name), to_string(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code& error) override {
    take(bytes, error);
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes,
                                 error_code& error) override {
    take(bytes, error);
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  void take(beast::string_view bytes, error_code& error) {
    body_size += bytes.size();
    if (most_body && body_size > *most_body) {
      is_too_long = true;
      error = beast::http::error::body_limit;
      return;
    }
    body.append(bytes.data(), bytes.size());
  }
};

std::size_t count_headers(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      headers, [&](const auto& header) { return find_header({header}, name).has_value(); }));
}

}  // namespace

struct RequestReader::State {
  Parser parser;
  bool has_head = false;
  int status = 0;
  std::string why;

  Step fail(int made_status, std::string reason) {
    status = made_status;
    why = std::move(reason);
    return Step::failed;
  }

  Step fail(const error_code& error) {
    if (parser.is_too_long) return fail(413, "the body is longer than it may be");
    if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow)
      return fail(431, "the header is longer than it may be");
    if (error == beast::http::error::bad_version)
      return fail(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    return fail(400, "this is not HTTP: " + error.message());
  }

  Step finish_head() {
    has_head = true;
    RequestHead& head = parser.head;
    head.keeps_alive = parser.keep_alive();
    if (const auto length = parser.content_length()) head.content_length = *length;
    head.has_body = parser.chunked() || head.content_length.value_or(0) > 0;
    const std::size_t hosts = count_headers(head.headers, "Host");
    if (hosts > 1 || (hosts == 0 && !head.is_http_1_0))
      return fail(400, "a request has one header Host");
    if (count_headers(head.headers, "Content-Length") > 1)
      return fail(400, "a request has at most one header Content-Length");
    // A length and chunks at once is how requests are smuggled past a proxy.
    if (parser.chunked() && find_header(head.headers, "Content-Length"))
      return fail(400, "a body has a length or comes in chunks, not both");
    if (find_header(head.headers, "Transfer-Encoding") && !parser.chunked())
      return fail(501, "of the transfer codings only chunked is known");
    if (const auto expected = find_header(head.headers, "Expect")) {
      if (!beast::iequals({expected->data(), expected->size()}, "100-continue"))
        return fail(417, "of expectations only 100-continue is known");
      head.expects_continue = !head.is_http_1_0 && head.has_body;
    }
    return Step::head;
  }
};

RequestReader::RequestReader(std::size_t header_limit) : header_limit_(header_limit) {
  restart();
}

RequestReader::~RequestReader() = default;

void RequestReader::restart() {
  state_ = std::make_unique<State>();
  state_->parser.header_limit(static_cast<std::uint32_t>(header_limit_));
  state_->parser.body_limit(boost::none);  // ours is set when the head is known
  state_->parser.eager(false);
}

RequestReader::Step RequestReader::feed(std::string& bytes) {
  State& state = *state_;
  Parser& parser = state.parser;
  if (state.status != 0) return Step::failed;
  if (state.has_head && parser.is_done()) return Step::done;
  if (bytes.empty()) return Step::need_more;
  error_code error;
  parser.eager(state.has_head);
  const std::size_t used = parser.put(boost::asio::buffer(bytes), error);
  bytes.erase(0, used);
  if (error && error != beast::http::error::need_more) return state.fail(error);
  if (!state.has_head) return parser.is_header_done() ? state.finish_head() : Step::need_more;
  if (parser.is_done()) return Step::done;
  return parser.body.empty() ? Step::need_more : Step::body;
}

void RequestReader::limit_body(std::int64_t most) {
  state_->parser.most_body = static_cast<std::uint64_t>(most);
}

const RequestHead& RequestReader::head() const {
  return state_->parser.head;
}

std::string RequestReader::take_body() {
  return std::exchange(state_->parser.body, {});
}

int RequestReader::status() const {
  return state_->status;
}

std::string_view RequestReader::why() const {
  return state_->why;
}

}  // namespace mpegflow::http
