#include "core/audit/redact.h"

#include <algorithm>
#include <array>

#include <re2/re2.h>

namespace mpegflow::audit {
namespace {

// Options of FFmpeg whose value is a secret, with or without a stream specifier.
constexpr std::array<std::string_view, 12> kSecretOptions = {
    "headers",       "cookies",   "decryption_key", "encryption_key",
    "key",           "cryptokey", "password",       "passphrase",
    "authorization", "rtmp_conn", "srt_passphrase", "hls_enc_key",
};

bool is_secret_option(std::string_view argument) {
  if (!argument.starts_with('-')) return false;
  argument.remove_prefix(1);
  const std::string_view name = argument.substr(0, argument.find(':'));
  return std::ranges::find(kSecretOptions, name) != kSecretOptions.end();
}

}  // namespace

std::string redact_text(std::string_view text) {
  static const RE2 kUserInfo(R"(([a-zA-Z][a-zA-Z0-9+.-]*://[^/@\s:]*):[^/@\s]*@)");
  static const RE2 kQuery(
      R"((?i)([?&;](?:[a-z0-9_-]*(?:signature|token|secret|password|passwd|credential|apikey|api_key|access_key|accesskeyid)[a-z0-9_-]*|sig|key|auth|policy|passphrase)=)[^&;\s'"]*)");
  static const RE2 kBearer(R"((?i)((?:authorization|cookie|x-api-key)\s*:\s*)[^\r\n'"]*)");
  std::string redacted(text);
  RE2::GlobalReplace(&redacted, kUserInfo, R"(\1:[redacted]@)");
  RE2::GlobalReplace(&redacted, kQuery, R"(\1[redacted])");
  RE2::GlobalReplace(&redacted, kBearer, R"(\1[redacted])");
  return redacted;
}

base::json::value redact(const base::json::value& record) {
  if (record.is_string()) return base::json::string(redact_text(record.get_string()));
  if (const auto* object = record.if_object()) {
    base::json::object redacted;
    for (const auto& [key, value] : *object) redacted[key] = redact(value);
    return redacted;
  }
  const auto* array = record.if_array();
  if (array == nullptr) return record;
  base::json::array redacted;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const base::json::value& value = (*array)[i];
    const bool is_secret = i > 0 && value.is_string() && (*array)[i - 1].is_string() &&
                           is_secret_option((*array)[i - 1].get_string());
    redacted.push_back(is_secret ? base::json::value(kRedacted) : redact(value));
  }
  return redacted;
}

std::vector<std::string> redact_arguments(const std::vector<std::string>& argv) {
  std::vector<std::string> redacted;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const bool is_value = i > 0 && is_secret_option(argv[i - 1]);
    redacted.push_back(is_value ? std::string(kRedacted) : redact_text(argv[i]));
  }
  return redacted;
}

}  // namespace mpegflow::audit
