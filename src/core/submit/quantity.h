#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mpegflow::submit {

/// Numbers with a unit as people write them; nullopt if `text` has another form.
/// A number alone is in the base unit; the number may have a fraction, never a sign.

/// "5M", "800k", "5.5M", "800000" → bit/s. Powers of ten.
std::optional<std::int64_t> parse_bit_rate(std::string_view text);
/// "2GiB", "512 MiB", "500MB" → bytes.
std::optional<std::int64_t> parse_byte_size(std::string_view text);
/// "6s", "500ms", "10m", "1.5h" → seconds.
std::optional<double> parse_seconds(std::string_view text);

/// What the functions above accept, as regular expressions for the schema.
inline constexpr std::string_view kBitRatePattern = "^[0-9]{1,15}(\\.[0-9]{1,9})? ?[kKMG]?$";
inline constexpr std::string_view kByteSizePattern =
    "^[0-9]{1,15}(\\.[0-9]{1,9})? ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$";
inline constexpr std::string_view kSecondsPattern = "^[0-9]{1,15}(\\.[0-9]{1,9})? ?(ms|s|m|h)?$";

}  // namespace mpegflow::submit
