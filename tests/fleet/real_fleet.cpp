#include "fleet/real_fleet.h"

#include <thread>

#include <signal.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "http/curl/curl_client.h"
#include "process/local/process_tree.h"

namespace mpegflow::e2e {
namespace {

constexpr std::chrono::seconds kPatience{150};
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

RealFleet::~RealFleet() {
  if (!testing::Test::HasFailure()) return;
  fmt::print("server:\n{}\n", log("server"));
  for (const auto& [name, command] : workers_) fmt::print("{}:\n{}\n", name, log(name));
}

std::string RealFleet::log(const std::string& name) const {
  return base::read_file(place_.path() / (name + ".err")).value_or("");
}

void RealFleet::start_server(const std::vector<std::string>& options) {
  std::vector<std::string> argv{
      mpegflow_program(), "serve",
      "--listen",         address_,
      "--root",           (place_.path() / "in").native() + ":" + (place_.path() / "out").native()};
  argv.insert(argv.end(), options.begin(), options.end());
  server_ = std::make_unique<RunningCommand>(
      argv, place_.path(),
      std::map<std::string, std::string>{{"MPEGFLOW_STATE", place_.state()},
                                         {"MPEGFLOW_LOG", "info"},
                                         {"MPEGFLOW_WORKER_TTL", worker_ttl}},
      place_.path() / "server");
  const std::string mark = "listening at http://";
  ASSERT_TRUE(wait_until("the server listens", [&] {
    return server_->has_ended() || server_->err().find(mark) != std::string::npos;
  }));
  const std::string said = server_->err();
  ASSERT_NE(said.find(mark), std::string::npos) << said;
  const std::size_t at = said.find(mark) + mark.size();
  address_ = said.substr(at, said.find('\n', at) - at);
}

void RealFleet::kill(std::unique_ptr<RunningCommand>& command) {
  ::kill(command->pid(), SIGKILL);
  EXPECT_EQ(command->wait(), 128 + SIGKILL);
  command.reset();
}

void RealFleet::stop_server() {
  ::kill(server_->pid(), SIGTERM);
  EXPECT_EQ(server_->wait(), 0) << server_->err();
  server_.reset();
}

void RealFleet::kill_server() {
  kill(server_);
}

void RealFleet::kill_worker(const std::string& name) {
  kill(workers_.at(name));
  workers_.erase(name);
}

void RealFleet::start_worker(const std::string& name, const std::vector<std::string>& options) {
  std::vector<std::string> argv{mpegflow_program(), "worker",
                                "--server",         "http://" + address_,
                                "--key-file",       (place_.state() / "server.key").native(),
                                "--state",          home(name)};
  argv.insert(argv.end(), options.begin(), options.end());
  workers_[name] = std::make_unique<RunningCommand>(
      argv, place_.path(), std::map<std::string, std::string>{}, place_.path() / name);
  EXPECT_TRUE(wait_until(name + " is ready",
                         [&] { return log(name).find("worker_ready") != std::string::npos; }));
}

std::string RealFleet::key() const {
  return std::string(base::trim(base::read_file(place_.state() / "server.key").value_or("")));
}

boost::json::object RealFleet::ask(const std::string& method, const std::string& path,
                                   const std::string& body) {
  http::CurlClient client;
  http::Request request;
  request.method = method;
  request.url = "http://" + address_ + path;
  request.headers = {{"Authorization", "Bearer " + key()}, {"Content-Type", "application/json"}};
  request.body = body;
  request.most_body = 1 << 20;
  const auto response = client.send(request);
  if (!response) return {};
  const auto value = base::parse_json(response->body, path);
  EXPECT_TRUE(value && value->is_object()) << response->status << " " << response->body;
  return value && value->is_object() ? value->get_object() : boost::json::object{};
}

std::string RealFleet::submit(const boost::json::object& spec) {
  const auto answer = ask("POST", "/v1/jobs", base::to_canonical_json(spec));
  const std::string id = base::text_or(base::object_or(answer, "job"), "id");
  EXPECT_NE(id, "") << base::to_canonical_json(answer);
  return id;
}

std::string RealFleet::submit(const base::Path& input, const std::string& name,
                              const std::string& args) {
  return submit({{"version", 1},
                 {"input", input.native()},
                 {"output", place_.out(name).native() + "/"},
                 {"tasks", boost::json::array{{{"key", "encode"}, {"args", args}}}}});
}

boost::json::object RealFleet::job(const std::string& id) {
  return ask("GET", "/v1/jobs/" + id);
}

std::string RealFleet::state(const std::string& id) {
  return base::text_or(base::object_or(job(id), "job"), "state");
}

std::string RealFleet::wait_for_end(const std::string& id) {
  std::string last;
  wait_until("the end of job " + id, [&] {
    last = state(id);
    return !last.empty() && last != "queued" && last != "running" && last != "cancelling";
  });
  return last;
}

int RealFleet::count_encoders(const base::Path& folder) {
  int count = 0;
  for (const pid_t pid : process::find_processes_writing_below(folder.native()))
    if (process::read_kernel_file("/proc/" + std::to_string(pid) + "/comm") == "ffmpeg\n") ++count;
  return count;
}

bool RealFleet::wait_until(const std::string& what, const std::function<bool()>& seen) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!seen()) {
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "not within a minute: " << what;
      return false;
    }
    std::this_thread::sleep_for(kPause);  // a bounded poll for what other processes do
  }
  return true;
}

}  // namespace mpegflow::e2e
