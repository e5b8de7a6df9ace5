#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"

/// One list of fields per record serves both directions: `list_fields(fields, record)` calls
/// `fields("name", record.member)` for each, and `fields` writes or reads.
namespace mpegflow::protocol::wire {

/// The record itself, or a const one: what list_fields is given.
template <class Value, class Record>
concept Is = std::same_as<std::remove_const_t<Value>, Record>;

/// The first thing that was wrong with what was read.
struct Fault {
  std::string place;     ///< "running[2].claim.fence"
  std::string expected;  ///< "a whole number"
};

/// `bytes` as JSON can carry them: what is not UTF-8 becomes U+FFFD.
std::string to_utf8(std::string_view bytes);

class FieldWriter;
class FieldReader;

template <class Value>
concept Word = std::is_enum_v<Value>;

// ---- writing ----------------------------------------------------------------------------------

base::json::value write_value(const std::string& value);
template <std::same_as<bool> Value>
base::json::value write_value(Value value) {
  return value;
}
template <std::same_as<std::int64_t> Value>
base::json::value write_value(Value value) {
  return value;
}
template <std::same_as<double> Value>
base::json::value write_value(Value value) {
  return value;
}
template <class Tag>
base::json::value write_value(const base::Id<Tag>& value) {
  return write_value(value.value);
}
inline base::json::value write_value(base::Micros value) {
  return std::int64_t{value.count()};
}
inline base::json::value write_value(base::WallTime value) {
  return value.us;
}
inline base::json::value write_value(const base::json::object& value) {
  return value;
}
template <Word Value>
base::json::value write_value(Value value) {
  return base::json::value(to_word(value));
}
template <class Item>
base::json::value write_value(const std::vector<Item>& items);
template <class Record>
requires std::is_class_v<Record> base::json::value write_value(const Record& record);

/// Fills an object; an absent optional leaves no trace.
class FieldWriter {
 public:
  template <class Value>
  void operator()(std::string_view name, const Value& value) {
    object_[name] = write_value(value);
  }
  template <class Value>
  void operator()(std::string_view name, const std::optional<Value>& value) {
    if (value) object_[name] = write_value(*value);
  }
  base::json::object take() { return std::move(object_); }

 private:
  base::json::object object_;
};

template <class Item>
base::json::value write_value(const std::vector<Item>& items) {
  base::json::array array;
  array.reserve(items.size());
  for (const Item& item : items) array.push_back(write_value(item));
  return array;
}

template <class Record>
requires std::is_class_v<Record> base::json::value write_value(const Record& record) {
  FieldWriter writer;
  list_fields(writer, record);
  return writer.take();
}

// ---- reading ----------------------------------------------------------------------------------

/// Where the reader is, and the first fault.
class Reading {
 public:
  bool is_good() const { return !fault_.has_value(); }
  const std::optional<Fault>& fault() const { return fault_; }
  void expect(std::string expected) {
    if (!fault_) fault_ = Fault{place_, std::move(expected)};
  }

  /// Calls `read` with the place extended by `part`.
  template <class Read>
  void inside(const std::string& part, const Read& read) {
    const std::size_t before = place_.size();
    if (!place_.empty() && !part.starts_with('[')) place_ += '.';
    place_ += part;
    read();
    place_.resize(before);
  }

 private:
  std::string place_;
  std::optional<Fault> fault_;
};

void read_value(Reading& reading, const base::json::value& from, std::string& to);
void read_value(Reading& reading, const base::json::value& from, bool& to);
void read_value(Reading& reading, const base::json::value& from, std::int64_t& to);
void read_value(Reading& reading, const base::json::value& from, double& to);
void read_value(Reading& reading, const base::json::value& from, base::json::object& to);
void read_value(Reading& reading, const base::json::value& from, base::Micros& to);
void read_value(Reading& reading, const base::json::value& from, base::WallTime& to);
template <class Tag>
void read_value(Reading& reading, const base::json::value& from, base::Id<Tag>& to) {
  read_value(reading, from, to.value);
}
template <Word Value>
void read_value(Reading& reading, const base::json::value& from, Value& to) {
  std::string word;
  read_value(reading, from, word);
  if (!reading.is_good()) return;
  std::optional<Value> known;
  parse_word(word, known);
  if (known) to = *known;
  else reading.expect("a word that this version knows, not \"" + word + "\"");
}
template <class Item>
void read_value(Reading& reading, const base::json::value& from, std::vector<Item>& to);
template <class Record>
requires std::is_class_v<Record>
void read_value(Reading& reading, const base::json::value& from, Record& to);

/// Reads the members of an object. What it has beside them is from a newer version, and is passed
/// over; what it lacks stays as it was made.
class FieldReader {
 public:
  FieldReader(Reading& reading, const base::json::object& from) : reading_(reading), from_(from) {}

  template <class Value>
  void operator()(std::string_view name, Value& value) {
    const auto* found = find(name);
    if (found != nullptr)
      reading_.inside(std::string(name), [&] { read_value(reading_, *found, value); });
  }
  template <class Value>
  void operator()(std::string_view name, std::optional<Value>& value) {
    const auto* found = find(name);
    if (found == nullptr) return;
    Value read{};
    reading_.inside(std::string(name), [&] { read_value(reading_, *found, read); });
    value = std::move(read);
  }

 private:
  const base::json::value* find(std::string_view name) const {
    const auto* found = reading_.is_good() ? from_.if_contains(name) : nullptr;
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  Reading& reading_;
  const base::json::object& from_;
};

template <class Item>
void read_value(Reading& reading, const base::json::value& from, std::vector<Item>& to) {
  const auto* array = from.if_array();
  if (array == nullptr) return reading.expect("a list");
  to.clear();
  to.reserve(array->size());
  for (std::size_t i = 0; i < array->size() && reading.is_good(); ++i)
    reading.inside('[' + std::to_string(i) + ']',
                   [&] { read_value(reading, (*array)[i], to.emplace_back()); });
}

template <class Record>
requires std::is_class_v<Record>
void read_value(Reading& reading, const base::json::value& from, Record& to) {
  const auto* object = from.if_object();
  if (object == nullptr) return reading.expect("an object");
  FieldReader reader(reading, *object);
  list_fields(reader, to);
}

}  // namespace mpegflow::protocol::wire
