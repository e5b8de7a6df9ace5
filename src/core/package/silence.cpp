#include "core/package/silence.h"

#include <string_view>

namespace mpegflow::package {
namespace {

class BitWriter {
 public:
  void put(std::uint32_t value, int count) {
    for (int bit = count - 1; bit >= 0; --bit, ++written_) {
      if (written_ % 8 == 0) bytes_ += '\0';
      if ((value >> bit & 1U) != 0)
        bytes_.back() = static_cast<char>(bytes_.back() | 0x80 >> written_ % 8);
    }
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  int written_ = 0;
};

/// Elements of raw_data_block() (ISO 14496-3 §4.4.2) in the order of each channel configuration:
/// single channel, pair, low frequency effects.
std::string_view list_elements(std::int64_t channels) {
  switch (channels) {
    case 1: return "s";
    case 2: return "p";
    case 3: return "sp";
    case 4: return "sps";
    case 5: return "spp";
    case 6: return "sppl";
    case 8: return "spppl";
    default: return "";
  }
}

/// One long window of which no band is coded.
void put_window(BitWriter& bits) {
  bits.put(0, 1 + 2 + 1);  // reserved, sequence, shape
  bits.put(0, 6 + 1);      // max_sfb, no prediction
}

void put_gain(BitWriter& bits) {
  bits.put(0, 8);
}

void put_no_tools(BitWriter& bits) {
  bits.put(0, 3);  // pulses, noise shaping, gain control
}

void put_pair(BitWriter& bits) {
  bits.put(1, 1);  // one window for both
  put_window(bits);
  bits.put(0, 2);  // no mid and side
  for (int channel = 0; channel < 2; ++channel) {
    put_gain(bits);
    put_no_tools(bits);
  }
}

void put_single(BitWriter& bits) {
  put_gain(bits);
  put_window(bits);
  put_no_tools(bits);
}

}  // namespace

std::string make_silent_aac(std::int64_t channels) {
  const std::string_view elements = list_elements(channels);
  if (elements.empty()) return {};
  BitWriter bits;
  std::uint32_t singles = 0, pairs = 0;
  for (const char element : elements) {
    bits.put(element == 's' ? 0 : element == 'p' ? 1 : 3, 3);
    bits.put(element == 's' ? singles++ : element == 'p' ? pairs++ : 0, 4);
    if (element == 'p') put_pair(bits);
    else put_single(bits);
  }
  bits.put(7, 3);
  return bits.take();
}

}  // namespace mpegflow::package
