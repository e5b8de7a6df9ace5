#include "core/retry/network_words.h"

#include <algorithm>
#include <array>

#include "core/retry/words.h"

namespace mpegflow::retry {
namespace {

bool names_address(std::string_view text) {
  static const re2::RE2 kAddress(
      R"((?i)\b(?:https?|rtmp\w*|rtsps?|rtp|tcp|tls|udp|srt|ftps?|sftp|mms[ht]?|rist)://)");
  return matches(text, kAddress);
}

/// 4xx and 5xx where they stand for themselves, not within an address.
std::string_view find_status_reason(std::string_view text) {
  static const re2::RE2 kStatus(
      R"((?i)(?:error|server|returned|status|code|method|response|reply|failed)\W[^/]*\b([45](?:\d\d|XX))\b)");
  re2::StringPiece number;
  if (!re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kStatus, &number))
    return "";
  if (number[0] == '5') return "http_5xx";
  if (number == "429") return "http_429";
  if (number == "408" || number == "425") return "network_timeout";
  if (number == "404" || number == "410") return "input_not_found";
  if (number == "401" || number == "403" || number == "407" || number == "451")
    return "input_forbidden";
  return "http_client_error";
}

/// "Error number -10054 occurred" is all that FFmpeg can say of an errno of Windows: of its
/// sockets, or of its C library from 100 on.
std::string_view find_number_reason(std::string_view text) {
  static const re2::RE2 kNumber(R"(Error number -(\d+) occurred)");
  int number = 0;
  if (!re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kNumber, &number))
    return "";
  switch (number) {
    case 107:
    case 10061: return "network_refused";
    case 138:
    case 10060: return "network_timeout";
    case 110:
    case 118:
    case 10051:
    case 10065: return "network_unreachable";
    case 106:
    case 108:
    case 126:
    case 10053:
    case 10054:
    case 10057: return "network_reset";
    case 11001:
    case 11002: return "network_dns";
    default: return "";
  }
}

std::string_view find_errno_reason(std::string_view text) {
  static const re2::RE2 kRefused(R"((?i)refus|reject)");
  static const re2::RE2 kTimeout(R"((?i)time[d-]?[ -]?out)");
  static const re2::RE2 kUnreachable(R"((?i)unreachable|no route|network is down)");
  static const re2::RE2 kName(R"((?i)resolv|name or service|look ?up|host ?name|getaddrinfo)");
  static const re2::RE2 kSecure(R"((?i)\b(?:tls|ssl)\b|certificate|handshake)");
  static const re2::RE2 kCut(
      R"((?i)reset by|abort|clos(?:ed|ing)|broken|\blost\b|prematur|disconnect)");
  if (matches(text, kName)) return "network_dns";
  if (matches(text, kRefused)) return "network_refused";
  if (matches(text, kTimeout)) return "network_timeout";
  if (matches(text, kUnreachable)) return "network_unreachable";
  if (matches(text, kSecure)) return "network_tls";
  if (matches(text, kCut)) return "network_reset";
  return find_number_reason(text);
}

}  // namespace

// As libavformat names its contexts.
bool is_network_protocol(std::string_view context) {
  constexpr std::array<std::string_view, 30> kProtocols = {
      "tcp",     "tls",  "http", "https", "httpproxy", "rtmp",    "rtmps",  "rtmpt",
      "rtmpe",   "rtsp", "rtp",  "srtp",  "udp",       "udplite", "srt",    "rist",
      "sctp",    "ftp",  "sftp", "smb",   "amqp",      "zmq",     "libssh", "libsrt",
      "librtmp", "mms",  "mmsh", "mmst",  "icecast",   "gopher"};
  return std::find(kProtocols.begin(), kProtocols.end(), context) != kProtocols.end();
}

std::string_view find_network_reason(std::string_view context, std::string_view text) {
  const bool is_protocol = is_network_protocol(context);
  if (!is_protocol && !names_address(text)) return "";
  if (const std::string_view reason = find_status_reason(text); !reason.empty()) return reason;
  if (const std::string_view reason = find_errno_reason(text); !reason.empty()) return reason;
  return is_protocol && context == "tls" ? "network_tls" : "";
}

std::string_view guess_network_reason(std::string_view context, std::string_view text) {
  // What the job asks of the protocol is wrong on every machine.
  static const re2::RE2 kRequest(
      R"((?i)\b(?:ur[il]|options?|mount ?point|prefix|mandatory|malformed|cert(?:ificate)?/key|cert and key|key file|pass(?:word|phrase)|authenti\w+|codec|in_buffer)\b)");
  return is_network_protocol(context) && !matches(text, kRequest) ? "network_reset" : "";
}

}  // namespace mpegflow::retry
