#include "cli/worker_command.h"

#include "cli/cli_fixture.h"
#include "support/temporary_folder.h"

namespace mpegflow::cli {
namespace {

class WorkerCommand : public CliTest {
 protected:
  WorkerCommand() {
    context_.check_sandbox = [](const Config&) { return base::Result<void>(); };
  }

  ExitCode run(const std::vector<std::string>& words) {
    EXPECT_TRUE(is_worker_command(words));
    err_.str("");
    return run_worker_command(words, context_,
                              [this](const Config& config, const WorkerOrder& order) {
                                order_ = order;
                                slots_ = config.encoders_at_once();
                                return base::Result<void>();
                              });
  }

  std::optional<WorkerOrder> order_;
  std::int64_t slots_ = 0;
};

TEST_F(WorkerCommand, TakesServerPoolsAndSlots) {
  context_.environment["MPEGFLOW_KEY"] = " mpf_one_two\n";
  ASSERT_EQ(
      run({"worker", "--server", "https://host:8443/", "--pool", "gpu", "--pool", "big", "--slots",
           "3", "--drain-time", "2m", "--notice-command", "notice --of 'my cloud'"}),
      ExitCode::done);
  EXPECT_EQ(order_->server, "https://host:8443");
  EXPECT_EQ(order_->token, "mpf_one_two");
  EXPECT_EQ(order_->pools, (std::vector<std::string>{"gpu", "big"}));
  EXPECT_EQ(order_->drain_time, std::chrono::minutes(2));
  EXPECT_EQ(order_->notice_command, (std::vector<std::string>{"notice", "--of", "my cloud"}));
  EXPECT_EQ(slots_, 3);
}

TEST_F(WorkerCommand, EnvironmentAndDefaultsWillDo) {
  context_.environment["MPEGFLOW_KEY"] = "mpf_one_two";
  context_.environment["MPEGFLOW_URL"] = "http://10.0.0.1:8080";
  ASSERT_EQ(run({"worker"}), ExitCode::done);
  EXPECT_EQ(order_->server, "http://10.0.0.1:8080");
  EXPECT_EQ(order_->pools, std::vector<std::string>{"cpu"});
  EXPECT_TRUE(order_->notice_command.empty());
  EXPECT_EQ(slots_, 4);
  context_.environment["MPEGFLOW_NOTICE_COMMAND"] = "/etc/mpegflow/notice";
  ASSERT_EQ(run({"worker"}), ExitCode::done);
  EXPECT_EQ(order_->notice_command, std::vector<std::string>{"/etc/mpegflow/notice"});
  context_.environment["MPEGFLOW_NOTICE_COMMAND"] = "it's";
  EXPECT_EQ(run({"worker"}), ExitCode::usage);
}

TEST_F(WorkerCommand, KeyFileWinsOverTheEnvironment) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(base::write_file_durably(folder.path() / "key", "mpf_of_file\n"));
  context_.environment["MPEGFLOW_KEY"] = "mpf_one_two";
  ASSERT_EQ(
      run({"worker", "--server", "http://a:1", "--key-file", (folder.path() / "key").native()}),
      ExitCode::done);
  EXPECT_EQ(order_->token, "mpf_of_file");
  EXPECT_EQ(run({"worker", "--server", "http://a:1", "--key-file", "/no/such/file"}),
            ExitCode::input_missing);
}

class WorkerProfile : public WorkerCommand {
 protected:
  WorkerProfile() {
    context_.environment["MPEGFLOW_SERVERS"] = (folder_.path() / "servers.yaml").native();
    EXPECT_TRUE(base::write_file_durably(folder_.path() / "servers.yaml",
                                         "servers:\n"
                                         "  studio: {url: https://studio:8443, key_file: key}\n"
                                         "  here: {url: 'unix:///run/mpegflow.sock'}\n"));
    EXPECT_TRUE(base::write_file_durably(folder_.path() / "key", "mpf_of_profile\n"));
    std::filesystem::permissions(folder_.path() / "key", std::filesystem::perms::owner_read);
  }

  const test::TemporaryFolder folder_;
};

TEST_F(WorkerProfile, GivesServerAndKey) {
  context_.environment["MPEGFLOW_KEY"] = "mpf_one_two";
  context_.environment["MPEGFLOW_URL"] = "http://elsewhere:1";
  ASSERT_EQ(run({"worker", "--profile", "studio"}), ExitCode::done);
  EXPECT_EQ(order_->server, "https://studio:8443");
  EXPECT_EQ(order_->token, "mpf_of_profile");
}

TEST_F(WorkerProfile, OfTheEnvironmentIsTakenWhereNothingIsCloser) {
  context_.environment["MPEGFLOW_PROFILE"] = "studio";
  ASSERT_EQ(run({"worker"}), ExitCode::done);
  EXPECT_EQ(order_->server, "https://studio:8443");
  context_.environment["MPEGFLOW_KEY"] = "mpf_one_two";
  ASSERT_EQ(run({"worker", "--server", "http://a:1"}), ExitCode::done);
  EXPECT_EQ(order_->server, "http://a:1");
  EXPECT_EQ(order_->token, "mpf_one_two");
}

TEST_F(WorkerProfile, ThatDoesNotDoIsNamed) {
  EXPECT_EQ(run({"worker", "--profile", "nowhere"}), ExitCode::usage);
  EXPECT_NE(err().find("studio"), std::string::npos) << "those that there are are told";
  EXPECT_EQ(run({"worker", "--profile", "studio", "--server", "http://a:1"}), ExitCode::usage);
  EXPECT_EQ(run({"worker", "--profile", "here"}), ExitCode::usage) << "no socket for a worker";
  EXPECT_NE(err().find("profile here"), std::string::npos);
  EXPECT_FALSE(order_);
}

TEST_F(WorkerCommand, WhatIsMissingOrWrongIsNamed) {
  context_.environment["MPEGFLOW_KEY"] = "mpf_one_two";
  EXPECT_EQ(run({"worker"}), ExitCode::usage);
  EXPECT_NE(err().find("--server"), std::string::npos);
  for (const char* url : {"host:8080", "ftp://host", "http://", "http://host/path"})
    EXPECT_EQ(run({"worker", "--server", url}), ExitCode::usage) << url;
  EXPECT_EQ(run({"worker", "--server", "http://a:1", "--drain-time", "soon"}), ExitCode::usage);
  context_.environment.erase("MPEGFLOW_KEY");
  EXPECT_EQ(run({"worker", "--server", "http://a:1"}), ExitCode::usage);
  EXPECT_NE(err().find("--key-file"), std::string::npos);
  EXPECT_FALSE(order_);
}

TEST_F(WorkerCommand, LooksAtHostsAreCommandsOfTheirOwn) {
  EXPECT_FALSE(is_worker_command(std::vector<std::string>{"worker", "list"}));
  EXPECT_FALSE(is_worker_command(std::vector<std::string>{"job", "list"}));
  EXPECT_FALSE(is_worker_command({}));
}

}  // namespace
}  // namespace mpegflow::cli
