#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace mpegflow::submit {

enum class FieldKind {
  text,
  key,   ///< text that is a key (placeholder.h)
  word,  ///< text out of a closed list
  integer,
  number,
  boolean,
  bit_rate,   ///< bit/s as a number or text ("5M")
  byte_size,  ///< bytes as a number or text ("2GiB")
  seconds,    ///< seconds as a number or text ("6s")
  start,      ///< seconds from now, or a moment in RFC 3339
  preset,     ///< "hls-h264" or "hls-h264@1"
  sha256,     ///< 64 hex digits
  input_location,
  output_location,
  arguments,  ///< a list of text, or one text that is split as a shell does
  key_list,
  text_map,
  object,
  object_list,
};

enum class Presence {
  required,
  defaulted,  ///< absent = the value that a default-constructed struct has; always written
  optional,   ///< absent = empty; written only if there is something to write
};

/// How the value of a row gets into its struct and out of it. Both take the struct that the table
/// describes. `set` gets canonical values; what has another type leaves the struct as it was.
struct Access {
  void (*set)(void* object, const base::json::value& value) = nullptr;
  base::json::value (*get)(const void* object) = nullptr;
};

struct ObjectType;

/// One row: everything that is known of one key of a spec. Reading, writing, the schema and the
/// reference all come from here.
struct Field {
  std::string_view name = {};
  FieldKind kind = FieldKind::text;
  Presence presence = Presence::defaulted;
  std::string_view description = {};
  Access access = {};  ///< none = read and checked, but not kept under this name

  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  bool is_zero_allowed = false;  ///< 0 stands for "none" outside of the bounds
  bool is_even = false;
  std::size_t most = 256;                        ///< characters of text, entries of a list or map
  std::size_t most_of_key = 64;                  ///< characters of a key of a map
  std::size_t most_of_text = 256;                ///< characters of a text of a map
  std::span<const std::string_view> words = {};  ///< of a word: all there are
  std::span<const std::string_view> reserved = {};  ///< of a key: those that are taken
  std::span<const std::int64_t> choices = {};       ///< of an integer: all there are
  std::string_view default_words = {};  ///< how the reference states a default that is computed

  const ObjectType* object = nullptr;  ///< of an object, or of each object of a list
  std::string_view text_means = {};    ///< field of the object that a bare text stands for ("uri")
  std::string_view switch_means = {};  ///< field of the object that a bare boolean stands for
  std::string_view map_key =
      {};  ///< a map is accepted for the list; its keys are this field of each item
  std::string_view stands_for = {};  ///< this object is the only item of that list
};

struct ObjectType {
  std::string_view title;
  std::span<const Field> fields;
  base::json::object (*make_defaults)();  ///< what a default-constructed struct is written as
};

/// The table of the whole spec.
const ObjectType& job_type();

const Field* find_field(const ObjectType& type, std::string_view name);

/// "a number from 0 to 51": what a fault says was expected.
std::string describe_expected(const Field& field);
/// Without trailing zeros or exponent: 51, 0.5, 2000000.
std::string to_plain_text(double number);

/// A number as canonical JSON has it: whole ones as integers, so that 22 and 22.0 are the same.
base::json::value to_number_value(double number);

}  // namespace mpegflow::submit
