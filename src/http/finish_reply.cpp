#include "http/finish_reply.h"

#include <charconv>
#include <ctime>

#include <fmt/format.h>
#include <zlib.h>

#include "base/sha256.h"
#include "base/text.h"

namespace mpegflow::http {
namespace {

// Shorter ones do not get smaller worth the time.
constexpr std::size_t kLeastCompressed = 860;
// 15 bits of window, and 16 for the format of gzip.
constexpr int kGzipWindow = 15 + 16;

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type.starts_with("application/problem+json") || type.starts_with("application/yaml");
}

std::string compress(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(is_done ? stream.total_out : 0);
  deflateEnd(&stream);
  return packed;
}

/// Compared weakly, as If-None-Match wants it.
bool names(std::string_view if_none_match, std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  for (const std::string& part : base::split(if_none_match, ',')) {
    std::string_view one = base::trim(part);
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
  }
  return false;
}

void add_missing(Headers& headers, std::string_view name, std::string_view value) {
  if (!find_header(headers, name)) headers.emplace_back(name, value);
}

std::string header_of(const Reply& reply, std::string_view name) {
  return std::string(find_header(reply.headers, name).value_or(""));
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool takes_any = false;
  for (const std::string& part : base::split(accept_encoding, ',')) {
    const std::vector<std::string> words = base::split(part, ';');
    const std::string_view name = base::trim(words.front());
    double weight = 1;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string_view word = base::trim(words[i]);
      if (word.starts_with("q="))
        std::from_chars(word.data() + 2, word.data() + word.size(), weight);
    }
    if (name == coding) return weight > 0;
    if (name == "*") takes_any = weight > 0;
  }
  return takes_any;
}

ReplyForm find_form(const ServerRequest& request) {
  ReplyForm form;
  form.is_head = request.method == "HEAD";
  form.is_read = form.is_head || request.method == "GET";
  form.accepts_gzip = accepts_coding(request.header("Accept-Encoding").value_or(""), "gzip");
  form.if_none_match = request.header("If-None-Match").value_or("");
  return form;
}

Reply finish_reply(Reply reply, const ReplyForm& form) {
  add_missing(reply.headers, "X-Content-Type-Options", "nosniff");
  add_missing(reply.headers, "Cache-Control", form.is_read ? "private, no-cache" : "no-store");
  if (reply.source) return reply;
  const bool is_compressible = reply.status != 206 && reply.body.size() >= kLeastCompressed &&
                               is_text(header_of(reply, "Content-Type")) &&
                               !find_header(reply.headers, "Content-Encoding");
  if (is_compressible) add_missing(reply.headers, "Vary", "Accept-Encoding");
  const bool is_packed = is_compressible && form.accepts_gzip;
  if (form.is_read && reply.status == 200 && !find_header(reply.headers, "ETag") &&
      header_of(reply, "Cache-Control") != "no-store") {
    const std::string hash = base::Sha256::hex_of(reply.body).substr(0, 32);
    // The same for both codings, which is what "weak" is for.
    reply.headers.emplace_back("ETag", (is_compressible ? "W/\"" : "\"") + hash + "\"");
  }
  const std::string tag = header_of(reply, "ETag");
  if (form.is_read && reply.status == 200 && !tag.empty() && names(form.if_none_match, tag)) {
    reply.status = 304;
    reply.body.clear();
    return reply;
  }
  if (is_packed)
    if (std::string packed = compress(reply.body); !packed.empty()) {
      reply.body = std::move(packed);
      reply.headers.emplace_back("Content-Encoding", "gzip");
    }
  return reply;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "";
  }
}

std::string to_http_date(base::WallTime time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = time.us / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

std::string make_head(int status, const Headers& headers) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " ";
  head += reason_phrase(status);
  head += "\r\n";
  for (const auto& [name, value] : headers) {
    head += name;
    head += ": ";
    for (const char c : value)
      if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) head += c;
    head += "\r\n";
  }
  return head + "\r\n";
}

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace mpegflow::http
