#include "cli/server_profiles.h"

#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/server_address.h"
#include "core/submit/document.h"

namespace mpegflow::cli {
namespace {

using base::json::value;

/// One file while it is read.
class Reader {
 public:
  Reader(const submit::Document& document, const base::Path& file, const base::Path& home)
      : document_(document), file_(file), home_(home) {
    for (const submit::Fault& fault : document.faults) say(fault.path, fault.message);
  }

  ServerProfiles read() {
    ServerProfiles profiles;
    if (!faults_.empty()) return profiles;
    if (!document_.value.is_object()) {
      say("", "holds no settings; expected servers: and a map of names");
      return profiles;
    }
    for (const auto& [key, servers] : document_.value.get_object()) {
      const std::string path(key);
      if (path != "servers") say(path, fmt::format("{} is unknown; expected servers", quote(path)));
      else if (!servers.is_object()) say(path, "is no map; expected a name for each server");
      else
        for (const auto& [name, server] : servers.get_object())
          profiles[std::string(name)] =
              read_server(submit::child_path(path, std::string_view(name)), server);
    }
    return profiles;
  }

  const std::string& faults() const { return faults_; }

 private:
  static std::string quote(std::string_view text) { return "\"" + base::to_printable(text) + "\""; }

  void say(const std::string& path, const std::string& what) {
    const int line = submit::find_line(document_, path);
    faults_ += faults_.empty() ? "" : "\n";
    faults_ += base::to_printable(file_.native());
    if (line > 0) faults_ += fmt::format(":{}", line);
    faults_ += ": " + (path.empty() ? what : base::to_printable(path) + ": " + what);
  }

  ServerProfile read_server(const std::string& path, const value& server) {
    ServerProfile profile;
    if (!server.is_object()) {
      say(path, "is no map; expected url and key_file");
      return profile;
    }
    for (const auto& [key, text] : server.get_object()) {
      const std::string place = submit::child_path(path, std::string_view(key));
      if (key != "url" && key != "key_file")
        say(place, fmt::format("{} is unknown; expected url or key_file", quote(key)));
      else if (!text.is_string() || text.get_string().empty()) say(place, "expected a text");
      else if (key == "url") profile.url = text.get_string();
      else profile.key_file = to_path(std::string(text.get_string()));
    }
    if (profile.url.empty()) say(path, "has no url; expected one, as in https://host:8443");
    else if (!parse_server(profile.url))
      say(submit::child_path(path, "url"),
          fmt::format("{} does not do; expected http:// or https:// with a name and a port, as in "
                      "https://host:8443, or unix:///path",
                      quote(profile.url)));
    return profile;
  }

  base::Path to_path(const std::string& text) const {
    if (text.starts_with("~/")) return home_ / text.substr(2);
    return (file_.parent_path() / text).lexically_normal();
  }

  const submit::Document& document_;
  const base::Path& file_;
  const base::Path& home_;
  std::string faults_;
};

tl::unexpected<base::Error> refuse(std::string message) {
  return base::fail(base::ErrorCode::invalid_argument, std::move(message));
}

/// A key is a secret of its owner.
base::Result<void> check_key_file(const base::Path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (error || !std::filesystem::is_regular_file(status))
    return refuse(fmt::format("there is no key file {}", base::to_printable(file.native())));
  using std::filesystem::perms;
  constexpr perms kOthers = perms::others_all | perms::group_all;
  if ((status.permissions() & kOthers) == perms::none) return {};
  return refuse(fmt::format("{} can be read by others (mode {:04o}) and holds a key: chmod 600 {}",
                            base::to_printable(file.native()),
                            static_cast<unsigned>(status.permissions()) & 0777U,
                            base::to_printable(file.native())));
}

std::string list_names(const ServerProfiles& profiles) {
  std::string names;
  for (const auto& [name, profile] : profiles)
    names += (names.empty() ? "" : ", ") + base::to_printable(name);
  return names.empty() ? "none" : names;
}

}  // namespace

base::Result<ServerProfiles> parse_server_profiles(std::string_view text, const base::Path& file,
                                                   const base::Path& home) {
  const submit::Document document = submit::read_document(text);
  Reader reader(document, file, home);
  ServerProfiles profiles = reader.read();
  if (!reader.faults().empty()) return refuse(reader.faults());
  return profiles;
}

base::Result<ServerProfile> find_server_profile(const std::string& name, const base::Path& file,
                                                const base::Path& home) {
  const auto text = base::read_file(file);
  if (!text)
    return refuse(fmt::format("the servers' names are in {}, and it cannot be read: {}",
                              base::to_printable(file.native()), text.error().message));
  ASSIGN_OR_RETURN(const ServerProfiles profiles, parse_server_profiles(*text, file, home));
  const auto found = profiles.find(name);
  if (found == profiles.end())
    return refuse(fmt::format("{} names no server \"{}\"; it has {}",
                              base::to_printable(file.native()), base::to_printable(name),
                              list_names(profiles)));
  if (!found->second.key_file.empty()) RETURN_IF_ERROR(check_key_file(found->second.key_file));
  return found->second;
}

}  // namespace mpegflow::cli
