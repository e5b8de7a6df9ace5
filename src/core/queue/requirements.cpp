#include "core/queue/requirements.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/text.h"

namespace mpegflow::queue {
namespace {

struct ListedKind {
  std::string_view name;
  std::string_view list;  ///< of a worker's facts
  std::string_view reason;
};

constexpr ListedKind kListedKinds[] = {{"encoder", "encoders", "encoder_unavailable"},
                                       {"filter", "filters", "filter_unavailable"},
                                       {"decoder", "decoders", "decoder_unavailable"},
                                       {"muxer", "muxers", "muxer_unavailable"},
                                       {"font", "fonts", "font_missing"},
                                       {"sandbox", "sandbox", "sandbox_unavailable"}};

std::string_view kind_of(std::string_view requirement) {
  return requirement.substr(0, requirement.find(':'));
}

std::string_view name_of(std::string_view requirement) {
  return requirement.substr(std::min(requirement.find(':'), requirement.size() - 1) + 1);
}

/// Names of fonts are the same whatever their case and blanks, as for fontconfig.
std::string to_known_name(std::string_view kind, std::string_view name) {
  if (kind != "font") return std::string(name);
  std::string plain;
  for (const char c : name)
    if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return plain;
}

std::string describe_one(std::string_view requirement) {
  if (requirement == kSandbox) return "its sandbox on";
  const std::vector<std::string> names = base::split(name_of(requirement), '/');
  return fmt::format("the {} {}", kind_of(requirement), fmt::join(names, " or "));
}

}  // namespace

std::string to_text(const Requirements& requirements) {
  return fmt::format("{}", fmt::join(requirements, "|"));
}

Requirements parse_requirements(std::string_view text) {
  Requirements requirements;
  for (std::string& word : base::split(text, '|'))
    if (!word.empty()) requirements.insert(std::move(word));
  return requirements;
}

std::string describe(const Requirements& requirements) {
  std::string text;
  std::size_t left = requirements.size();
  for (const std::string& requirement : requirements) {
    if (!text.empty()) text += left == 1 ? " and " : ", ";
    text += describe_one(requirement);
    --left;
  }
  return text;
}

std::string_view find_reason(const Requirements& requirements) {
  for (const std::string& requirement : requirements)
    for (const ListedKind& kind : kListedKinds)
      if (kind.name == kind_of(requirement)) return kind.reason;
  return kListedKinds[0].reason;
}

Capabilities read_capabilities(std::string_view facts) {
  Capabilities capabilities;
  const auto value = base::parse_json(facts, "facts of a worker");
  if (!value || !value->is_object()) return capabilities;
  for (const ListedKind& kind : kListedKinds) {
    if (!value->get_object().contains(kind.list)) continue;
    auto& names = capabilities[std::string(kind.name)];
    for (const auto& name : base::array_or(value->get_object(), kind.list))
      if (name.is_string()) names.insert(to_known_name(kind.name, name.get_string()));
  }
  return capabilities;
}

bool may_meet(const Capabilities& capabilities, const Requirements& requirements) {
  return std::ranges::all_of(requirements, [&](const std::string& requirement) {
    const auto known = capabilities.find(std::string(kind_of(requirement)));
    if (known == capabilities.end()) return requirement != kSandbox;  // of that it must be known
    return std::ranges::any_of(
        base::split(name_of(requirement), '/'), [&](const std::string& name) {
          return known->second.contains(to_known_name(kind_of(requirement), name));
        });
  });
}

}  // namespace mpegflow::queue
