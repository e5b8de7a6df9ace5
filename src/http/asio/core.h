#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <boost/asio/io_context.hpp>

#include "http/asio/asio_server.h"
#include "http/asio/call_pool.h"

namespace mpegflow::http {

class Connection;

/// What all connections of a server share; lives as long as the last of them.
struct Core {
  Core(const ServerOptions& options, Service& made_service, const base::Clock& made_clock,
       base::Entropy& made_entropy)
      : limits(options.limits),
        service(made_service),
        clock(made_clock),
        entropy(made_entropy),
        calls(options.call_threads, options.limits.waiting_calls) {}

  void add(std::shared_ptr<Connection> connection);
  void remove(Connection* connection);
  std::vector<std::shared_ptr<Connection>> list();
  std::size_t count();
  /// false: some are left after `patience`.
  bool wait_until_empty(base::Micros patience);

  ServerLimits limits;
  Service& service;
  const base::Clock& clock;
  base::Entropy& entropy;
  std::mutex entropy_mutex;
  boost::asio::io_context io;
  CallPool calls;
  std::atomic<bool> is_draining = false;

 private:
  std::mutex mutex_;
  std::condition_variable removed_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
};

}  // namespace mpegflow::http
