#include "process/local/sandbox.h"

#include <algorithm>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "process/local/wire.h"

namespace mpegflow::process {

namespace {

using base::Path;
namespace filesystem = std::filesystem;

constexpr std::string_view kBubblewrapPlaces[] = {"/usr/bin/bwrap", "/bin/bwrap",
                                                  "/usr/local/bin/bwrap"};
/// On most systems links into /usr.
constexpr std::string_view kRootFolders[] = {"/bin",   "/sbin",  "/lib",
                                             "/lib32", "/lib64", "/libx32"};
/// What programs under /usr need from elsewhere: libraries by name, alternatives, fonts, and which
/// processors there are. x265 that does not find its NUMA node has no threads and encodes
/// otherwise.
constexpr std::string_view kSystemFiles[] = {"/etc/ld.so.cache",
                                             "/etc/ld.so.conf",
                                             "/etc/ld.so.conf.d",
                                             "/etc/alternatives",
                                             "/etc/fonts",
                                             "/var/cache/fontconfig",
                                             "/nix/store",
                                             "/sys/devices/system/cpu",
                                             "/sys/devices/system/node"};
constexpr std::string_view kTemporaryBytes = "268435456";

void append(std::vector<std::string>& command, std::initializer_list<std::string> words) {
  command.insert(command.end(), words);
}

void append_system(std::vector<std::string>& command) {
  append(command, {"--ro-bind", "/usr", "/usr"});
  for (const std::string_view folder : kRootFolders) {
    std::error_code error;
    const Path path(folder);
    if (filesystem::is_symlink(path, error)) {
      append(command, {"--symlink", filesystem::read_symlink(path, error).string(), path});
    } else if (filesystem::is_directory(path, error)) {
      append(command, {"--ro-bind", path, path});
    }
  }
  for (const std::string_view file : kSystemFiles)
    append(command, {"--ro-bind-try", std::string(file), std::string(file)});
}

bool is_below(const Path& path, const Path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

bool is_in_system(const Path& path) {
  if (is_below(path, "/usr")) return true;
  return std::any_of(std::begin(kRootFolders), std::end(kRootFolders),
                     [&](std::string_view folder) { return is_below(path, folder); });
}

/// A program installed elsewhere is shown with the files beside it and, for .../bin/ffmpeg, with
/// .../lib.
void append_program(std::vector<std::string>& command, const Path& program) {
  std::error_code error;
  for (const Path& path : {program, filesystem::canonical(program, error)}) {
    const Path folder = path.parent_path();
    if (path.empty() || is_in_system(path) || is_below(path, kGuardInside)) continue;
    if (folder == folder.root_path()) {
      append(command, {"--ro-bind", path, path});
      continue;
    }
    append(command, {"--ro-bind", folder, folder});
    const Path libraries = folder.parent_path() / "lib";
    if (folder.filename() == "bin") append(command, {"--ro-bind-try", libraries, libraries});
  }
}

/// A device that is gone by now is not worth the run: the program says what it misses.
void append_devices(std::vector<std::string>& command, const Devices& devices) {
  for (const ShownPlace& place : devices.facts)
    append(command, {"--ro-bind-try", place.source, place.inside});
  for (const ShownPlace& place : devices.nodes)
    append(command, {"--dev-bind-try", place.source, place.inside});
}

}  // namespace

std::optional<Path> find_bubblewrap() {
  for (const std::string_view place : kBubblewrapPlaces)
    if (::access(std::string(place).c_str(), X_OK) == 0) return Path(place);
  return std::nullopt;
}

base::Path find_file_itself(const base::Path& path) {
  std::error_code error;
  Path itself = filesystem::canonical(path, error);
  return error ? path : itself;
}

std::map<base::Path, base::Path> list_shown_folders(const ProcessSpec& spec) {
  std::map<Path, Path> shown;
  if (spec.inputs.size() <= kMostBoundInputs) return shown;
  for (const ReadOnlyFile& input : spec.inputs)
    shown.try_emplace(find_file_itself(input.source).parent_path(),
                      Path(kInputsInside) / std::to_string(shown.size()));
  return shown;
}

std::vector<std::string> make_sandbox_command(const Path& bubblewrap, const Path& guard_executable,
                                              const ProcessSpec& spec, SandboxUsers users) {
  // as-pid-1: the inner guard ends with everything in its namespace, and it alone reaps.
  std::vector<std::string> command = {bubblewrap,
                                      "--unshare-ipc",
                                      "--unshare-pid",
                                      "--unshare-net",
                                      "--unshare-uts",
                                      "--unshare-cgroup-try",
                                      "--die-with-parent",
                                      "--new-session",
                                      "--as-pid-1",
                                      "--cap-drop",
                                      "ALL"};
  if (users == SandboxUsers::all) {
    append(command, {"--userns", std::to_string(kUserNamespaceFd)});
    append(command, {"--cap-add", "CAP_DAC_READ_SEARCH"});
  } else {
    append(command, {"--unshare-user"});
  }
  append_system(command);
  append(command, {"--proc", "/proc", "--dev", "/dev"});
  append(command, {"--size", std::string(kTemporaryBytes), "--tmpfs", "/tmp"});
  append_devices(command, spec.devices);
  append(command, {"--ro-bind", guard_executable, kGuardInside});
  append_program(command, spec.argv.front());
  if (!spec.program.empty()) append_program(command, spec.program);
  append(command, {"--bind", spec.working_folder, kJobFolder});
  const auto shown = list_shown_folders(spec);
  for (const auto& [folder, inside] : shown) append(command, {"--ro-bind", folder, inside});
  if (shown.empty())
    for (const ReadOnlyFile& input : spec.inputs)
      append(command, {"--ro-bind", input.source, Path(kJobFolder) / input.inside});
  append(command, {"--remount-ro", "/", "--chdir", kJobFolder, "--"});
  return command;
}

}  // namespace mpegflow::process
