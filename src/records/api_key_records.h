#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "store/rows.h"

namespace mpegflow::records {

/// What is asked of a new key.
struct KeyWish {
  std::string name;
  std::string tenant = "local";
  std::vector<std::string> scopes;
  std::vector<std::string> pools;
  std::optional<base::WallTime> expires;
};

/// The row for the store and the token, which nobody can make of the row again.
struct NewKey {
  store::ApiKeyRow row;
  std::string token;
};

/// A key with 256 random bits. Error: invalid_argument (a scope that is none, pools without the
/// scope worker, a name or tenant that does not do).
base::Result<NewKey> make_key(const KeyWish& wish, const base::Clock& clock,
                              base::Entropy& entropy);

/// Everything but the hash.
base::json::object to_record(const store::ApiKeyRow& key);

}  // namespace mpegflow::records
