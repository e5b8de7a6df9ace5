#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "base/time.h"
#include "http/client.h"
#include "objects/object_store.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::protocol {

struct WorkerFilesOptions {
  std::string server;  ///< as in HttpProtocolOptions
  std::string token;
  std::function<base::SessionId()> session;  ///< the present one
  /// How long a transfer that breaks is begun anew.
  base::Micros patience{std::chrono::hours(1)};
  /// Nothing moved for so long: it is broken.
  base::Micros idle{std::chrono::seconds(30)};
  const std::atomic<bool>* stop = nullptr;  ///< true: what is under way ends as interrupted
};

/// The bytes that a worker moves through its server. Any thread.
class WorkerFiles {
 public:
  WorkerFiles(WorkerFilesOptions options, http::Client& client, const base::Clock& clock)
      : options_(std::move(options)), client_(client), clock_(clock) {}

  base::Result<void> put(const std::string& path, const base::Path& file);
  base::Result<void> put_bytes(const std::string& path, std::string_view bytes,
                               const std::string& claim = "");
  /// A piece of the log of a running attempt, behind its first `from` bytes. Not tried again. Gives
  /// from where the next one is wanted. Errors: superseded (nobody asks for it any more).
  base::Result<std::int64_t> send_log(const Claim& claim, std::int64_t from,
                                      std::string_view piece);
  /// Into a new file, durable in the end; what came before a break is not asked for again. Gives
  /// the SHA-256 of it all.
  base::Result<std::string> get(const std::string& path, const base::Path& target);

 private:
  http::Request make_request(const std::string& method, const std::string& path) const;
  base::Result<http::Response> insist(const std::function<base::Result<http::Response>()>& send);

  WorkerFilesOptions options_;
  http::Client& client_;
  const base::Clock& clock_;
};

/// The outputs of attempts, through the server: what was staged can be put, what is committed in
/// the jobs of the worker's tasks can be got. Listing and removing is the server's own business
/// (invalid_argument).
class HttpObjectStore final : public objects::ObjectStore {
 public:
  explicit HttpObjectStore(WorkerFiles& files) : files_(files) {}

  base::Result<void> put_file(std::string_view key, const base::Path& file) override;
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override;
  base::Result<std::string> get_bytes(std::string_view key) override;
  base::Result<void> get_file(std::string_view key, const base::Path& target) override;
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override;
  base::Result<void> remove(std::string_view key) override;

 private:
  WorkerFiles& files_;
};

/// The logs of attempts, which are put and nothing else (invalid_argument).
class HttpLogStore final : public objects::ObjectStore {
 public:
  explicit HttpLogStore(WorkerFiles& files) : files_(files) {}

  base::Result<void> put_file(std::string_view key, const base::Path& file) override;
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override;
  base::Result<std::string> get_bytes(std::string_view key) override;
  base::Result<void> get_file(std::string_view key, const base::Path& target) override;
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override;
  base::Result<void> remove(std::string_view key) override;

 private:
  WorkerFiles& files_;
};

}  // namespace mpegflow::protocol
