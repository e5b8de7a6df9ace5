#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "http/server.h"

namespace mpegflow::http {

/// What of a request decides on the form of its reply.
struct ReplyForm {
  bool is_head = false;
  bool is_read = false;  ///< GET or HEAD
  bool accepts_gzip = false;
  std::string if_none_match;

  bool operator==(const ReplyForm&) const = default;
};

ReplyForm find_form(const ServerRequest& request);

/// Whether a header Accept-Encoding takes `coding`.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

/// Gives a reply the form that was asked for: an ETag from its bytes, 304 for who has them already,
/// gzip for text of some length, and the headers that every reply has.
Reply finish_reply(Reply reply, const ReplyForm& form);

/// "Not Found"; empty for a status without a phrase.
std::string_view reason_phrase(int status);

/// As headers say it, to the second: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string to_http_date(base::WallTime time);

/// Status line and headers, with the empty line at their end. Bytes that may not stand in a header
/// are left out.
std::string make_head(int status, const Headers& headers);

/// Whether a reply of that status has a body, by the rules of HTTP.
bool has_body(int status);

}  // namespace mpegflow::http
