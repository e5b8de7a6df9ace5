#include "core/submit/read_fields.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "core/submit/command_line.h"
#include "core/submit/location.h"
#include "core/submit/placeholder.h"
#include "core/submit/preset.h"
#include "core/submit/quantity.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

using Value = std::optional<json::value>;

/// Nearest words cost time; a document with more faults than this gets no more of them.
constexpr std::size_t kMostNearestWords = 200;
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kLongestArgument = 100'000;

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string_view view(const json::value& value) {
  const auto* text = value.if_string();
  return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

/// Reads the fields of one table; the recursion over nested objects is in here.
class FieldReader {
 public:
  explicit FieldReader(Reading& reading) : reading_(reading) {}

  /// Where a node is: its path in the canonical form and in the document.
  struct At {
    std::string canonical;
    std::string written;

    At child(std::string_view key) const {
      return {child_path(canonical, key), child_path(written, key)};
    }
    At child(std::size_t index) const {
      return {child_path(canonical, index), child_path(written, index)};
    }
  };

  json::object read_object(const ObjectType& type, const json::object& document, const At& at,
                           std::string_view given_key = {}) {
    json::object result;
    for (const auto& entry : document) {
      const Field* field = find_field(type, entry.key());
      if (field == nullptr || entry.key() == given_key) {
        refuse_key(type, entry.key(), given_key, at);
        continue;
      }
      if (!field->stands_for.empty()) {
        read_stand_in(type, *field, document, entry.value(), at, result);
        continue;
      }
      if (Value value = read_value(*field, entry.value(), at.child(entry.key())))
        result[field->name] = *std::move(value);
    }
    for (const Field& field : type.fields) {
      if (field.presence == Presence::required && !document.contains(field.name)) {
        add(at.child(field.name), FaultCode::missing,
            fmt::format("is missing; expected {}", describe_expected(field)));
      }
    }
    return result;
  }

 private:
  void add(const At& at, FaultCode code, std::string message, std::string nearest = {}) {
    reading_.add(at.written, code, std::move(message), std::move(nearest));
  }

  Value refuse_type(const Field& field, const json::value& value, const At& at) {
    add(at, FaultCode::wrong_type,
        fmt::format("found {}; expected {}", describe_found(value), describe_expected(field)));
    return std::nullopt;
  }

  std::string find_nearest(std::string_view text, const std::vector<std::string_view>& words) {
    if (reading_.faults().size() > kMostNearestWords || text.size() > kLongestWord) return "";
    return base::find_nearest_word(text, words).value_or("");
  }

  void refuse_key(const ObjectType& type, std::string_view key, std::string_view given_key,
                  const At& at) {
    if (!given_key.empty() && key == given_key) {
      return add(at.child(key), FaultCode::conflict,
                 fmt::format("{} is given already by the map around it", key));
    }
    std::vector<std::string_view> words;
    for (const Field& field : type.fields)
      if (field.name != given_key) words.push_back(field.name);
    add(at.child(key), FaultCode::unknown_key, "is no key that is known here",
        find_nearest(key, words));
  }

  /// `input: …` read as the only item of `inputs`.
  void read_stand_in(const ObjectType& type, const Field& field, const json::object& document,
                     const json::value& value, const At& at, json::object& result) {
    const At own = {child_path(child_path(at.canonical, field.stands_for), 0U),
                    child_path(at.written, field.name)};
    reading_.note_place(own.canonical, own.written, !value.is_object());
    Value item = read_value(field, value, own);
    if (document.contains(field.stands_for)) {
      return add(own, FaultCode::conflict,
                 fmt::format("{} and {} are two ways to say the same; expected one of them",
                             field.name, field.stands_for));
    }
    if (find_field(type, field.stands_for) != nullptr)
      result[field.stands_for] = json::array{item ? *item : json::value(json::object())};
  }

  Value read_value(const Field& field, const json::value& value, const At& at) {
    switch (field.kind) {
      case FieldKind::text: return read_text(field, value, at);
      case FieldKind::key: return read_key(field, value, at);
      case FieldKind::word: return read_word(field, value, at);
      case FieldKind::integer: return read_integer(field, value, at);
      case FieldKind::number: return read_number(field, value, at);
      case FieldKind::boolean:
        return value.is_bool() ? Value(value) : refuse_type(field, value, at);
      case FieldKind::bit_rate:
      case FieldKind::byte_size:
      case FieldKind::seconds: return read_quantity(field, value, at);
      case FieldKind::start: return read_start(field, value, at);
      case FieldKind::preset:
        return read_formed(field, value, at, [](std::string_view text) {
          return parse_preset_reference(text).has_value();
        });
      case FieldKind::sha256:
        return read_formed(field, value, at, [](std::string_view text) {
          return text.size() == 64 &&
                 text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
        });
      case FieldKind::input_location: return read_place(field, value, at, LocationUse::input);
      case FieldKind::output_location: return read_place(field, value, at, LocationUse::output);
      case FieldKind::arguments: return read_arguments(field, value, at);
      case FieldKind::key_list: return read_key_list(field, value, at);
      case FieldKind::text_map: return read_text_map(field, value, at);
      case FieldKind::object: return read_nested(field, value, at);
      case FieldKind::object_list: return read_list(field, value, at);
    }
    return std::nullopt;
  }

  Value read_text(const Field& field, const json::value& value, const At& at) {
    if (!value.is_string()) return refuse_type(field, value, at);
    if (!is_sound_text(view(value), field.most, at)) return std::nullopt;
    return value;
  }

  bool is_sound_text(std::string_view text, std::size_t most, const At& at) {
    if (text.find('\0') != std::string_view::npos) {
      add(at, FaultCode::malformed, "holds a zero byte");
      return false;
    }
    if (const std::size_t count = count_characters(text); count > most) {
      add(at, FaultCode::out_of_range,
          fmt::format("has {} characters; expected at most {}", count, most));
      return false;
    }
    return true;
  }

  Value read_key(const Field& field, const json::value& value, const At& at) {
    if (!value.is_string()) return refuse_type(field, value, at);
    if (!is_key(view(value))) {
      add(at, FaultCode::malformed,
          fmt::format("{} is no key; expected {}", quote(view(value)), describe_expected(field)));
      return std::nullopt;
    }
    if (std::ranges::find(field.reserved, view(value)) != field.reserved.end()) {
      add(at, FaultCode::conflict,
          fmt::format("{} is the name of another part of a job; expected a key of your own",
                      quote(view(value))));
      return std::nullopt;
    }
    return value;
  }

  /// Of words some may look like numbers: 8 stands for "8".
  Value read_word(const Field& field, const json::value& value, const At& at) {
    if (value.is_number()) {
      const std::string digits = to_plain_text(value.to_number<double>());
      if (std::ranges::find(field.words, digits) != field.words.end()) return json::string(digits);
    }
    if (!value.is_string()) return refuse_type(field, value, at);
    if (std::ranges::find(field.words, view(value)) != field.words.end()) return value;
    add(at, FaultCode::unknown_word,
        fmt::format("{} is not known; expected {}", quote(view(value)), describe_expected(field)),
        find_nearest(view(value), {field.words.begin(), field.words.end()}));
    return std::nullopt;
  }

  /// Text that has the form of its kind.
  Value read_formed(const Field& field, const json::value& value, const At& at,
                    bool (*has_form)(std::string_view)) {
    if (!value.is_string()) return refuse_type(field, value, at);
    if (has_form(view(value))) return value;
    add(at, FaultCode::malformed,
        fmt::format("{} cannot be read; expected {}", quote(view(value)),
                    describe_expected(field)));
    return std::nullopt;
  }

  Value read_integer(const Field& field, const json::value& value, const At& at) {
    if (!value.is_number()) return refuse_type(field, value, at);
    const json::value number = to_number_value(value.to_number<double>());
    if (!number.is_int64()) return refuse_range(field, describe_found(value), at);
    const bool is_choice =
        field.choices.empty() ||
        std::ranges::find(field.choices, number.get_int64()) != field.choices.end();
    if (!is_choice || (field.is_even && number.get_int64() % 2 != 0))
      return refuse_range(field, describe_found(value), at);
    return check_range(field, number, describe_found(value), at);
  }

  Value read_number(const Field& field, const json::value& value, const At& at) {
    if (!value.is_number()) return refuse_type(field, value, at);
    return check_range(field, to_number_value(value.to_number<double>()), describe_found(value),
                       at);
  }

  static std::optional<double> parse_quantity(FieldKind kind, std::string_view text) {
    if (kind == FieldKind::seconds) return parse_seconds(text);
    const auto number = kind == FieldKind::bit_rate ? parse_bit_rate(text) : parse_byte_size(text);
    return number ? std::optional(static_cast<double>(*number)) : std::nullopt;
  }

  Value read_quantity(const Field& field, const json::value& value, const At& at) {
    std::optional<double> number;
    if (value.is_number()) number = value.to_number<double>();
    else if (!value.is_string()) return refuse_type(field, value, at);
    else number = parse_quantity(field.kind, view(value));
    if (!number) {
      add(at, FaultCode::malformed,
          fmt::format("{} cannot be read; expected {}", quote(view(value)),
                      describe_expected(field)));
      return std::nullopt;
    }
    const std::string shown = value.is_string() ? quote(view(value)) : describe_found(value);
    const json::value canonical = to_number_value(*number);
    if (field.kind != FieldKind::seconds && !canonical.is_int64())
      return refuse_range(field, shown, at);
    return check_range(field, canonical, shown, at);
  }

  /// Canonical: "600s", or the moment in UTC.
  Value read_start(const Field& field, const json::value& value, const At& at) {
    if (!value.is_number() && !value.is_string()) return refuse_type(field, value, at);
    if (value.is_string())
      if (const auto moment = base::parse_rfc3339(view(value)))
        return json::value(base::to_rfc3339(*moment));
    const auto seconds =
        value.is_number() ? std::optional(value.to_number<double>()) : parse_seconds(view(value));
    if (!seconds) {
      add(at, FaultCode::malformed,
          fmt::format("{} cannot be read; expected {}", quote(view(value)),
                      describe_expected(field)));
      return std::nullopt;
    }
    const bool is_in_range = *seconds >= field.minimum && *seconds <= field.maximum;
    if (!is_in_range) return refuse_range(field, describe_found(value), at);
    return json::value(to_plain_text(*seconds) + "s");
  }

  Value refuse_range(const Field& field, std::string_view shown, const At& at) {
    add(at, FaultCode::out_of_range,
        fmt::format("{} is out of range; expected {}", shown, describe_expected(field)));
    return std::nullopt;
  }

  Value check_range(const Field& field, const json::value& number, std::string_view shown,
                    const At& at) {
    const auto as_double = number.to_number<double>();
    const bool is_zero = field.is_zero_allowed && as_double == 0;
    const bool is_inside =
        std::isfinite(as_double) && as_double >= field.minimum && as_double <= field.maximum;
    if (is_zero || is_inside) return number;
    return refuse_range(field, shown, at);
  }

  Value read_place(const Field& field, const json::value& value, const At& at, LocationUse use) {
    if (!value.is_string()) return refuse_type(field, value, at);
    if (!is_sound_text(view(value), field.most, at)) return std::nullopt;
    auto uri = read_location(view(value), reading_.working_directory(), use);
    if (uri) return json::value(json::string(*uri));
    add(at, uri.error().code, uri.error().message);
    return std::nullopt;
  }

  Value read_arguments(const Field& field, const json::value& value, const At& at) {
    if (value.is_string()) return split_arguments(field, value, at);
    if (!value.is_array()) return refuse_type(field, value, at);
    if (!has_right_count(field, value.get_array().size(), at)) return std::nullopt;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      const json::value& argument = value.get_array()[i];
      if (argument.is_string()) {
        is_sound_text(view(argument), kLongestArgument, at.child(i));
      } else {
        add(at.child(i), FaultCode::wrong_type,
            fmt::format("found {}; expected text (quote numbers and words such as true)",
                        describe_found(argument)));
      }
    }
    return reading_.is_faulty(at.written) ? std::nullopt : Value(value);
  }

  Value split_arguments(const Field& field, const json::value& value, const At& at) {
    if (!is_sound_text(view(value), kLongestArgument, at)) return std::nullopt;
    const auto arguments = split_command_line(view(value));
    if (!arguments) {
      add(at, FaultCode::malformed,
          fmt::format("cannot be split into arguments: {}", arguments.error().message));
      return std::nullopt;
    }
    if (!has_right_count(field, arguments->size(), at)) return std::nullopt;
    reading_.note_place(at.canonical, at.written, true);
    json::array list;
    for (const std::string& argument : *arguments) list.emplace_back(json::string(argument));
    return list;
  }

  bool has_right_count(const Field& field, std::size_t count, const At& at) {
    if (count >= 1 && count <= field.most) return true;
    add(at, FaultCode::out_of_range,
        fmt::format("has {} entries; expected {}", count, describe_expected(field)));
    return false;
  }

  Value read_key_list(const Field& field, const json::value& value, const At& at) {
    if (!value.is_array()) return refuse_type(field, value, at);
    if (value.get_array().size() > field.most) {
      add(at, FaultCode::out_of_range,
          fmt::format("has {} entries; expected at most {}", value.get_array().size(), field.most));
      return std::nullopt;
    }
    static constexpr Field kItem = {.name = "key", .kind = FieldKind::key};
    json::array keys;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      const Value key = read_key(kItem, value.get_array()[i], at.child(i));
      // An unsound key stays as an empty one, so that the places of the others hold.
      keys.push_back(key.value_or(json::string()));
    }
    return keys;
  }

  Value read_text_map(const Field& field, const json::value& value, const At& at) {
    if (!value.is_object()) return refuse_type(field, value, at);
    if (value.get_object().size() > field.most) {
      add(at, FaultCode::out_of_range,
          fmt::format("has {} entries; expected {}", value.get_object().size(),
                      describe_expected(field)));
      return std::nullopt;
    }
    const Field item = {.name = "text", .most = field.most_of_text};
    for (const auto& entry : value.get_object()) {
      const At own = at.child(entry.key());
      read_text(item, entry.value(), own);
      if (entry.key().empty() || count_characters(entry.key()) > field.most_of_key)
        add(own, FaultCode::malformed,
            fmt::format("expected a key of 1 to {} characters", field.most_of_key));
      else if (entry.key().find('\0') != std::string_view::npos)
        add(own, FaultCode::malformed, "the key holds a zero byte");
    }
    return reading_.is_faulty(at.written) ? std::nullopt : Value(value);
  }

  /// An object field, or an item of a list, in any of its forms.
  Value read_nested(const Field& field, const json::value& value, const At& at) {
    if (const auto* object = value.if_object()) return read_object(*field.object, *object, at);
    const std::string_view meant = value.is_string() ? field.text_means
                                   : value.is_bool() ? field.switch_means
                                                     : std::string_view{};
    if (meant.empty()) return refuse_type(field, value, at);
    reading_.note_place(at.canonical, at.written, true);
    Value inner = read_value(*find_field(*field.object, meant), value, at);
    if (!inner) return std::nullopt;
    return json::object{{meant, *inner}};
  }

  Value read_list(const Field& field, const json::value& value, const At& at) {
    const bool is_map = value.is_object() && !field.map_key.empty();
    if (!is_map && !value.is_array()) return refuse_type(field, value, at);
    const std::size_t count = is_map ? value.get_object().size() : value.get_array().size();
    if (!has_right_count(field, count, at)) return std::nullopt;
    return is_map ? read_map_items(field, value.get_object(), at)
                  : read_list_items(field, value.get_array(), at);
  }

  Value read_list_items(const Field& field, const json::array& list, const At& at) {
    json::array items;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].is_object()) {
        items.emplace_back(read_object(*field.object, list[i].get_object(), at.child(i)));
      } else if (list[i].is_string() && !field.text_means.empty()) {
        items.push_back(read_nested(field, list[i], at.child(i)).value_or(json::object()));
      } else {
        add(at.child(i), FaultCode::wrong_type,
            fmt::format("found {}; expected {}", describe_found(list[i]),
                        field.text_means.empty() ? "a map" : "a path or a map"));
        items.emplace_back(json::object());
      }
    }
    return items;
  }

  /// {main: a.mov} for [{key: main, uri: a.mov}].
  Value read_map_items(const Field& field, const json::object& map, const At& at) {
    json::array items;
    for (const auto& entry : map) {
      const At own = {child_path(at.canonical, items.size()), child_path(at.written, entry.key())};
      reading_.note_place(own.canonical, own.written, !entry.value().is_object());
      json::object item;
      if (const auto* object = entry.value().if_object())
        item = read_object(*field.object, *object, own, field.map_key);
      else if (Value nested = read_nested(field, entry.value(), own)) item = nested->get_object();
      const Field& key_field = *find_field(*field.object, field.map_key);
      if (Value key = read_key(key_field, json::string(entry.key()), own))
        item[field.map_key] = *key;
      items.emplace_back(std::move(item));
    }
    return items;
  }

  Reading& reading_;
};

}  // namespace

