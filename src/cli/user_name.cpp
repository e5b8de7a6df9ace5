#include "cli/user_name.h"

#include <array>

#include <unistd.h>

#include <fmt/format.h>

namespace mpegflow::cli {

std::string find_user(const Context& context) {
  const auto user = context.environment.find("USER");
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.fill('\0');
  return fmt::format("{}@{}",
                     user == context.environment.end() ? std::to_string(getuid()) : user->second,
                     host.data());
}

}  // namespace mpegflow::cli
