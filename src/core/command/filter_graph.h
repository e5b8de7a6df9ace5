#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/command/escape.h"

namespace mpegflow::command {

/// A filter as it stands in a graph.
struct FilterUse {
  std::string name;  ///< without its instance ("scale@small")
  MarkedText options;
};

/// Takes the filter at or after `at` with its labels; `at` is then at the ',' or ';' behind it, at
/// the end, or where the graph cannot be read. nullopt: there is none any more.
std::optional<FilterUse> take_filter(const MarkedText& graph, std::size_t& at);

}  // namespace mpegflow::command
