#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/json.hpp>

#include "e2e/kill/command.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {

/// A server that encodes nothing, and workers that share nothing with it but its address; all of
/// them real processes of one place.
class RealFleet {
 public:
  explicit RealFleet(const Workspace& place) : place_(place) {}
  ~RealFleet();

  /// How long a worker may be silent; for servers that are started from now on.
  std::string worker_ttl = "6s";

  /// Starts it, again at the same address, and waits until it listens.
  void start_server(const std::vector<std::string>& options = {"--no-worker"});
  /// Ends it in order.
  void stop_server();
  void kill_server();
  /// Starts the worker of this name, whose state stays over restarts, and waits until it is ready.
  void start_worker(const std::string& name, const std::vector<std::string>& options = {});
  RunningCommand& worker(const std::string& name) { return *workers_.at(name); }
  void kill_worker(const std::string& name);
  std::string url() const { return "http://" + address_; }
  base::Path home(const std::string& name) const { return place_.path() / name; }
  std::string log(const std::string& name) const;

  /// Submits a task of FFmpeg arguments on `input` and gives the job's id.
  std::string submit(const base::Path& input, const std::string& name, const std::string& args);
  std::string submit(const boost::json::object& spec);
  /// What the API answers; empty if nobody does.
  boost::json::object ask(const std::string& method, const std::string& path,
                          const std::string& body = "");
  /// What the API says of the job.
  boost::json::object job(const std::string& id);
  std::string state(const std::string& id);
  /// Waits for the end of the job and gives its state.
  std::string wait_for_end(const std::string& id);
  /// The number of FFmpegs that run below `folder`.
  static int count_encoders(const base::Path& folder);
  /// Waits until it is seen; the test fails after a minute.
  bool wait_until(const std::string& what, const std::function<bool()>& seen);

 private:
  std::string key() const;
  void kill(std::unique_ptr<RunningCommand>& command);

  const Workspace& place_;
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<RunningCommand> server_;
  std::map<std::string, std::unique_ptr<RunningCommand>> workers_;
};

}  // namespace mpegflow::e2e
