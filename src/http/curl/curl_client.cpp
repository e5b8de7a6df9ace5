#include "http/curl/curl_client.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/time.h"

namespace mpegflow::http {
namespace {

constexpr long kConnectTimeoutMs = 5000;
constexpr std::size_t kMostIdle = 16;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// One request under way, as its callbacks see it.
struct Exchange {
  const Request& request;
  CURL* curl;
  Response response{};
  std::optional<base::Error> error{};
  std::int64_t moved = 0;  ///< bytes both ways at the last look
  base::SteadyTime moved_at = base::SystemClock().steady();
};

bool is_good(CURL* curl) {
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return status >= 200 && status < 300;
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* target) {
  auto& exchange = *static_cast<Exchange*>(target);
  const std::size_t length = size * count;
  if (exchange.request.on_body && is_good(exchange.curl)) {
    const auto taken = exchange.request.on_body({bytes, length});
    if (taken) return length;
    exchange.error = taken.error();
    return 0;
  }
  std::string& body = exchange.response.body;
  const auto most = static_cast<std::size_t>(exchange.request.most_body);
  body.append(bytes, std::min(length, most - std::min(most, body.size())));
  return length;
}

std::size_t give_body(char* bytes, std::size_t size, std::size_t count, void* source) {
  auto& exchange = *static_cast<Exchange*>(source);
  const auto piece = exchange.request.read_body(size * count);
  if (!piece) {
    exchange.error = piece.error();
    return CURL_READFUNC_ABORT;
  }
  // NOLINTNEXTLINE(bugprone-not-null-terminated-result): bytes, not text
  std::memcpy(bytes, piece->data(), piece->size());
  return piece->size();
}

/// curl asks about once in a second, and whenever something moves.
int look(void* target, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  auto& exchange = *static_cast<Exchange*>(target);
  const Request& request = exchange.request;
  if (request.stop != nullptr && *request.stop) {
    exchange.error = base::Error{base::ErrorCode::interrupted, "the request was given up"};
    return 1;
  }
  const base::SteadyTime now = base::SystemClock().steady();
  if (down + up != exchange.moved) {
    exchange.moved = down + up;
    exchange.moved_at = now;
  }
  return request.idle_timeout.count() > 0 && now - exchange.moved_at > request.idle_timeout ? 1 : 0;
}

Headers make_headers(const Request& request) {
  Headers list(nullptr, &curl_slist_free_all);
  const auto add = [&list](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  for (const auto& [name, value] : request.headers) add(fmt::format("{}: {}", name, value));
  // A message is sent at once. A large upload may be refused before its first byte.
  if (!request.read_body) add("Expect:");
  return list;
}

void set_body(CURL* curl, Exchange& exchange) {
  const Request& request = exchange.request;
  if (request.read_body) {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body_size));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &give_body);
    curl_easy_setopt(curl, CURLOPT_READDATA, &exchange);
  } else if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

/// Everything but the headers.
void set_up(CURL* curl, Exchange& exchange, const CurlOptions& options) {
  const Request& request = exchange.request;
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  if (!request.unix_socket.empty())
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count() / 1000));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "mpegflow");
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &look);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
  set_body(curl, exchange);
}

}  // namespace

/// Handles with their open connections, for the next who asks.
struct CurlClient::Idle {
  std::mutex mutex;
  std::vector<Handle> handles;

  Handle take() {
    const std::scoped_lock lock(mutex);
    if (handles.empty()) return {curl_easy_init(), &curl_easy_cleanup};
    Handle handle = std::move(handles.back());
    handles.pop_back();
    curl_easy_reset(handle.get());
    return handle;
  }
  void give_back(Handle handle) {
    const std::scoped_lock lock(mutex);
    if (handles.size() < kMostIdle) handles.push_back(std::move(handle));
  }
};

CurlClient::CurlClient(CurlOptions options)
    : options_(std::move(options)), idle_(std::make_unique<Idle>()) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

CurlClient::~CurlClient() = default;

base::Result<Response> CurlClient::send(const Request& request) {
  if (!is_web_url(request.url))
    return base::fail(base::ErrorCode::invalid_argument, "not the URL of a web server");
  Handle curl = idle_->take();
  if (!curl) return base::fail(base::ErrorCode::io_failed, "no HTTP client could be made");
  Exchange exchange{request, curl.get()};
  std::array<char, CURL_ERROR_SIZE> reason{};
  const Headers headers = make_headers(request);
  set_up(curl.get(), exchange, options_);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (exchange.error) return tl::unexpected(*exchange.error);
  if (code != CURLE_OK)
    return base::fail(base::ErrorCode::io_failed,
                      reason.front() != '\0' ? reason.data() : curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  idle_->give_back(std::move(curl));
  return std::move(exchange.response);
}

}  // namespace mpegflow::http
