#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/file.h"
#include "checkout/checkout.h"
#include "process/local/local_process.h"
#include "process/local/process_tree.h"

namespace mpegflow::process {

inline const std::string kGuardProgram = MPEGFLOW_BINARY_DIR "/process_guard_helper";
inline const std::string kDriverProgram = MPEGFLOW_BINARY_DIR "/process_driver";
inline const std::string kMemoryEater = MPEGFLOW_BINARY_DIR "/memory_eater";

/// Asks again and again, for at most `limit`.
inline bool wait_until(const std::function<bool()>& holds,
                       std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

/// The layers that stand between the engine and the program.
enum class Isolation { sandbox, namespaces, bare };

inline std::string to_word(Isolation isolation) {
  if (isolation == Isolation::sandbox) return "sandbox";
  return isolation == Isolation::namespaces ? "namespaces" : "bare";
}

inline LocalProcessOptions make_options(Isolation isolation) {
  LocalProcessOptions options;
  options.guard_executable = kGuardProgram;
  options.sandbox = isolation == Isolation::sandbox ? Wanted::on : Wanted::off;
  options.namespaces = isolation == Isolation::bare ? Wanted::off : Wanted::automatic;
  options.cgroup = isolation == Isolation::bare ? Wanted::off : Wanted::automatic;
  return options;
}

inline bool is_layer_on(const ProcessRunner& runner, std::string_view name) {
  for (const auto& layer : runner.report().layers)
    if (layer.name == name) return layer.on;
  return false;
}

/// A fresh folder with `work` in it, and a runner.
class RunFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "mpegflow-process-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    ASSERT_TRUE(base::make_directories(work()));
  }
  void TearDown() override { static_cast<void>(base::remove_tree(folder_)); }

  base::Path work() const { return folder_ / "work"; }

  ProcessSpec make_spec(std::vector<std::string> argv) const {
    ProcessSpec spec;
    spec.argv = std::move(argv);
    spec.working_folder = work();
    spec.stderr_file = folder_ / "stderr";
    spec.capture_stdout = true;
    spec.deadline = std::chrono::seconds(30);
    return spec;
  }
  ProcessSpec make_shell(const std::string& script) const {
    return make_spec({"/bin/sh", "-c", script});
  }
  std::string stderr_text() const { return base::read_file(folder_ / "stderr").value_or(""); }

  base::Path folder_;
};

/// The same tests behind every choice of layers.
class EveryIsolation : public RunFixture, public ::testing::WithParamInterface<Isolation> {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    if (GetParam() == Isolation::sandbox && !is_layer_on(runner_, "bubblewrap"))
      GTEST_SKIP() << "bubblewrap does not work here";
    if (GetParam() == Isolation::namespaces && !is_layer_on(runner_, "namespaces"))
      GTEST_SKIP() << "namespaces are not allowed here";
  }

  base::Result<ProcessResult> run(const ProcessSpec& spec, const ProcessCallbacks& callbacks = {}) {
    return runner_.run(spec, callbacks, stop_);
  }

  LocalProcessRunner runner_{make_options(GetParam())};
  StopSignal stop_;
};

inline std::string read_command_line(pid_t pid) {
  return read_kernel_file("/proc/" + std::to_string(pid) + "/cmdline");
}

inline bool is_alive(pid_t pid) {
  const std::string text = read_kernel_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return false;
  return text[name_end + 2] != 'Z' && text[name_end + 2] != 'X';
}

/// A duration for sleep(1) that no other process has: its bearers can be found in /proc.
inline std::string make_marked_duration() {
  static std::atomic<int> next{0};
  return "77777." + std::to_string(::getpid()) + "0" + std::to_string(next++);
}

}  // namespace mpegflow::process