void Reading::add(std::string path, FaultCode code, std::string message, std::string nearest) {
  if (faults_.size() > kMostFaults) return;  // More than anybody reads; one over tells so.
  faults_.push_back({.path = std::move(path),
                     .code = code,
                     .message = std::move(message),
                     .nearest = std::move(nearest)});
}

bool Reading::is_faulty(std::string_view path) const {
  return std::ranges::any_of(faults_, [&](const Fault& fault) {
    if (!std::string_view(fault.path).starts_with(path)) return false;
    const std::string_view rest = std::string_view(fault.path).substr(path.size());
    return rest.empty() || rest[0] == '.' || rest[0] == '[';
  });
}

void Reading::note_place(std::string canonical, std::string written, bool is_whole) {
  if (canonical != written || is_whole)
    places_[std::move(canonical)] = {std::move(written), is_whole};
}

std::string Reading::find_place(std::string_view canonical) const {
  for (std::string_view head = canonical;;) {
    if (const auto found = places_.find(head); found != places_.end()) {
      const Place& place = found->second;
      return place.is_whole ? place.written
                            : place.written + std::string(canonical.substr(head.size()));
    }
    const std::size_t cut = head.find_last_of(".[");
    if (cut == std::string_view::npos) return std::string(canonical);
    head = head.substr(0, cut);
  }
}

json::object read_fields(const ObjectType& type, const json::object& document, Reading& reading) {
  return FieldReader(reading).read_object(type, document, {});
}

}  // namespace mpegflow::submit
