#include "worker/encoder.h"

#include <algorithm>
#include <map>
#include <sstream>

#include <unistd.h>

#include <fmt/format.h>

#include "base/hash_file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/text.h"
#include "worker/linkage.h"

namespace mpegflow::worker {
namespace {

/// What to do where `name` (ffmpeg, ffprobe) is missing.
std::string_view way_to(std::string_view name) {
  return name == "ffprobe"
             ? "; install it (Debian: apt-get install ffmpeg) or name one with MPEGFLOW_FFPROBE"
             : "; install it (Debian: apt-get install ffmpeg) or name one with MPEGFLOW_FFMPEG";
}

bool is_program(const base::Path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

/// A path is what it says; a name is looked for in the folders.
base::Result<base::Path> find_program(const std::string& wanted, const std::string& name,
                                      const std::vector<base::Path>& folders) {
  const bool is_path = wanted.find('/') != std::string::npos;
  std::vector<base::Path> candidates;
  std::error_code unknown;
  const base::Path self = std::filesystem::canonical("/proc/self/exe", unknown);
  if (is_path) candidates.push_back(std::filesystem::absolute(wanted).lexically_normal());
  else
    for (const base::Path& folder : folders)
      candidates.push_back(folder / (wanted.empty() ? name : wanted));
  for (const base::Path& candidate : candidates) {
    std::error_code error;
    base::Path real = std::filesystem::canonical(candidate, error);
    // A link by the name of ffmpeg may lead to this very program.
    if (!error && is_program(real) && real != self) return real;
  }
  if (is_path)
    return base::fail(base::ErrorCode::ffmpeg_missing,
                      fmt::format("there is no {} that can be run at {}{}", name,
                                  base::to_printable(candidates.front().native()), way_to(name)));
  std::string places;
  for (const base::Path& folder : folders) places += (places.empty() ? "" : ":") + folder.native();
  return base::fail(base::ErrorCode::ffmpeg_missing,
                    fmt::format("no {} was found along PATH ({}){}",
                                base::to_printable(wanted.empty() ? name : wanted),
                                base::to_printable(places), way_to(name)));
}

std::vector<base::Path> folders_of(const std::string& path) {
  std::vector<base::Path> folders;
  for (const std::string& folder : base::split(path, ':'))
    if (!folder.empty()) folders.emplace_back(folder);
  return folders;
}

std::string describe_end(const process::ProcessResult& result) {
  if (result.ended_by != process::EndedBy::itself)
    return fmt::format("ended by {}", to_word(result.ended_by));
  if (result.signal) return fmt::format("signal {}", *result.signal);
  return fmt::format("exit {}", result.exit_code.value_or(-1));
}

class Questions {
 public:
  Questions(process::ProcessRunner& processes, base::Path folder)
      : processes_(processes), folder_(std::move(folder)) {}

  /// `about`: a program that argv names, empty = none.
  base::Result<std::string> ask(std::vector<std::string> argv, const base::Path& about = {}) {
    RETURN_IF_ERROR(base::make_directories(folder_));
    process::ProcessSpec spec;
    spec.argv = std::move(argv);
    spec.program = about;
    spec.working_folder = folder_;
    spec.stderr_file = folder_ / "stderr";
    spec.capture_stdout = true;
    spec.output_limit = 16 << 20;
    spec.deadline = std::chrono::seconds(60);
    ASSIGN_OR_RETURN(auto result, processes_.run(spec, {}, stop_));
    if (result.exit_code != 0)
      return base::fail(base::ErrorCode::ffmpeg_missing,
                        fmt::format("{} cannot be run here ({}){}", spec.argv.front(),
                                    describe_end(result), way_to("ffmpeg")));
    return result.stdout_text;
  }

 private:
  process::ProcessRunner& processes_;
  base::Path folder_;
  process::StopSignal stop_;
};

/// Paths that the loader resolves for a program; none for a static one.
std::vector<base::Path> parse_libraries(const std::string& ldd_text) {
  std::vector<base::Path> libraries;
  for (const std::string& line : base::split(ldd_text, '\n')) {
    const std::size_t arrow = line.find("=> ");
    const std::string_view rest =
        base::trim(arrow == std::string::npos ? std::string_view(line)
                                              : std::string_view(line).substr(arrow + 3));
    const std::size_t end = rest.find(" (0x");
    if (rest.starts_with('/') && end != std::string_view::npos)
      libraries.emplace_back(rest.substr(0, end));
  }
  std::ranges::sort(libraries);
  libraries.erase(std::ranges::unique(libraries).begin(), libraries.end());
  return libraries;
}

/// ldd says by failing that an executable has no libraries. One that has some must not pass for one
/// that has none: its revision would stay the same when they change.
base::Result<void> check_libraries_unlisted(const base::Path& program, const base::Error& why) {
  switch (read_linkage(base::read_range(program, 0, kLinkageBytes).value_or(""))) {
    case Linkage::fixed: return {};
    case Linkage::dynamic:
      return base::fail(base::ErrorCode::process_failed,
                        fmt::format("the libraries that {} loads are not known, and they are part "
                                    "of what it is: {}; see that /usr/bin/ldd works (Debian: "
                                    "apt-get install libc-bin)",
                                    base::to_printable(program.native()), why.message));
    case Linkage::unknown: break;
  }
  base::log(base::LogLevel::warn, "encoder_libraries_unknown",
            {{"program", base::to_printable(program.native())},
             {"what", "it is no ELF executable: what it starts is not part of its revision"}});
  return {};
}

/// Names of `ffmpeg -encoders` or `-filters`: the second word of every line after the legend.
std::set<std::string> parse_names(const std::string& text, std::size_t flags_width) {
  std::set<std::string> names;
  for (const std::string& line : base::split(text, '\n')) {
    std::istringstream words(line);
    std::string flags, name;
    if (words >> flags >> name && flags.size() == flags_width && name != "=") names.insert(name);
  }
  return names;
}

base::json::object describe_file(const base::Path& path, const base::FileIdentity& identity,
                                 const std::string& sha256) {
  return {{"uri", base::to_file_uri(path.native())},
          {"size", identity.size},
          {"inode", std::to_string(identity.inode)},
          {"mtime_ns", std::to_string(identity.mtime_ns)},
          {"sha256", sha256}};
}

bool is_unchanged(const base::json::object& file) {
  const auto path = base::parse_file_uri(base::text_or(file, "uri"));
  if (!path) return false;
  const auto identity = base::identify_file(base::Path(*path));
  return identity && identity->size == base::int_or(file, "size") &&
         std::to_string(identity->inode) == base::text_or(file, "inode") &&
         std::to_string(identity->mtime_ns) == base::text_or(file, "mtime_ns");
}

/// What was found last time for these executables, if not one of their files has changed since.
std::optional<base::json::object> find_cached(const base::Path& cache, const base::Path& ffmpeg,
                                              const base::Path& ffprobe) {
  const auto text = base::read_file(cache);
  if (!text) return std::nullopt;
  const auto value = base::parse_json(*text, "encoder cache");
  if (!value || !value->is_object()) return std::nullopt;
  const base::json::object& facts = value->get_object();
  const base::json::array files = base::array_or(facts, "files");
  if (base::text_or(facts, "ffmpeg") != base::to_file_uri(ffmpeg.native()) ||
      base::text_or(facts, "ffprobe") != base::to_file_uri(ffprobe.native()) || files.empty())
    return std::nullopt;
  for (const auto& file : files)
    if (!file.is_object() || !is_unchanged(file.get_object())) return std::nullopt;
  return facts;
}

base::Result<base::json::object> examine(const base::Path& ffmpeg, const base::Path& ffprobe,
                                         Questions& questions) {
  ASSIGN_OR_RETURN(const std::string banner, questions.ask({ffmpeg.native(), "-version"}));
  ASSIGN_OR_RETURN(const std::string encoders,
                   questions.ask({ffmpeg.native(), "-hide_banner", "-encoders"}));
  ASSIGN_OR_RETURN(const std::string filters,
                   questions.ask({ffmpeg.native(), "-hide_banner", "-filters"}));
  std::vector<base::Path> paths = {ffmpeg, ffprobe};
  const auto listed = questions.ask({"/usr/bin/ldd", ffmpeg.native()}, ffmpeg);
  if (listed) std::ranges::move(parse_libraries(*listed), std::back_inserter(paths));
  else RETURN_IF_ERROR(check_libraries_unlisted(ffmpeg, listed.error()));
  base::json::array files;
  std::string hashes;
  for (const base::Path& path : paths) {
    ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(path));
    ASSIGN_OR_RETURN(const std::string sha256, base::hash_file(path));
    files.push_back(describe_file(path, identity, sha256));
    hashes += sha256 + "\n";
  }
  base::json::array encoder_names, filter_names;
  for (const std::string& name : parse_names(encoders, 6)) encoder_names.emplace_back(name);
  for (const std::string& name : parse_names(filters, 3)) filter_names.emplace_back(name);
  return base::json::object{{"ffmpeg", base::to_file_uri(ffmpeg.native())},
                            {"ffprobe", base::to_file_uri(ffprobe.native())},
                            {"banner", banner},
                            {"sha256", base::Sha256::hex_of(hashes)},
                            {"files", files},
                            {"encoders", encoder_names},
                            {"filters", filter_names}};
}

std::string word_after(const std::string& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

std::string line_after(const std::string& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size();
  return std::string(base::trim(text.substr(begin, text.find('\n', begin) - begin)));
}

std::set<std::string> names_of(const base::json::object& facts, std::string_view key) {
  std::set<std::string> names;
  for (const auto& name : base::array_or(facts, key))
    if (name.is_string()) names.emplace(name.get_string());
  return names;
}

}  // namespace

base::Result<Encoder> find_encoder(const EncoderSearch& search, process::ProcessRunner& processes) {
  Encoder encoder;
  encoder.cache_folder = search.cache_folder;
  std::vector<base::Path> folders = folders_of(search.path);
  ASSIGN_OR_RETURN(encoder.ffmpeg, find_program(search.ffmpeg, "ffmpeg", folders));
  folders.insert(folders.begin(), encoder.ffmpeg.parent_path());
  ASSIGN_OR_RETURN(encoder.ffprobe, find_program(search.ffprobe, "ffprobe", folders));
  const base::Path cache = search.cache_folder / "encoder.json";
  std::optional<base::json::object> facts = find_cached(cache, encoder.ffmpeg, encoder.ffprobe);
  if (!facts) {
    Questions questions(processes, search.scratch_folder);
    auto examined = examine(encoder.ffmpeg, encoder.ffprobe, questions);
    (void)base::remove_tree(search.scratch_folder);
    if (!examined) return tl::unexpected(examined.error());
    facts = std::move(*examined);
    RETURN_IF_ERROR(base::make_directories(search.cache_folder));
    RETURN_IF_ERROR(base::write_file_durably(cache, base::to_pretty_json(*facts)));
  }
  const std::string banner = base::text_or(*facts, "banner");
  encoder.version = word_after(banner, "ffmpeg version ");
  encoder.encoders = names_of(*facts, "encoders");
  encoder.filters = names_of(*facts, "filters");
  encoder.revision = {base::EncoderRevisionId(base::text_or(*facts, "sha256")),
                      encoder.ffmpeg.native(),
                      encoder.version,
                      line_after(banner, "configuration:"),
                      base::to_canonical_json(*facts),
                      {}};
  return encoder;
}

}  // namespace mpegflow::worker
