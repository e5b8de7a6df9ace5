#include "core/command/path.h"

#include "base/text.h"

namespace mpegflow::command {

std::string absolute_path(std::string_view folder, std::string_view path) {
  const std::string whole =
      path.starts_with('/') ? std::string(path) : std::string(folder) + "/" + std::string(path);
  std::vector<std::string> parts;
  for (std::string& part : base::split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") parts.push_back(std::move(part));
    else if (!parts.empty()) parts.pop_back();
  }
  std::string absolute;
  for (const std::string& part : parts) absolute += "/" + part;
  return absolute;
}

std::string parent_path(std::string_view absolute) {
  return std::string(absolute.substr(0, absolute.rfind('/')));
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string common_folder(const std::vector<std::string>& folders) {
  if (folders.empty()) return {};
  std::string common = folders.front();
  for (const std::string& folder : folders)
    while (!common.empty() && folder != common && !folder.starts_with(common + "/"))
      common = parent_path(common);
  return common;
}

}  // namespace mpegflow::command
