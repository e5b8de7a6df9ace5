#include "worker/measure_rendition.h"

#include <cerrno>

#include <fcntl.h>

#include "worker/measure_output.h"

namespace mpegflow::worker {
namespace {

constexpr std::int64_t kPiece = 4 << 20;

base::Result<void> append_file(int to, const base::Path& target, const base::Path& source) {
  for (std::int64_t at = 0;;) {
    ASSIGN_OR_RETURN(const std::string piece, base::read_range(source, at, kPiece));
    if (piece.empty()) return {};
    RETURN_IF_ERROR(base::write_all(to, piece, target));
    at += static_cast<std::int64_t>(piece.size());
  }
}

}  // namespace

base::Result<std::string> join_segments(const TaskRun& run, const std::vector<OutputFile>& files,
                                        verify::Thoroughness thoroughness) {
  base::check(!files.empty(), "a rendition that was written has an initialisation");
  std::string name = thoroughness == verify::Thoroughness::whole ? "whole.mp4" : "parts.mp4";
  const base::Path target = run.folder / name;
  const base::UniqueFd fd(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "create", target));
  RETURN_IF_ERROR(append_file(fd.get(), target, files.front().file));
  for (const std::size_t segment : verify::choose_segments(files.size() - 1, thoroughness))
    RETURN_IF_ERROR(append_file(fd.get(), target, files[segment + 1].file));
  return name;
}

base::Result<verify::DecodedPart> decode_segments(TaskRun& run,
                                                  const std::vector<OutputFile>& files,
                                                  verify::Thoroughness thoroughness) {
  ASSIGN_OR_RETURN(const std::string name, join_segments(run, files, thoroughness));
  const bool is_whole = thoroughness == verify::Thoroughness::whole;
  auto part = decode_part(run, {is_whole ? "whole" : "head_joints_tail", {}}, "mov", name);
  std::error_code ignored;
  std::filesystem::remove(run.folder / name, ignored);
  return part;
}

}  // namespace mpegflow::worker
