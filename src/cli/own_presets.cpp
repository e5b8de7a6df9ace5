#include "cli/own_presets.h"

#include "cli/spec_file.h"

namespace mpegflow::cli {

base::Result<std::vector<submit::OwnPreset>> read_preset_folder(const Context& context) {
  std::vector<submit::PresetFile> files;
  const base::Path folder = context.config.presets_path();
  if (folder.empty()) return std::vector<submit::OwnPreset>{};
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string extension = at->path().extension().native();
    if (extension != ".yaml" && extension != ".yml" && extension != ".json") continue;
    ASSIGN_OR_RETURN(std::string text, read_document_bytes(at->path()));
    files.push_back({at->path().filename().native(), std::move(text)});
  }
  // Who runs as somebody else keeps a HOME that is not theirs; nobody asked for that folder by
  // name.
  const bool is_asked_for = context.config.presets.origin != Origin::built_in;
  const bool is_absent = error.value() == ENOENT || (error.value() == EACCES && !is_asked_for);
  if (error && !is_absent)
    return tl::unexpected(
        base::make_file_error(error.value(), "read the folder of presets", folder));
  return submit::read_own_presets(std::move(files));
}

}  // namespace mpegflow::cli
