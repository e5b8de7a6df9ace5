#include "core/submit/run_identity.h"

#include "base/json.h"
#include "base/sha256.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {

std::string hash_identity(const RunIdentity& identity) {
  base::json::array inputs;
  for (const std::string& input : identity.input_identities) inputs.emplace_back(input);
  return base::Sha256::hex_of(base::to_canonical_json(
      base::json::object{{"spec", to_json(identity.spec)},
                         {"encoder_revision", identity.encoder_revision.value},
                         {"plan_version", identity.plan_version},
                         {"inputs", inputs}}));
}

}  // namespace mpegflow::submit
