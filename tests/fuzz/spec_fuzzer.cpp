// Documents that users write: specs, presets, retry policies, rules, sizes and places.

#include "base/time.h"
#include "core/access/api_key.h"
#include "core/retry/user_rules.h"
#include "core/submit/location.h"
#include "core/submit/preset.h"
#include "core/submit/quantity.h"
#include "core/submit/read_spec.h"
#include "core/submit/retry_policies.h"
#include "core/upkeep/retention.h"
#include "fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mpegflow;
  const auto [choice, text] = fuzz::split_choice(data, size);
  switch (choice % 5) {
    case 0: {
      const submit::SpecReading reading = submit::read_spec(text, {.working_directory = "/work"});
      fuzz::require(reading.spec.has_value() == reading.faults.empty());
      break;
    }
    case 1: submit::read_preset(text); break;
    case 2: submit::read_retry_policies(text); break;
    case 3: retry::read_user_rules(text); break;
    default:
      submit::parse_bit_rate(text);
      submit::parse_byte_size(text);
      submit::parse_seconds(text);
      submit::parse_preset_reference(text);
      submit::read_location(text, "/work", submit::LocationUse::input);
      upkeep::parse_age(text);
      upkeep::parse_keep(text);
      base::parse_rfc3339(text);
      access::parse_token(text);
  }
  return 0;
}
