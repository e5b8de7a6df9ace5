#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace mpegflow::access {

/// What a key may be good for.
enum class Scope {
  submit,  ///< submit, cancel and reprocess jobs of its tenant
  read,    ///< look at the jobs of its tenant, and at lanes and pools
  admin,   ///< submit and read for every tenant, and change lanes, pools, hosts and keys
  worker,  ///< do tasks
  raw,     ///< submit tasks with raw FFmpeg arguments
};
std::string_view to_word(Scope scope);
std::optional<Scope> parse_scope(std::string_view word);
/// All words, in the order of the enumeration.
std::vector<std::string> scope_words();

/// Whether somebody with `held` may do what needs `wanted` (a word; empty = nothing needed).
bool may(const std::vector<std::string>& held, std::string_view wanted);

/// What a client shows: "mpf_ID_SECRET", the secret 64 hex digits.
struct Token {
  std::string id;
  std::string secret;
};
std::string make_token(const Token& token);
std::optional<Token> parse_token(std::string_view text);

/// What is kept of a secret.
std::string hash_secret(std::string_view secret);
/// Takes the same time wherever the two differ.
bool is_hash_of(std::string_view hash, std::string_view secret);

/// Why a key is not good any more; empty if it is.
std::string_view find_end(const std::optional<base::WallTime>& expires,
                          const std::optional<base::WallTime>& revoked, base::WallTime now);

}  // namespace mpegflow::access
