#include "app/parts.h"

#include <array>

#include <unistd.h>

#include <fmt/format.h>

#include "process/local/guard_image.h"
#include "worker/binary_options.h"

namespace mpegflow::app {

base::Result<store::Store*> Parts::open_store(const cli::Config& config) {
  // To lay out the stock of a server takes longer than what a command does with the store.
  constexpr int kStockOfACommand = 256;
  return open_store(config, kStockOfACommand);
}

base::Result<store::Store*> Parts::open_server_store(const cli::Config& config) {
  return open_store(config, store::SqliteOptions().stock_pages);
}

base::Result<store::Store*> Parts::open_store(const cli::Config& config, int stock_pages) {
  if (!store_) {
    store::SqliteOptions options;
    options.directory = config.state_path();
    options.clock = &clock_;
    options.boot_id = store::read_boot_id();
    options.stock_pages = stock_pages;
    ASSIGN_OR_RETURN(store_, store::SqliteStore::open(options));
  }
  return store_.get();
}

base::Result<objects::ObjectStore*> Parts::open_logs(const cli::Config& config) {
  if (!logs_) logs_ = std::make_unique<objects::LocalObjectStore>(config.state_path() / "logs");
  return logs_.get();
}

base::Result<engine::LocalState> Parts::open_local_state(const cli::Config& config) {
  ASSIGN_OR_RETURN(store::Store * store, open_store(config));
  ASSIGN_OR_RETURN(objects::ObjectStore * logs, open_logs(config));
  if (!quarantine_)
    quarantine_ = std::make_unique<objects::LocalObjectStore>(config.state_path() / "quarantine");
  const auto open_objects = [](const base::Path& folder) -> std::unique_ptr<objects::ObjectStore> {
    return std::make_unique<objects::LocalObjectStore>(folder);
  };
  return engine::LocalState{
      config.state_path(), {find_host_name(), store::read_boot_id()}, *store, *logs, *quarantine_,
      open_objects};
}

std::string find_host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

process::ProcessRunner& Parts::processes(const cli::Config& config) {
  if (!processes_) {
    process::LocalProcessOptions options;
    options.guard_executable = process::find_guard(config.state_path() / "cache");
    options.memory = config.state_path() / "cache" / "sandbox";
    switch (config.sandbox_mode()) {
      case cli::SandboxMode::automatic: break;
      case cli::SandboxMode::on: options.sandbox = process::Wanted::on; break;
      case cli::SandboxMode::off: options.sandbox = process::Wanted::off; break;
    }
    processes_ = std::make_unique<process::LocalProcessRunner>(options);
  }
  return *processes_;
}

base::Result<const worker::Encoder*> Parts::find_encoder(const cli::Config& config,
                                                         const cli::Environment& environment) {
  if (!encoder_) {
    worker::EncoderSearch search;
    search.ffmpeg = config.ffmpeg.text;
    search.ffprobe = config.ffprobe.text;
    const auto path = environment.find("PATH");
    search.path = path == environment.end() ? "/usr/local/bin:/usr/bin:/bin" : path->second;
    search.cache_folder = config.state_path() / "cache";
    search.scratch_folder = config.state_path() / "cache" / fmt::format("probe-{}", getpid());
    ASSIGN_OR_RETURN(encoder_, worker::find_encoder(search, processes(config)));
    worker::remember_options(*encoder_, processes(config), search.scratch_folder);
  }
  return &*encoder_;
}

}  // namespace mpegflow::app
