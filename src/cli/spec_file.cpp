#include "cli/spec_file.h"

#include <cerrno>
#include <fstream>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/own_presets.h"
#include "core/submit/document.h"

namespace mpegflow::cli {
namespace {

base::Error make_error(int errno_value, std::string_view action, const base::Path& path) {
  using base::ErrorCode;
  return base::make_file_error(errno_value, action, path,
                               errno_value == ENOENT   ? ErrorCode::input_not_found
                               : errno_value == EACCES ? ErrorCode::input_forbidden
                                                       : ErrorCode::io_failed);
}

}  // namespace

// One byte more than a document may have, so that /dev/zero ends too.
base::Result<std::string> read_document_bytes(const base::Path& path) {
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored))
    return tl::unexpected(make_error(EISDIR, "read", path));
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return tl::unexpected(make_error(errno, "open", path));
  std::string bytes(submit::kMaxDocumentBytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return tl::unexpected(make_error(EIO, "read", path));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

base::Result<SpecFile> read_spec_file(const std::string& file, const std::string& output,
                                      const Context& context) {
  // An absolute `file` stays as it is.
  ASSIGN_OR_RETURN(std::string text, read_document_bytes(context.working_directory / file));
  ASSIGN_OR_RETURN(auto presets, read_preset_folder(context));
  submit::SpecReading reading =
      submit::read_spec(text, {.working_directory = context.working_directory.string(),
                               .default_output = output,
                               .own_presets = std::move(presets)});
  return SpecFile{std::move(text), std::move(reading)};
}

}  // namespace mpegflow::cli
