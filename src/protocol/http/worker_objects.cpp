#include "protocol/http/worker_objects.h"

#include <algorithm>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/text.h"
#include "protocol/http/answer.h"

namespace mpegflow::protocol {
namespace {

constexpr base::Micros kFirstRetry = std::chrono::milliseconds(100);
constexpr base::Micros kLongestRetry = std::chrono::seconds(3);

/// "JOB/TASK/FENCE-CLAIM.stderr.zst" → "TASK FENCE CLAIM"; empty if it is another kind of key.
std::string claim_of_log(std::string_view key) {
  const std::vector<std::string> parts = base::split(key, '/');
  if (parts.size() != 3) return "";
  const std::size_t dash = parts[2].find('-'), dot = parts[2].find('.');
  if (dash == std::string::npos || dot == std::string::npos || dot < dash) return "";
  return fmt::format("{} {} {}", parts[1], parts[2].substr(0, dash),
                     parts[2].substr(dash + 1, dot - dash - 1));
}

tl::unexpected<base::Error> not_offered(std::string_view what) {
  return base::fail(base::ErrorCode::invalid_argument,
                    fmt::format("a worker's server does not let it {}", what));
}

/// A file that grows as its bytes come, and the hash of them.
struct Arrival {
  base::UniqueFd fd;
  base::Sha256 hash;
  std::int64_t size = 0;
};

}  // namespace

http::Request WorkerFiles::make_request(const std::string& method, const std::string& path) const {
  http::Request request;
  request.method = method;
  request.url = options_.server + path;
  request.headers = {{"Authorization", "Bearer " + options_.token},
                     {"Mpegflow-Session", options_.session().value}};
  request.timeout = base::Micros(0);
  request.idle_timeout = options_.idle;
  request.stop = options_.stop;
  return request;
}

base::Result<http::Response> WorkerFiles::insist(
    const std::function<base::Result<http::Response>()>& send) {
  const base::SteadyTime begin = clock_.steady();
  for (base::Micros pause = kFirstRetry;; pause = std::min(2 * pause, kLongestRetry)) {
    auto response = send();
    base::Result<http::Response> refused = tl::unexpected(base::Error{});
    if (response && response->status >= 200 && response->status <= 299) return response;
    if (response) refused = tl::unexpected(read_refusal(*response));
    else refused = tl::unexpected(to_unreachable(response.error(), options_.server));
    if (refused.error().code != base::ErrorCode::store_failed) return refused;
    if (clock_.steady() + pause - begin > options_.patience)
      return tl::unexpected(give_up_on(refused.error()));
    if (options_.stop != nullptr && *options_.stop)
      return base::fail(base::ErrorCode::interrupted, "stopped while the server did not answer");
    std::this_thread::sleep_for(pause);  // nobody can tell us when it is there again
  }
}

base::Result<void> WorkerFiles::put(const std::string& path, const base::Path& file) {
  return insist([&]() -> base::Result<http::Response> {
           const base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
           if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "open", file));
           ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(fd.get()));
           http::Request request = make_request("PUT", path);
           request.body_size = identity.size;
           request.read_body = [&](std::size_t most) -> base::Result<std::string> {
             std::string bytes(most, '\0');
             const ssize_t got = ::read(fd.get(), bytes.data(), bytes.size());
             if (got < 0) return tl::unexpected(base::make_file_error(errno, "read", file));
             bytes.resize(static_cast<std::size_t>(got));
             return bytes;
           };
           return client_.send(request);
         })
      .map([](const auto&) {});
}

base::Result<void> WorkerFiles::put_bytes(const std::string& path, std::string_view bytes,
                                          const std::string& claim) {
  http::Request request = make_request("PUT", path);
  request.body = bytes;
  if (!claim.empty()) request.headers.emplace_back("Mpegflow-Claim", claim);
  return insist([&] { return client_.send(request); }).map([](const auto&) {});
}

