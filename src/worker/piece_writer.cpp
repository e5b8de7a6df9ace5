#include "worker/piece_writer.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/sha256.h"

namespace mpegflow::worker {

base::Result<OutputFile> write_output(const base::Path& folder, const std::string& name,
                                      const std::string& role, std::string_view bytes) {
  const base::Path path = folder / name;
  RETURN_IF_ERROR(base::make_directories(path.parent_path()));
  const base::UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "create", path));
  RETURN_IF_ERROR(base::write_all(fd.get(), bytes, path));
  if (fsync(fd.get()) != 0) return tl::unexpected(base::make_file_error(errno, "sync", path));
  return OutputFile{name, role, path, static_cast<std::int64_t>(bytes.size()),
                    base::Sha256::hex_of(bytes)};
}

base::Result<void> PieceWriter::write(const std::vector<package::Piece>& pieces) {
  for (const package::Piece& piece : pieces) {
    ASSIGN_OR_RETURN(OutputFile file,
                     write_output(folder_, name_prefix_ + "/" + piece.name, "media", piece.bytes));
    outputs_.push_back(std::move(file));
  }
  return {};
}

}  // namespace mpegflow::worker
