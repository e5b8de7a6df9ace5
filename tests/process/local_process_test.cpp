#include "process/local/local_process.h"

#include <fstream>
#include <mutex>

#include <fcntl.h>

#include "process/run_fixture.h"

namespace mpegflow::process {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;

constexpr std::int64_t kMebibyte = 1 << 20;

TEST_P(EveryIsolation, ExitCodeComesBack) {
  const auto result = run(make_shell("exit 7"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 7);
  EXPECT_EQ(result->signal, std::nullopt);
  EXPECT_EQ(result->ended_by, EndedBy::itself);
}

TEST_P(EveryIsolation, SignalStaysApartFromExitCode) {
  const auto result = run(make_shell("kill -SEGV $$"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, std::nullopt);
  EXPECT_EQ(result->signal, SIGSEGV);
  EXPECT_EQ(result->ended_by, EndedBy::itself);
}

TEST_P(EveryIsolation, MissingProgramIsAnErrorWithItsReason) {
  const auto result = run(make_spec({"/usr/bin/no-such-program"}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::process_failed);
  EXPECT_NE(result.error().message.find("No such file"), std::string::npos)
      << result.error().message;
}

TEST_P(EveryIsolation, MissingProgramIsAnErrorWhateverTheProgressNumber) {
  for (int number = 3; number < 14; ++number) {
    ProcessSpec spec = make_spec({"/usr/bin/no-such-program"});
    spec.progress_fd = number;
    const auto result = run(spec);
    ASSERT_FALSE(result) << number;
    EXPECT_NE(result.error().message.find("No such file"), std::string::npos) << number;
  }
}

TEST_P(EveryIsolation, StandardOutputAndErrorAreKeptApart) {
  const auto result = run(make_shell("echo out; echo err >&2"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->stdout_text, "out\n");
  EXPECT_EQ(stderr_text(), "err\n");
}

TEST_P(EveryIsolation, StandardErrorIsAppendedTo) {
  ASSERT_TRUE(run(make_shell("echo one >&2")));
  ASSERT_TRUE(run(make_shell("echo two >&2")));
  EXPECT_EQ(stderr_text(), "one\ntwo\n");
}

TEST_P(EveryIsolation, StandardInputIsEmpty) {
  const auto result = run(make_spec({"/bin/cat"}));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->stdout_text, "");
}

TEST_P(EveryIsolation, EnvironmentHasThreeVariables) {
  ::setenv("MPEGFLOW_SECRET", "hidden", 1);
  const auto result = run(make_spec({"/usr/bin/env"}));
  ::unsetenv("MPEGFLOW_SECRET");
  ASSERT_TRUE(result);
  EXPECT_EQ(std::count(result->stdout_text.begin(), result->stdout_text.end(), '\n'), 3);
  EXPECT_NE(result->stdout_text.find("LANG=C.UTF-8\n"), std::string::npos);
  EXPECT_EQ(result->stdout_text.find("hidden"), std::string::npos);
}

TEST_P(EveryIsolation, NoDescriptorLeaksIntoTheProgram) {
  // Opened carelessly by some library in the engine.
  const base::UniqueFd leak(::fcntl(STDERR_FILENO, F_DUPFD, 70));
  ProcessSpec spec = make_spec({"/bin/ls", "/proc/self/fd"});
  spec.progress_fd = 9;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->stdout_text, "0\n1\n2\n3\n9\n") << "3 is the folder that ls reads";
}

TEST_P(EveryIsolation, ProgressArrivesAsLinesOnTheWantedNumber) {
  for (const int number : {3, 4, 6, 7, 8, 42}) {
    ProcessSpec spec = make_spec({"/bin/bash", "-c",
                                  "printf 'frame=1\\nprog' >&" + std::to_string(number) +
                                      "; printf 'ress=end\\nlast' >&" + std::to_string(number)});
    spec.progress_fd = number;
    std::vector<std::string> lines;
    const auto result = run(spec, {.on_output = {}, .on_progress = [&](std::string_view line) {
                                     lines.emplace_back(line);
                                   }});
    ASSERT_TRUE(result);
    EXPECT_EQ(lines, (std::vector<std::string>{"frame=1", "progress=end", "last"})) << number;
  }
}

TEST_P(EveryIsolation, OutputArrivesWhole) {
  std::int64_t bytes = 0;
  const auto result = run(make_spec({"/usr/bin/head", "-c", "20000000", "/dev/zero"}),
                          {.on_output = [&](std::string_view chunk) -> base::Result<void> {
                             bytes += static_cast<std::int64_t>(chunk.size());
                             return {};
                           },
                           .on_progress = {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(bytes, 20'000'000);
}

TEST_P(EveryIsolation, OutputErrorStopsTheProcessAndIsReturned) {
  const auto result =
      run(make_shell("while :; do echo more; done"),
          {.on_output =
               [](std::string_view) {
                 return base::Result<void>(base::fail(ErrorCode::disk_full, "no space"));
               },
           .on_progress = {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), (base::Error{ErrorCode::disk_full, "no space"}));
}

TEST_P(EveryIsolation, OutputLimitEndsTheProcess) {
  ProcessSpec spec = make_shell("while :; do echo more; done");
  spec.output_limit = 1000;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::output_limit);
  EXPECT_EQ(result->stdout_text.size(), 1000u);
}

TEST_P(EveryIsolation, OutputLimitHoldsForAShortProcessToo) {
  ProcessSpec spec = make_shell("echo 0123456789");
  spec.output_limit = 10;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::output_limit);
  EXPECT_EQ(result->stdout_text, "0123456789");
}

TEST_P(EveryIsolation, StopAsksFirst) {
  ProcessSpec spec = make_shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");
  spec.stop_grace = 10s;
  const auto result = run(spec, {.on_output = [&](std::string_view) -> base::Result<void> {
                                   stop_.trigger();
                                   return {};
                                 },
                                 .on_progress = {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::stop);
  EXPECT_EQ(result->exit_code, 3);
}

TEST_P(EveryIsolation, StopKillsWhatIgnoresIt) {
  ProcessSpec spec = make_shell("trap '' TERM INT HUP; echo ready; while :; do sleep 1; done");
  spec.stop_grace = 100ms;
  const auto result = run(spec, {.on_output = [&](std::string_view) -> base::Result<void> {
                                   stop_.trigger();
                                   return {};
                                 },
                                 .on_progress = {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::stop);
  EXPECT_EQ(result->signal, SIGKILL);
  EXPECT_GE(result->wall_us, 100'000);
  EXPECT_LT(result->wall_us, 5'000'000);
}

TEST_P(EveryIsolation, ReadsMoreInputsThanCanBeBoundOneByOne) {
  const base::Path shots = folder_ / "shots";
  ASSERT_TRUE(base::make_directories(shots));
  ProcessSpec spec = make_shell("cat in/* | wc -c; echo x > in/0 || echo only to be read");
  for (int i = 0; i < 3500; ++i) {
    const base::Path shot = shots / std::to_string(i);
    std::ofstream(shot) << "x";
    spec.inputs.push_back({shot, "in/" + std::to_string(i)});
  }
  std::filesystem::create_symlink(shots / "0", folder_ / "link");
  spec.inputs.push_back({folder_ / "link", "in/link"});
  const auto result = run(spec);
  ASSERT_TRUE(result) << result.error().message << stderr_text();
  EXPECT_EQ(result->stdout_text.substr(0, 5), "3501\n") << stderr_text();
  if (GetParam() == Isolation::sandbox) {
    EXPECT_EQ(result->stdout_text, "3501\nonly to be read\n");
  }
  EXPECT_FALSE(std::filesystem::exists(work() / "in")) << "their names go with it";
}

/// The program goes on only when what it said has been heard.
TEST_P(EveryIsolation, IsHeardWhileItSpeaksOnStandardError) {
  const base::Path ear = work() / "ear";
  ASSERT_EQ(::mkfifo(ear.c_str(), 0600), 0);
  std::string heard;
  ProcessCallbacks callbacks;
  callbacks.on_stderr = [&](std::string_view bytes) {
    heard += bytes;
    if (heard == "frame=1\r") std::ofstream(ear) << "heard\n";
  };
  ProcessSpec spec =
      make_shell("printf 'frame=1\\r' >&2; read answer <ear; printf \"$answer\" >&2");
  std::ofstream(spec.stderr_file) << "of another one; ";
  const auto result = run(spec, callbacks);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0) << "it was not heard in time";
  EXPECT_EQ(heard, "frame=1\rheard");
  EXPECT_EQ(stderr_text(), "of another one; frame=1\rheard");
}

/// Counts lines of output until told otherwise.
TEST_P(EveryIsolation, StandsStillWhileItIsNotAllowedAndGoesOnAfterwards) {
  std::atomic<int> lines = 0;
  ProcessCallbacks callbacks;
  callbacks.on_output = [&](std::string_view bytes) -> base::Result<void> {
    lines += static_cast<int>(bytes.size());
    return {};
  };
  const base::SystemClock clock;
  StopSignal stop;
  ProcessSpec spec = make_shell("while :; do echo; sleep 0.01; done");
  spec.stop_grace = 20s;
  std::thread runner([&] {
    const auto result = runner_.run(spec, callbacks, stop);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->ended_by, EndedBy::stop);
  });
  EXPECT_TRUE(wait_until([&] { return lines > 3; }));
  stop.allow_until(clock.steady());
  // On a busy machine it may say nothing for a while though it could: still is what stays so.
  const auto is_still = [&] {
    const int before = lines;
    for (int i = 0; i < 10 && lines == before; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // ten lines' time each
    return lines == before;
  };
  EXPECT_TRUE(wait_until(is_still));
  const int before = lines;
  stop.allow_until(clock.steady() + std::chrono::minutes(1));
  EXPECT_TRUE(wait_until([&] { return lines > before + 3; }));
  stop.allow_until(clock.steady());
  EXPECT_TRUE(wait_until(is_still));
  const base::SteadyTime asked = clock.steady();
  stop.trigger();
  runner.join();
  EXPECT_LT(clock.steady() - asked, 10s) << "it cannot end in order as it stands";
}

TEST_P(EveryIsolation, DoesNotBeginBeforeItIsAllowed) {
  stop_.allow_until(base::SystemClock().steady());
  ProcessSpec spec = make_shell("touch started");
  spec.deadline = 300ms;
  spec.stop_grace = 20s;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::deadline);
  EXPECT_FALSE(std::filesystem::exists(work() / "started"));
  EXPECT_LT(result->wall_us, 10'000'000) << "there was something to be ended";

  // Allowed while its guard waits, or before; either way it begins.
  std::thread later(
      [&] { stop_.allow_until(base::SystemClock().steady() + std::chrono::minutes(1)); });
  const auto allowed = run(make_shell("touch started"));
  later.join();
  ASSERT_TRUE(allowed);
  EXPECT_EQ(allowed->exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(work() / "started"));
}

TEST_P(EveryIsolation, StopBeforeTheStartStartsNothing) {
  stop_.trigger();
  const auto result = run(make_shell("touch started"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::stop);
  EXPECT_FALSE(std::filesystem::exists(work() / "started"));
}

TEST_P(EveryIsolation, DeadlineHolds) {
  ProcessSpec spec = make_shell("trap '' TERM; while :; do :; done");
  spec.deadline = 200ms;
  spec.stop_grace = 100ms;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::deadline);
  EXPECT_EQ(result->signal, SIGKILL);
  EXPECT_LT(result->wall_us, 5'000'000);
}

TEST_P(EveryIsolation, SilenceWithoutCpuIsNoProgress) {
  ProcessSpec spec = make_spec({"/bin/sleep", "60"});
  spec.no_progress = 300ms;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::no_progress);
  EXPECT_GE(result->wall_us, 300'000);
}

TEST_P(EveryIsolation, RepeatedProgressIsNoProgress) {
  // Waiting by read, which starts no process and so takes next to no CPU.
  ProcessSpec spec = make_spec({"/bin/bash", "-c",
                                "mkfifo never; exec 8<>never; while :; do "
                                "printf 'frame=5\nspeed=1x\n' >&3; read -t 0.2 -u 8; done"});
  spec.progress_fd = 3;
  spec.no_progress = 1s;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::no_progress);
}

TEST_P(EveryIsolation, WhatMovesIsNotTakenForAHang) {
  const std::vector<std::string> lives = {
      "for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo frame=$i >&3; done",
      "for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo $i; done",
      "for i in 1 2 3 4 5 6 7 8; do sleep 0.1; echo $i >&2; done",
      "end=$((SECONDS + 2)); while [ $SECONDS -lt $end ]; do :; done",
  };
  for (const std::string& life : lives) {
    ProcessSpec spec = make_spec({"/bin/bash", "-c", life});
    spec.progress_fd = 3;
    spec.no_progress = 500ms;
    const auto result = run(spec);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->ended_by, EndedBy::itself) << life;
    EXPECT_EQ(result->exit_code, 0) << life;
  }
}

TEST_P(EveryIsolation, MemoryLimitEndsTheTree) {
  ProcessSpec spec = make_spec({kMemoryEater, "400", "20"});
  spec.memory_limit = 100 * kMebibyte;
  const auto result = run(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->ended_by, EndedBy::memory_limit);
  EXPECT_EQ(result->signal, SIGKILL);
  EXPECT_EQ(result->oom_kill, is_layer_on(runner_, "cgroup"));
  EXPECT_LT(result->wall_us, 15'000'000);
}

TEST_P(EveryIsolation, MemoryBelowTheLimitIsFine) {
  ProcessSpec spec = make_spec({kMemoryEater, "64", "0"});
  spec.memory_limit = 150 * kMebibyte;
  const auto result = run(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::itself);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_FALSE(result->oom_kill);
}

TEST_P(EveryIsolation, PeakOfAnonymousMemoryIsSeen) {
  const auto result = run(make_spec({kMemoryEater, "64", "1"}));
  ASSERT_TRUE(result);
  EXPECT_GT(result->peak_anonymous_bytes, 60 * kMebibyte);
  EXPECT_LT(result->peak_anonymous_bytes, 90 * kMebibyte);
}

TEST_P(EveryIsolation, CpuTimeOfTheWholeTreeIsCounted) {
  // A process below a process: about a fifth of a second of arithmetic each.
  const std::string burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
  const auto one = run(make_shell(burn));
  const auto two = run(make_shell("(" + burn + "); sh -c '" + burn + "'; true"));
  ASSERT_TRUE(one && two);
  EXPECT_GT(one->cpu_us, 10'000);
  EXPECT_GT(two->cpu_us, one->cpu_us * 3 / 2);
}

TEST_P(EveryIsolation, DaemonsDoNotOutliveTheProgram) {
  const std::string duration = make_marked_duration();
  const auto result = run(make_shell("setsid sleep " + duration +
                                     " & setsid sh -c 'trap \"\" TERM; "
                                     "sleep " +
                                     duration + "' & exit 0"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_LT(result->wall_us, 5'000'000);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid > 0 && is_alive(pid)) {
      EXPECT_EQ(read_command_line(pid).find(duration), std::string::npos) << pid;
    }
  }
}

TEST_P(EveryIsolation, InputsOfAnyNameCanBeRead) {
  const std::vector<std::string> names = {"with space",         "new\nline",  "-dash",
                                          "\xff\xfe not utf-8", "$(touch x)", "in/deeper/'quote\""};
  for (const std::string& name : names) {
    const base::Path source = folder_ / ("source " + base::Path(name).filename().native());
    std::ofstream(source) << "bytes of " << name;
    ProcessSpec spec = make_spec({"/bin/cat", "--", name});
    spec.inputs = {{source, name}};
    const auto result = run(spec);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->exit_code, 0) << stderr_text();
    EXPECT_EQ(result->stdout_text, "bytes of " + name);
  }
  EXPECT_TRUE(std::filesystem::is_empty(work())) << "names of inputs are taken away again";
}

TEST_P(EveryIsolation, MissingInputIsAnError) {
  ProcessSpec spec = make_spec({"/bin/true"});
  spec.inputs = {{kGuardProgram, "in/there"}, {folder_ / "absent", "in/absent"}};
  const auto result = run(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::process_failed);
  EXPECT_TRUE(std::filesystem::is_empty(work()));
}

TEST_P(EveryIsolation, InputMayNotLeaveTheWorkingFolder) {
  for (const std::string name : {"../above", "/etc/passwd", "", "in/../../above"}) {
    ProcessSpec spec = make_spec({"/bin/true"});
    spec.inputs = {{kGuardProgram, name}};
    EXPECT_FALSE(run(spec)) << name;
  }
}

TEST_P(EveryIsolation, OutputOfTheProgramStaysInTheWorkingFolder) {
  const auto result = run(make_shell("echo made > result; mkdir sub; echo too > sub/file"));
  ASSERT_TRUE(result);
  EXPECT_EQ(base::read_file(work() / "result").value_or(""), "made\n");
  EXPECT_EQ(base::read_file(work() / "sub/file").value_or(""), "too\n");
}

TEST_P(EveryIsolation, ManyThreadsRunAtOnce) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::vector<std::string> faults;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 4; ++round) {
        ProcessSpec spec = make_shell("echo " + std::to_string(i) + "; exit " + std::to_string(i));
        spec.inputs = {{kGuardProgram, "in/shared"}};
        spec.progress_fd = 3;
        const auto result = runner_.run(spec, {}, stop_);
        const std::lock_guard lock(mutex);
        if (!result) {
          faults.push_back(result.error().message);
        } else if (result->exit_code != i || result->stdout_text != std::to_string(i) + "\n") {
          faults.push_back("run " + std::to_string(i) + " got another's result");
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(faults, std::vector<std::string>{});
  EXPECT_TRUE(std::filesystem::is_empty(work()));
}

TEST_P(EveryIsolation, NothingIsLeftOpenInTheEngine) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  ProcessSpec spec = make_shell("exit 0");
  spec.progress_fd = 3;
  ASSERT_TRUE(run(spec));
  const auto before = count();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(run(spec));
  EXPECT_EQ(count(), before);
}

TEST_P(EveryIsolation, FfmpegEncodesAndTellsProgress) {
  const std::string ffmpeg = "/usr/bin/ffmpeg";
  if (::access(ffmpeg.c_str(), X_OK) != 0) GTEST_SKIP() << "ffmpeg is not installed";
  ProcessSpec spec =
      make_spec({ffmpeg, "-hide_banner", "-nostdin", "-progress", "pipe:3", "-f", "lavfi", "-i",
                 "testsrc=d=1:s=160x120:r=10", "-f", "framemd5", "pipe:1"});
  spec.progress_fd = 3;
  std::vector<std::string> lines;
  const auto result = run(spec, {.on_output = {}, .on_progress = [&](std::string_view line) {
                                   lines.emplace_back(line);
                                 }});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0) << stderr_text();
  EXPECT_NE(result->stdout_text.find("\n0,          9,"), std::string::npos);
  EXPECT_NE(std::find(lines.begin(), lines.end(), "frame=10"), lines.end());
  EXPECT_EQ(lines.back(), "progress=end");
}

INSTANTIATE_TEST_SUITE_P(LocalProcess, EveryIsolation,
                         ::testing::Values(Isolation::sandbox, Isolation::namespaces,
                                           Isolation::bare),
                         [](const auto& test) { return to_word(test.param); });

}  // namespace
}  // namespace mpegflow::process
