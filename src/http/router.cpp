#include "http/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::http {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

base::Error not_found(const ServerRequest& request) {
  return {base::ErrorCode::not_found,
          fmt::format("there is nothing at {}; api/openapi.yaml lists what there is",
                      base::to_printable(request.path.substr(0, 200)))};
}

/// HEAD asks what GET would say.
bool serves(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view text) {
  std::map<std::string, std::string> query;
  for (std::string& part : base::split(text, '&')) {
    if (part.empty()) continue;
    std::ranges::replace(part, '+', ' ');
    const std::size_t equals = part.find('=');
    const auto name = decode_percent(std::string_view(part).substr(0, equals));
    const auto value =
        decode_percent(equals == std::string::npos ? std::string_view()
                                                   : std::string_view(part).substr(equals + 1));
    if (!name || !value) return std::nullopt;
    query[*name] = *value;
  }
  return query;
}

std::optional<std::map<std::string, std::string>> match_path(std::string_view pattern,
                                                             std::string_view path) {
  std::map<std::string, std::string> parameters;
  while (true) {
    const std::size_t pattern_end = pattern.find('/', 1), path_end = path.find('/', 1);
    const std::string_view segment = pattern.substr(1, pattern_end - 1);
    if (path.empty() || path.front() != '/') return std::nullopt;
    if (is_parameter(segment) && segment.ends_with("...}")) {
      const auto rest = decode_percent(path.substr(1));
      if (!rest || rest->empty()) return std::nullopt;
      parameters[std::string(segment.substr(1, segment.size() - 5))] = *rest;
      return parameters;
    }
    const std::string_view raw = path.substr(1, path_end - 1);
    const bool is_plain = raw.find('%') == std::string_view::npos;
    if (is_plain && !is_parameter(segment)) {  // as of most routes that are tried
      if (segment != raw) return std::nullopt;
    } else {
      const auto given = decode_percent(raw);
      if (!given || given->empty()) return std::nullopt;
      if (!is_parameter(segment) && segment != *given) return std::nullopt;
      if (is_parameter(segment))
        parameters[std::string(segment.substr(1, segment.size() - 2))] = *given;
    }
    const bool pattern_goes_on = pattern_end != std::string_view::npos;
    if (pattern_goes_on != (path_end != std::string_view::npos)) return std::nullopt;
    if (!pattern_goes_on) return parameters;
    pattern.remove_prefix(pattern_end);
    path.remove_prefix(path_end);
  }
}

Router::Router(Gate gate, Complain complain)
    : gate_(std::move(gate)), complain_(std::move(complain)) {}

void Router::add(Route route) {
  routes_.push_back(std::make_unique<Route>(std::move(route)));
}

void Router::add(std::vector<Route> routes) {
  for (Route& route : routes) add(std::move(route));
}

Admission Router::admit(ServerRequest& head) {
  Admission admission;
  const auto refuse_with = [&](int status, const base::Error& error) {
    admission.refusal = complain_(status, error);
  };
  const std::size_t mark = head.target.find('?');
  head.path = head.target.substr(0, mark);
  const auto query =
      parse_query(mark == std::string::npos ? std::string_view()
                                            : std::string_view(head.target).substr(mark + 1));
  if (!query || head.path.empty() || head.path.front() != '/') {
    refuse_with(400, {base::ErrorCode::invalid_argument, "the address is not well encoded"});
    return admission;
  }
  head.query = *query;
  std::string methods;
  for (const auto& route : routes_) {
    auto parameters = match_path(route->pattern, head.path);
    if (!parameters) continue;
    methods += (methods.empty() ? "" : ", ") + route->method;
    if (route->method == "GET") methods += ", HEAD";
    if (head.route != nullptr || !serves(*route, head.method)) continue;
    head.route = route.get();
    head.parameters = std::move(*parameters);
  }
  // Who may not in should not learn what is there, so the gate is first.
  if (auto refusal = gate_(head)) {
    admission.refusal = std::move(refusal);
    return admission;
  }
  if (head.route == nullptr && !methods.empty()) {
    if (head.method == "OPTIONS") {
      admission.refusal = Reply(204);
    } else {
      refuse_with(405, {base::ErrorCode::invalid_argument,
                        fmt::format("{} is not for {}; allowed: {}",
                                    base::to_printable(head.method.substr(0, 40)),
                                    base::to_printable(head.path.substr(0, 200)), methods)});
    }
    admission.refusal->headers.emplace_back("Allow", methods);
    return admission;
  }
  if (head.route == nullptr) {
    refuse_with(404, not_found(head));
    return admission;
  }
  admission.max_body = head.route->max_body;
  if (head.route->open_sink) {
    auto sink = head.route->open_sink(head);
    if (!sink) refuse_with(0, sink.error());
    else admission.sink = std::move(*sink);
  }
  return admission;
}

void Router::handle(ServerRequest request, std::shared_ptr<Responder> responder) {
  const Route& route = *request.route;
  route.handle(std::move(request), std::move(responder));
}

Reply Router::refuse(int status, std::string_view why) {
  base::ErrorCode code = base::ErrorCode::invalid_argument;
  if (status >= 500) code = base::ErrorCode::internal;
  if (status == 413) code = base::ErrorCode::too_large;
  return complain_(status, {code, std::string(why)});
}

}  // namespace mpegflow::http
