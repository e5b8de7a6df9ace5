#include "cli/server_profiles.h"

#include <filesystem>

#include "cli/cli_fixture.h"
#include "support/temporary_folder.h"

namespace mpegflow::cli {
namespace {

constexpr const char* kTwo = R"(servers:
  studio:
    url: https://media.example:8443
    key_file: studio.key
  here: {url: "unix:///run/mpegflow.sock"}
  home: {url: "http://10.0.0.1:8080", key_file: ~/home.key}
)";

base::Result<ServerProfiles> parse(std::string_view text) {
  return parse_server_profiles(text, "/srv/jane/servers.yaml", "/srv/june");
}

TEST(ServerProfiles, AreServersWithNamesAndTheFilesOfTheirKeys) {
  const auto profiles = parse(kTwo);
  ASSERT_TRUE(profiles) << profiles.error().message;
  EXPECT_EQ(profiles->at("studio"),
            (ServerProfile{"https://media.example:8443", "/srv/jane/studio.key"}))
      << "beside the file";
  EXPECT_EQ(profiles->at("here"), (ServerProfile{"unix:///run/mpegflow.sock", ""}));
  EXPECT_EQ(profiles->at("home").key_file, "/srv/june/home.key");
}

TEST(ServerProfiles, AreRefusedWithEveryFaultAndItsLine) {
  const auto profiles = parse("servers:\n  a: {url: 'ftp://a'}\n  b: {key: x}\nserver: {}\n");
  ASSERT_FALSE(profiles);
  const std::string& said = profiles.error().message;
  EXPECT_NE(said.find("/srv/jane/servers.yaml:2: servers.a.url: \"ftp://a\""), std::string::npos)
      << said;
  EXPECT_NE(said.find(":3: servers.b.key: \"key\" is unknown"), std::string::npos) << said;
  EXPECT_NE(said.find("servers.b: has no url"), std::string::npos) << said;
  EXPECT_NE(said.find(":4: server: \"server\" is unknown"), std::string::npos) << said;
  EXPECT_FALSE(parse("- a"));
  EXPECT_FALSE(parse("servers: [a]"));
  EXPECT_FALSE(parse("servers: {a: {url: 1}}"));
  EXPECT_FALSE(parse("servers: {a: "));
}

/// Whom a command asks, as `config show` tells it.
class NamedServer : public CliTest {
 protected:
  NamedServer() {
    write("servers.yaml", kTwo);
    write("studio.key", "mpf_of_file");
    allow("studio.key", 0600);
    context_.environment["MPEGFLOW_SERVERS"] = (folder_.path() / "servers.yaml").native();
  }
  void write(const std::string& name, const std::string& text) {
    ASSERT_TRUE(base::write_file_durably(folder_.path() / name, text));
  }
  void allow(const std::string& name, unsigned mode) {
    std::filesystem::permissions(folder_.path() / name, std::filesystem::perms(mode));
  }
  /// "VALUE ORIGIN SOURCE" of a setting.
  std::string find(const std::string& name, std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"config", "show", "--json"});
    code_ = run(words);
    for (const auto& setting : base::array_or(record(), "settings")) {
      const base::json::object& one = setting.get_object();
      if (base::text_or(one, "name") == name)
        return base::text_or(one, "value", "-") + " " + base::text_or(one, "origin") + " " +
               base::text_or(one, "source", "-");
    }
    return "(no such setting)";
  }
  std::string file(const std::string& name) const { return (folder_.path() / name).native(); }

  test::TemporaryFolder folder_;
  ExitCode code_ = ExitCode::done;
};

TEST_F(NamedServer, IsChosenByFlagOrEnvironmentAndShownWithItsSource) {
  const std::string source = "profile studio in " + file("servers.yaml");
  EXPECT_EQ(find("server.url", {"--profile", "studio"}), "https://media.example:8443 " + source);
  EXPECT_EQ(find("server.key", {"--profile", "studio"}), file("studio.key") + " " + source);
  EXPECT_EQ(find("server.profile", {"--profile", "studio"}), "studio flag --profile");
  EXPECT_EQ(find("server.url"), "- default -");
  context_.environment["MPEGFLOW_PROFILE"] = "studio";
  EXPECT_EQ(find("server.url"), "https://media.example:8443 " + source);
  EXPECT_EQ(find("server.url", {"--profile", "here"}),
            "unix:///run/mpegflow.sock profile here in " + file("servers.yaml"));
  EXPECT_EQ(find("server.url", {"--state", "s"}), "- default -") << "the state is named";
  EXPECT_EQ(code_, ExitCode::done);
}

