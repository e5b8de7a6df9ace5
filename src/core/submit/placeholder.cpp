#include "core/submit/placeholder.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace mpegflow::submit {
namespace {

using Kind = ArgumentPart::Kind;

constexpr std::array<std::string_view, 3> kWords = {"input", "task", "output"};

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_name(std::string_view text, std::size_t longest, std::string_view also) {
  return !text.empty() && text.size() <= longest && is_alphanumeric(text[0]) &&
         std::ranges::all_of(text, [&](char c) {
           return is_alphanumeric(c) || also.find(c) != std::string_view::npos;
         });
}

/// The text between two braces, read as a placeholder.
ArgumentPart parse_inside(std::string_view inside) {
  ArgumentPart part;
  part.text = "{" + std::string(inside) + "}";
  if (inside == "outputs") {
    part.kind = Kind::outputs;
    return part;
  }
  const std::size_t dot = inside.find('.');
  const std::string_view word = inside.substr(0, dot);
  const std::string rest(dot == std::string_view::npos ? "" : inside.substr(dot + 1));
  if (std::ranges::find(kWords, word) == kWords.end()) {
    const auto nearest = dot == std::string_view::npos || word.size() > 16
                             ? std::nullopt
                             : base::find_nearest_word(word, kWords);
    if (!nearest) return part;
    part.kind = Kind::malformed;
    part.nearest = "{" + *nearest + "." + rest + "}";
    return part;
  }
  part.kind = Kind::malformed;
  if (word == "input" && is_key(rest)) {
    part.kind = Kind::input;
    part.key = rest;
  } else if (word == "output" && is_output_name(rest)) {
    part.kind = Kind::output;
    part.name = rest;
  } else if (const std::size_t cut = rest.find('.'); word == "task" && cut != std::string::npos &&
                                                     is_key(rest.substr(0, cut)) &&
                                                     is_output_name(rest.substr(cut + 1))) {
    part.kind = Kind::task;
    part.key = rest.substr(0, cut);
    part.name = rest.substr(cut + 1);
  }
  return part;
}

void append(std::vector<ArgumentPart>& parts, ArgumentPart part) {
  if (part.text.empty()) return;
  if (part.kind == Kind::literal && !parts.empty() && parts.back().kind == Kind::literal)
    parts.back().text += part.text;
  else parts.push_back(std::move(part));
}

ArgumentPart make_literal(std::string_view text) {
  ArgumentPart part;
  part.text = std::string(text);
  return part;
}

}  // namespace

std::vector<ArgumentPart> split_argument(std::string_view argument) {
  std::vector<ArgumentPart> parts;
  while (!argument.empty()) {
    const std::size_t open = argument.find('{');
    const std::size_t close =
        open == std::string_view::npos ? open : argument.find_first_of("{}", open + 1);
    if (close == std::string_view::npos) {
      append(parts, make_literal(argument));
      break;
    }
    append(parts, make_literal(argument.substr(0, open)));
    const bool is_of_ffmpeg = open > 0 && argument[open - 1] == '%';
    if (argument[close] == '{' || is_of_ffmpeg) {
      // "{…{" is no placeholder; what follows may be one.
      const std::size_t end = argument[close] == '{' ? close : close + 1;
      append(parts, make_literal(argument.substr(open, end - open)));
      argument.remove_prefix(end);
      continue;
    }
    append(parts, parse_inside(argument.substr(open + 1, close - open - 1)));
    argument.remove_prefix(close + 1);
  }
  return parts;
}

bool is_key(std::string_view text) {
  return is_name(text, 64, "_-");
}

bool is_output_name(std::string_view text) {
  return is_name(text, 128, "._-");
}

}  // namespace mpegflow::submit
