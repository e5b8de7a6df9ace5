#include "core/command/filter_graph.h"

#include <cctype>

namespace mpegflow::command {
namespace {

void skip_space(const MarkedText& graph, std::size_t& at) {
  while (at < graph.size() && std::isspace(static_cast<unsigned char>(graph[at]))) ++at;
}

void skip_labels(const MarkedText& graph, std::size_t& at) {
  skip_space(graph, at);
  while (at < graph.size() && graph[at] == '[') {
    while (at < graph.size() && graph[at] != ']') ++at;
    if (at < graph.size()) ++at;
    skip_space(graph, at);
  }
}

void skip_scaler_flags(const MarkedText& graph, std::size_t& at) {
  if (at > 0 || !graph.text().starts_with("sws_flags=")) return;
  const std::size_t end = graph.text().find(';');
  at = end == std::string::npos ? graph.size() : end + 1;
}

}  // namespace

std::optional<FilterUse> take_filter(const MarkedText& graph, std::size_t& at) {
  skip_scaler_flags(graph, at);
  skip_labels(graph, at);
  if (at >= graph.size()) return std::nullopt;
  const MarkedText instance = take_token(graph, at, "=,;[");
  FilterUse filter{instance.text().substr(0, instance.text().find('@')), {}};
  if (at < graph.size() && graph[at] == '=') {
    ++at;
    filter.options = take_token(graph, at, "[],;");
  }
  skip_labels(graph, at);
  return filter;
}

}  // namespace mpegflow::command