base::Result<std::int64_t> WorkerFiles::send_log(const Claim& claim, std::int64_t from,
                                                 std::string_view piece) {
  http::Request request = make_request("PUT", fmt::format("/v1/worker/running-logs?from={}", from));
  request.body = piece;
  request.headers.emplace_back(
      "Mpegflow-Claim", fmt::format("{} {} {}", claim.task.value, claim.fence, claim.id.value));
  const auto response = client_.send(request);
  if (!response) return tl::unexpected(to_unreachable(response.error(), options_.server));
  if (response->status < 200 || response->status > 299)
    return tl::unexpected(read_refusal(*response));
  ASSIGN_OR_RETURN(const auto answer, base::parse_json(response->body, "the answer"));
  if (!answer.is_object())
    return base::fail(base::ErrorCode::invalid_argument, "the answer is not an object");
  return base::int_or(answer.get_object(), "from");
}

base::Result<std::string> WorkerFiles::get(const std::string& path, const base::Path& target) {
  Arrival arrival;
  arrival.fd =
      base::UniqueFd(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!arrival.fd.is_open()) return tl::unexpected(base::make_file_error(errno, "create", target));
  const auto take = [&](std::string_view bytes) -> base::Result<void> {
    RETURN_IF_ERROR(base::write_all(arrival.fd.get(), bytes, target));
    arrival.hash.update(bytes);
    arrival.size += static_cast<std::int64_t>(bytes.size());
    return {};
  };
  const auto got = insist([&] {
    http::Request request = make_request("GET", fmt::format("{}?from={}", path, arrival.size));
    request.on_body = take;
    return client_.send(request);
  });
  if (!got) return tl::unexpected(got.error());
  if (::fsync(arrival.fd.get()) != 0)
    return tl::unexpected(base::make_file_error(errno, "sync", target));
  return arrival.hash.finish_hex();
}

base::Result<void> HttpObjectStore::put_file(std::string_view key, const base::Path& file) {
  return files_.put("/v1/worker/objects/" + base::encode_percent(key, "/"), file);
}

base::Result<void> HttpObjectStore::put_bytes(std::string_view key, std::string_view bytes) {
  return files_.put_bytes("/v1/worker/objects/" + base::encode_percent(key, "/"), bytes);
}

base::Result<std::string> HttpObjectStore::get_bytes(std::string_view) {
  return not_offered("read objects into memory; get_file");
}

base::Result<void> HttpObjectStore::get_file(std::string_view key, const base::Path& target) {
  RETURN_IF_ERROR(base::make_directories(target.parent_path()));
  return files_.get("/v1/worker/objects/" + base::encode_percent(key, "/"), target)
      .map([](const auto&) {});
}

base::Result<std::vector<objects::ObjectInfo>> HttpObjectStore::list(std::string_view) {
  return not_offered("list objects");
}

base::Result<void> HttpObjectStore::remove(std::string_view) {
  return not_offered("remove objects");
}

base::Result<void> HttpLogStore::put_file(std::string_view key, const base::Path& file) {
  ASSIGN_OR_RETURN(const std::string bytes, base::read_file(file));
  return put_bytes(key, bytes);
}

base::Result<void> HttpLogStore::put_bytes(std::string_view key, std::string_view bytes) {
  return files_.put_bytes("/v1/worker/logs/" + base::encode_percent(key, "/"), bytes,
                          claim_of_log(key));
}

base::Result<std::string> HttpLogStore::get_bytes(std::string_view) {
  return not_offered("read logs");
}

base::Result<void> HttpLogStore::get_file(std::string_view, const base::Path&) {
  return not_offered("read logs");
}

base::Result<std::vector<objects::ObjectInfo>> HttpLogStore::list(std::string_view) {
  return not_offered("list logs");
}

base::Result<void> HttpLogStore::remove(std::string_view) {
  return not_offered("remove logs");
}

}  // namespace mpegflow::protocol
