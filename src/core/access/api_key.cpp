#include "core/access/api_key.h"

#include <algorithm>
#include <array>

#include "base/sha256.h"

namespace mpegflow::access {
namespace {

constexpr std::array kScopes = {Scope::submit, Scope::read, Scope::admin, Scope::worker,
                                Scope::raw};
constexpr std::string_view kPrefix = "mpf_";
constexpr std::size_t kSecretSize = 64;

bool is_id_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string_view to_word(Scope scope) {
  switch (scope) {
    case Scope::submit: return "submit";
    case Scope::read: return "read";
    case Scope::admin: return "admin";
    case Scope::worker: return "worker";
    case Scope::raw: return "raw";
  }
  return "";
}

std::optional<Scope> parse_scope(std::string_view word) {
  const auto* found = std::ranges::find(kScopes, word, [](Scope scope) { return to_word(scope); });
  if (found == kScopes.end()) return std::nullopt;
  return *found;
}

std::vector<std::string> scope_words() {
  std::vector<std::string> words;
  for (const Scope scope : kScopes) words.emplace_back(to_word(scope));
  return words;
}

bool may(const std::vector<std::string>& held, std::string_view wanted) {
  if (wanted.empty() || std::ranges::find(held, wanted) != held.end()) return true;
  // Raw arguments and work of its own are not part of ruling.
  const bool is_ruled = wanted == to_word(Scope::submit) || wanted == to_word(Scope::read);
  return is_ruled && std::ranges::find(held, to_word(Scope::admin)) != held.end();
}

std::string make_token(const Token& token) {
  return std::string(kPrefix) + token.id + "_" + token.secret;
}

std::optional<Token> parse_token(std::string_view text) {
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());
  const std::size_t line = text.find('_');
  if (line == std::string_view::npos || line == 0 || line > 64) return std::nullopt;
  const std::string_view id = text.substr(0, line), secret = text.substr(line + 1);
  if (secret.size() != kSecretSize || !std::ranges::all_of(secret, is_hex_digit) ||
      !std::ranges::all_of(id, is_id_character))
    return std::nullopt;
  return Token{std::string(id), std::string(secret)};
}

std::string hash_secret(std::string_view secret) {
  return base::Sha256::hex_of(secret);
}

bool is_hash_of(std::string_view hash, std::string_view secret) {
  const std::string other = hash_secret(secret);
  if (hash.size() != other.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < hash.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(hash[i]) ^
                                        static_cast<unsigned char>(other[i]));
  return difference == 0;
}

std::string_view find_end(const std::optional<base::WallTime>& expires,
                          const std::optional<base::WallTime>& revoked, base::WallTime now) {
  if (revoked) return "was revoked";
  if (expires && *expires <= now) return "has expired";
  return "";
}

}  // namespace mpegflow::access
