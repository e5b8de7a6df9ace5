#pragma once

#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.h"
#include "core/submit/field.h"

/// From a member pointer to the Access of a table row: assign() and write_value() know every type
/// that a spec is made of. Included by the table only.
namespace mpegflow::submit {

/// Specialised next to each table: the rows that describe T.
template <class T>
std::span<const Field> fields_of();

inline void assign(std::string& target, const base::json::value& value) {
  if (const auto* text = value.if_string()) target = std::string(text->data(), text->size());
}
inline void assign(std::int64_t& target, const base::json::value& value) {
  if (const auto* number = value.if_int64()) target = *number;
}
inline void assign(double& target, const base::json::value& value) {
  if (const auto* whole = value.if_int64()) target = static_cast<double>(*whole);
  else if (const auto* number = value.if_double()) target = *number;
}
inline void assign(bool& target, const base::json::value& value) {
  if (const auto* truth = value.if_bool()) target = *truth;
}
inline void assign(std::map<std::string, std::string>& target, const base::json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return;
  target.clear();
  for (const auto& entry : *object) assign(target[std::string(entry.key())], entry.value());
}
template <class T>
requires std::is_class_v<T>
void assign(T& target, const base::json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const Field& field : fields_of<T>()) {
    const auto* entry = object->if_contains(field.name);
    if (entry != nullptr && field.access.set != nullptr) field.access.set(&target, *entry);
  }
}
template <class T>
void assign(std::vector<T>& target, const base::json::value& value) {
  const auto* array = value.if_array();
  if (array == nullptr) return;
  target.assign(array->size(), T{});
  for (std::size_t i = 0; i < array->size(); ++i) assign(target[i], (*array)[i]);
}

inline bool is_empty(const base::json::value& value) {
  return (value.is_string() && value.get_string().empty()) ||
         (value.is_array() && value.get_array().empty()) ||
         (value.is_object() && value.get_object().empty());
}

inline base::json::value write_value(const std::string& text) {
  return base::json::string(text);
}
inline base::json::value write_value(std::int64_t number) {
  return number;
}
inline base::json::value write_value(double number) {
  return to_number_value(number);
}
inline base::json::value write_value(bool truth) {
  return truth;
}
inline base::json::value write_value(const std::map<std::string, std::string>& map) {
  base::json::object object;
  for (const auto& [key, text] : map) object[key] = text;
  return object;
}
template <class T>
base::json::object write_object(const T& source) {
  base::json::object object;
  for (const Field& field : fields_of<T>()) {
    if (field.access.get == nullptr) continue;
    base::json::value value = field.access.get(&source);
    if (field.presence == Presence::optional && is_empty(value)) continue;
    object[field.name] = std::move(value);
  }
  return object;
}
template <class T>
requires std::is_class_v<T> base::json::value write_value(const T& source) {
  return write_object(source);
}
template <class T>
base::json::value write_value(const std::vector<T>& list) {
  base::json::array array;
  for (const T& item : list) array.push_back(write_value(item));
  return array;
}

template <class T>
base::json::object make_defaults() {
  return write_object(T{});
}

template <class Object, class Value, Value Object::*member>
void set_member(void* object, const base::json::value& value) {
  assign(static_cast<Object*>(object)->*member, value);
}
template <class Object, class Value, Value Object::*member>
base::json::value get_member(const void* object) {
  return write_value(static_cast<const Object*>(object)->*member);
}

template <class Object, class Value>
Object object_of(Value Object::*);
template <class Object, class Value>
Value value_of(Value Object::*);

/// The Access of a member: keep<&RenditionSpec::crf>.
template <auto member>
// NOLINTNEXTLINE(readability-identifier-naming): reads as a word of the table
inline constexpr Access keep = {
    &set_member<decltype(object_of(member)), decltype(value_of(member)), member>,
    &get_member<decltype(object_of(member)), decltype(value_of(member)), member>};

template <class Object, class Value, Value Object::*member>
base::json::value get_unless_default(const void* object) {
  const Value& value = static_cast<const Object*>(object)->*member;
  if (value == Object{}.*member) return base::json::object();
  return write_value(value);
}

/// The same for an optional row, which is written only if it differs from what it is by itself:
/// what is new in the format then changes the canonical form of no older spec.
template <auto member>
// NOLINTNEXTLINE(readability-identifier-naming): reads as a word of the table
inline constexpr Access keep_unless_default = {
    &set_member<decltype(object_of(member)), decltype(value_of(member)), member>,
    &get_unless_default<decltype(object_of(member)), decltype(value_of(member)), member>};

template <class Object, class Value, Value Object::*member>
void set_switched(void* object, const base::json::value& value) {
  set_member<Object, Value, member>(object, value);
  const auto* map = value.if_object();
  if (map != nullptr && !map->contains("enabled"))
    (static_cast<Object*>(object)->*member).enabled = true;
}

/// The same of what is off by itself: who says anything of it wants it, unless he says not.
template <auto member>
// NOLINTNEXTLINE(readability-identifier-naming): reads as a word of the table
inline constexpr Access keep_if_wanted = {
    &set_switched<decltype(object_of(member)), decltype(value_of(member)), member>,
    &get_unless_default<decltype(object_of(member)), decltype(value_of(member)), member>};

}  // namespace mpegflow::submit