TEST_F(NamedServer, GivesWayToAnAddressThatIsCloser) {
  context_.environment["MPEGFLOW_PROFILE"] = "studio";
  context_.environment["MPEGFLOW_URL"] = "http://a:1";
  EXPECT_EQ(find("server.url"), "http://a:1 environment MPEGFLOW_URL");
  EXPECT_EQ(find("server.key"), "- default -") << "the key of a profile is for its server alone";
  EXPECT_EQ(find("server.url", {"--profile", "here"}).find("unix://"), 0U) << "a flag is closer";
  EXPECT_EQ(find("server.url", {"--server", "http://b:1"}), "http://b:1 flag --server");
}

TEST_F(NamedServer, HasAKeyOfItsOwnThatTheEnvironmentDoesNotReplace) {
  context_.environment["MPEGFLOW_KEY"] = "mpf_of_another";
  context_.environment["MPEGFLOW_KEY_FILE"] = "/other.key";
  EXPECT_EQ(find("server.key", {"--profile", "studio"}).find(file("studio.key")), 0U);
  EXPECT_EQ(find("server.key", {"--profile", "studio", "--key-file", "/mine"}),
            "/mine flag --key-file");
  context_.environment.erase("MPEGFLOW_KEY_FILE");
  EXPECT_EQ(find("server.key"), "(in the environment) environment MPEGFLOW_KEY");
  EXPECT_EQ(out().find("mpf_of_another"), std::string::npos) << "a key is shown to nobody";
}

TEST_F(NamedServer, IsRefusedWhereItsKeyIsNoSecret) {
  allow("studio.key", 0644);
  EXPECT_EQ(run({"job", "list", "--profile", "studio"}), ExitCode::usage);
  EXPECT_NE(err().find("chmod 600 " + file("studio.key")), std::string::npos) << err();
  (void)find("server.url", {"--profile", "studio"});
  EXPECT_EQ(code_, ExitCode::misconfigured);
  EXPECT_EQ(base::array_or(record(), "faults").size(), 1U);
}

TEST_F(NamedServer, IsNamedWithThoseThatThereAreIfItIsNone) {
  EXPECT_EQ(run({"job", "list", "--profile", "studoi"}), ExitCode::usage);
  EXPECT_NE(err().find("here, home, studio"), std::string::npos) << err();
  context_.environment["MPEGFLOW_PROFILE"] = "nobody";
  EXPECT_EQ(run({"job", "list"}), ExitCode::misconfigured);
  EXPECT_NE(err().find("MPEGFLOW_PROFILE"), std::string::npos) << err();
  context_.environment["MPEGFLOW_SERVERS"] = "/no/such/file";
  EXPECT_EQ(run({"job", "list", "--profile", "studio"}), ExitCode::usage);
  EXPECT_NE(err().find("/no/such/file"), std::string::npos) << err();
}

TEST_F(NamedServer, CannotBeNamedTwice) {
  EXPECT_EQ(run({"job", "list", "--profile", "studio", "--server", "http://a:1"}), ExitCode::usage);
  EXPECT_EQ(run({"job", "list", "--profile", "studio", "--state", "s"}), ExitCode::usage);
}

TEST_F(NamedServer, IsNotForCommandsOfAState) {
  EXPECT_EQ(run({"gc", "--profile", "studio"}), ExitCode::usage);
  context_.environment["MPEGFLOW_PROFILE"] = "studio";
  EXPECT_EQ(run({"gc"}), ExitCode::usage);
  EXPECT_NE(err().find("MPEGFLOW_PROFILE names a server"), std::string::npos) << err();
}

}  // namespace
}  // namespace mpegflow::cli
