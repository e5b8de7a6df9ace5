#include "cli/config.h"

#include "cli/cli_fixture.h"

namespace mpegflow::cli {
namespace {

Config make(const Environment& environment, const ConfigFlags& flags = {}) {
  return make_config(environment, flags, "/srv/jane/dir", 4);
}

TEST(Config, FlagWinsOverEnvironmentWinsOverDefault) {
  const Environment environment = {{"HOME", "/srv/jane"}, {"MPEGFLOW_JOBS", "3"}};
  EXPECT_EQ(make({{"HOME", "/srv/jane"}}).jobs, (Setting{"4", Origin::built_in, ""}));
  EXPECT_EQ(make(environment).jobs, (Setting{"3", Origin::environment, "MPEGFLOW_JOBS"}));
  ConfigFlags flags;
  flags.jobs = "2";
  EXPECT_EQ(make(environment, flags).jobs, (Setting{"2", Origin::flag, "--jobs"}));
  EXPECT_EQ(make(environment, flags).encoders_at_once(), 2);
}

TEST(Config, FindsTheStateDirectory) {
  EXPECT_EQ(make({{"HOME", "/srv/jane"}}).state_path(), "/srv/jane/.local/state/mpegflow");
  EXPECT_EQ(make({{"HOME", "/h"}, {"XDG_STATE_HOME", "/x"}}).state_path(), "/x/mpegflow");
  EXPECT_EQ(make({{"XDG_STATE_HOME", "/x"}, {"MPEGFLOW_STATE", "s"}}).state_path(),
            "/srv/jane/dir/s");
  EXPECT_EQ(make({{"HOME", "/h"}, {"XDG_STATE_HOME", "relative"}}).state_path(),
            "/h/.local/state/mpegflow")
      << "the XDG rules say to ignore a relative path";
  EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_STATE", ""}}).state_path(),
            "/h/.local/state/mpegflow");
}

TEST(Config, KeepsProgramNamesAndMakesPathsAbsolute) {
  EXPECT_EQ(make({}).ffmpeg.text, "ffmpeg");
  EXPECT_EQ(make({{"MPEGFLOW_FFMPEG", "ffmpeg-7"}}).ffmpeg.text, "ffmpeg-7");
  EXPECT_EQ(make({{"MPEGFLOW_FFPROBE", "../bin/ffprobe"}}).ffprobe.text, "/srv/jane/bin/ffprobe");
}

TEST(Config, NamesEveryFaultAtOnce) {
  const Config config =
      make({{"MPEGFLOW_SANDBOX", "maybe"}, {"MPEGFLOW_JOBS", "0"}, {"MPEGFLOW_LOG", "loud\x1b"}});
  std::vector<std::string_view> names;
  for (const ConfigFault& fault : config.validate()) names.push_back(fault.setting);
  EXPECT_EQ(names, (std::vector<std::string_view>{"state", "sandbox", "jobs", "log"}));
  for (const char* bad : {"", "-1", "1.5", "4x", "1025", "99999999999999999999"}) {
    ConfigFlags flags;
    flags.jobs = bad;
    EXPECT_EQ(make({{"HOME", "/h"}}, flags).validate().size(), 1U) << bad;
  }
}

TEST(Config, NamesWhoIsToldOfJobs) {
  EXPECT_TRUE(make({{"HOME", "/h"}}).alert_endpoints().empty());
  const Config config = make({{"HOME", "/h"},
                              {"MPEGFLOW_ALERTS_URL", "https://a/b?c=1"},
                              {"MPEGFLOW_ALERTS_COMMAND", "notify 'a b'"}});
  EXPECT_TRUE(config.validate().empty());
  EXPECT_EQ(config.alert_endpoints(),
            (std::vector<std::string>{R"({"url":"https://a/b?c=1"})",
                                      R"({"command":["notify","a b"]})"}));
  for (const char* bad : {"ftp://a", "http://", "a"})
    EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_ALERTS_URL", bad}}).validate().size(), 1U) << bad;
  EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_ALERTS_COMMAND", "a 'b"}}).validate().size(), 1U);
}

TEST(Config, KeepsForEverUnlessToldOtherwise) {
  EXPECT_FALSE(make({{"HOME", "/h"}}).keep_history());
  const Config config = make(
      {{"HOME", "/h"}, {"MPEGFLOW_RETENTION_HISTORY", "90d"}, {"MPEGFLOW_RETENTION_LOGS", "1w"}});
  EXPECT_EQ(config.keep_history(), upkeep::Keep(std::chrono::hours(90 * 24)));
  EXPECT_EQ(config.keep_logs(), upkeep::Keep(std::chrono::hours(7 * 24)));
  EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_RETENTION_LOGS", "90"}}).validate().size(), 1U);
}

TEST(Config, ReadsWhereToListen) {
  const Config config = make(
      {{"HOME", "/h"}, {"MPEGFLOW_LISTEN", "127.0.0.1:80, [::1]:0"}, {"MPEGFLOW_ROOTS", "/a:/b"}});
  EXPECT_EQ(config.listen_addresses(), (std::vector<ListenAddress>{{"127.0.0.1", 80}, {"::1", 0}}));
  EXPECT_EQ(config.root_folders(), (std::vector<base::Path>{"/a", "/b"}));
  EXPECT_EQ(config.socket_path(), config.state_path() / "mpegflow.sock");
  for (const char* bad : {"127.0.0.1", ":80", "a:b", "a:70000", "a:-1"})
    EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_LISTEN", bad}}).validate().size(), 1U) << bad;
  EXPECT_EQ(make({{"HOME", "/h"}, {"MPEGFLOW_TLS_CERT", "/c"}}).validate().size(), 1U);
}

TEST_F(CliTest, ConfigShowPrintsValueAndOrigin) {
  context_.environment["MPEGFLOW_SANDBOX"] = "off";
  EXPECT_EQ(run({"config", "show", "--jobs", "2"}), ExitCode::done);
  EXPECT_EQ(out(),
            "SETTING                VALUE                                    ORIGIN\n"
            "state                  /srv/jane/.local/state/mpegflow          default\n"
            "ffmpeg                 ffmpeg                                   default\n"
            "ffprobe                ffprobe                                  default\n"
            "sandbox                off                                      environment "
            "MPEGFLOW_SANDBOX\n"
            "jobs                   2                                        flag --jobs\n"
            "presets                /srv/jane/.config/mpegflow/presets       default\n"
            "servers                /srv/jane/.config/mpegflow/servers.yaml  default\n"
            "rules                  -                                        default\n"
            "retry_policies         -                                        default\n"
            "log                    warn                                     default\n"
            "alerts.command         -                                        default\n"
            "alerts.url             -                                        default\n"
            "retention.history      forever                                  default\n"
            "retention.logs         forever                                  default\n"
            "log.format             console                                  default\n"
            "serve.listen           -                                        default\n"
            "serve.socket           -                                        default\n"
            "serve.roots            -                                        default\n"
            "serve.host_names       -                                        default\n"
            "serve.tls_certificate  -                                        default\n"
            "serve.tls_key          -                                        default\n"
            "server.profile         -                                        default\n"
            "server.url             -                                        default\n"
            "server.key             -                                        default\n");
}

TEST_F(CliTest, ConfigShowAlsoShowsWhatIsWrong) {
  context_.environment["MPEGFLOW_JOBS"] = "many";
  EXPECT_EQ(run({"config", "show", "--json"}), ExitCode::misconfigured);
  EXPECT_EQ(base::array_or(record(), "settings").size(), 24U);
  EXPECT_EQ(base::array_or(record(), "faults").size(), 1U);
}

TEST_F(CliTest, BadSettingStopsACommandByWhoeverGaveIt) {
  EXPECT_EQ(run({"doctor", "--sandbox", "maybe"}), ExitCode::usage);
  context_.environment["MPEGFLOW_SANDBOX"] = "maybe";
  EXPECT_EQ(run({"job", "list"}), ExitCode::misconfigured);
  EXPECT_EQ(run({"version"}), ExitCode::done) << "a version needs no settings";
}

}  // namespace
}  // namespace mpegflow::cli
