#include "api/protocol_routes.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/body_files.h"
#include "api/worker_files.h"
#include "base/ids.h"
#include "base/text.h"
#include "protocol/wire/messages.h"

namespace mpegflow::api {
namespace {

namespace wire = protocol::wire;

// A commit names every segment of a film, each with its hash.
constexpr std::int64_t kMostMessage = 64 << 20;
constexpr std::int64_t kMostObject = std::int64_t{1} << 40;
constexpr std::int64_t kMostLog = std::int64_t{1} << 32;
constexpr std::int64_t kMostPieceOfLog = 4 << 20;
// A claim may wait for so long, whatever it asks for.
constexpr base::Micros kLongestWait = std::chrono::seconds(60);
constexpr std::int64_t kMostAtOnce = 64;

http::Reply json(std::string body) {
  return http::Reply(200, {{"Content-Type", "application/json"}}, std::move(body));
}

base::Result<void> check_pools(const http::ServerRequest& request,
                               const std::vector<std::string>& pools) {
  const auto& allowed = request.caller.pools;
  if (allowed.empty()) return {};
  for (const std::string& pool : pools)
    if (std::ranges::find(allowed, pool) == allowed.end())
      return base::fail(base::ErrorCode::forbidden,
                        fmt::format("the key is not for pool {}; it is for {}",
                                    base::to_printable(pool), fmt::join(allowed, ", ")));
  return {};
}

base::Result<void> check_claim(const http::ServerRequest& request,
                               const protocol::ClaimRequest& claim) {
  if (claim.count < 1 || claim.count > kMostAtOnce)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("count: 1 to {}", kMostAtOnce));
  return check_pools(request, claim.pools);
}

base::Result<void> check_next(const http::ServerRequest& request,
                              const std::optional<protocol::ClaimRequest>& next) {
  return next ? check_claim(request, *next) : base::Result<void>();
}

/// "TASK FENCE CLAIM", as a header says it.
base::Result<store::Claim> parse_claim(std::string_view text) {
  const std::vector<std::string> words = base::split(text, ' ');
  store::Claim claim;
  if (words.size() == 3) {
    const auto [end, error] =
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), claim.fence);
    if (error == std::errc() && end == words[1].data() + words[1].size()) {
      claim.task = base::TaskId(words[0]);
      claim.id = base::ClaimId(words[2]);
      return claim;
    }
  }
  return base::fail(base::ErrorCode::invalid_argument,
                    "the header Mpegflow-Claim is to be: TASK FENCE CLAIM");
}

/// Where a transfer that broke goes on.
base::Result<std::int64_t> parse_from(const http::ServerRequest& request) {
  const std::string text = request.find_query("from").value_or("0");
  std::int64_t from = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), from);
  if (error != std::errc() || end != text.data() + text.size())
    return base::fail(base::ErrorCode::invalid_argument, "from: a whole number");
  return from;
}

base::SessionId session_of(const http::ServerRequest& request) {
  return base::SessionId(std::string(request.header("Mpegflow-Session").value_or("")));
}

/// The handlers; shared by the routes.
class ProtocolRoutes : public std::enable_shared_from_this<ProtocolRoutes> {
 public:
  ProtocolRoutes(ProtocolParts& parts, http::Complain complain)
      : parts_(parts), complain_(std::move(complain)) {}

  std::vector<http::Route> make() {
    std::vector<http::Route> routes;
    add(routes, "register", &ProtocolRoutes::register_session);
    add(routes, "heartbeat", &ProtocolRoutes::heartbeat);
    add(routes, "stage", &ProtocolRoutes::stage);
    add(routes, "commit", &ProtocolRoutes::commit);
    add(routes, "report", &ProtocolRoutes::report);
    add(routes, "released", &ProtocolRoutes::released);
    http::Route claim = make_route("POST", "/v1/worker/claim", kMostMessage);
    claim.handle = [self = shared_from_this()](const auto& request, const auto& responder) {
      self->claim(request, responder);
    };
    routes.push_back(std::move(claim));
    http::Route put = make_route("PUT", "/v1/worker/objects/{key...}", kMostObject);
    put.open_sink = [self = shared_from_this()](const auto& request) {
      return self->open_object(request);
    };
    put.handle = answer_with(&ProtocolRoutes::put_object);
    routes.push_back(std::move(put));
    http::Route put_log = make_route("PUT", "/v1/worker/logs/{key...}", kMostLog);
    put_log.open_sink = [self = shared_from_this()](const auto& request) {
      return self->open_log(request);
    };
    put_log.handle = answer_with(&ProtocolRoutes::put_log);
    routes.push_back(std::move(put_log));
    http::Route put_piece = make_route("PUT", "/v1/worker/running-logs", kMostPieceOfLog);
    put_piece.handle = answer_with(&ProtocolRoutes::put_piece_of_log);
    routes.push_back(std::move(put_piece));
    http::Route get = make_route("GET", "/v1/worker/objects/{key...}", 0);
    get.handle = answer_with(&ProtocolRoutes::get_object);
    routes.push_back(std::move(get));
    http::Route input = make_route("GET", "/v1/worker/inputs/{job}/{input}", 0);
    input.handle = answer_with(&ProtocolRoutes::get_input);
    routes.push_back(std::move(input));
    return routes;
  }

 private:
  using Handler = base::Result<http::Reply> (ProtocolRoutes::*)(const http::ServerRequest&);

  static http::Route make_route(std::string method, std::string pattern, std::int64_t max_body) {
    http::Route route;
    route.method = std::move(method);
    route.pattern = std::move(pattern);
    route.scope = "worker";
    route.max_body = max_body;
    return route;
  }

  void add(std::vector<http::Route>& routes, const std::string& call, Handler handler) {
    http::Route route = make_route("POST", "/v1/worker/" + call, kMostMessage);
    route.handle = answer_with(handler);
    routes.push_back(std::move(route));
  }

  std::function<void(http::ServerRequest, std::shared_ptr<http::Responder>)> answer_with(
      Handler handler) {
    return [self = shared_from_this(), handler](const http::ServerRequest& request,
                                                const std::shared_ptr<http::Responder>& responder) {
      auto reply = ((*self).*handler)(request);
      responder->send(reply ? std::move(*reply) : self->complain_(0, reply.error()));
    };
  }

  base::Result<http::Reply> register_session(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message, wire::parse_register_request(request.body));
    RETURN_IF_ERROR(check_pools(request, message.pools));
    ASSIGN_OR_RETURN(const auto answer, parts_.protocol.register_session(message));
    return json(wire::to_text(answer));
  }

  void claim(const http::ServerRequest& request,
             const std::shared_ptr<http::Responder>& responder) {
    auto message = wire::parse_claim_request(request.body);
    const auto allowed = message ? check_claim(request, *message)
                                 : base::Result<void>(tl::unexpected(message.error()));
    if (!allowed) return responder->send(complain_(0, allowed.error()));
    message->wait = std::clamp(message->wait, base::Micros(0), kLongestWait);
    const auto ticket =
        parts_.desk.ask(std::move(*message), [responder, complain = complain_](auto given) {
          responder->send(given ? json(wire::to_text(wire::Assignments{std::move(*given)}))
                                : complain(0, given.error()));
        });
    responder->on_end([&desk = parts_.desk, ticket, weak = std::weak_ptr(responder)](auto end) {
      desk.withdraw(ticket);
      if (end != http::RequestEnd::draining) return;
      if (const auto waiting = weak.lock()) waiting->send(json(wire::to_text(wire::Assignments{})));
    });
  }

  base::Result<http::Reply> heartbeat(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message,
                     wire::parse_heartbeat_request(request.body, parts_.clock.steady()));
    ASSIGN_OR_RETURN(auto answer, parts_.protocol.heartbeat(message));
    for (const protocol::TaskProgress& progress : message.progress)
      if (is_running(message, progress)) parts_.board.publish(progress);
    answer.must_drain = parts_.drains.is_asked(message.session.value);
    answer.wanted_logs = parts_.running_logs.list_wanted(message.running);
    return json(wire::to_text(answer));
  }

  /// Progress of what it does not hold is nobody's business.
  static bool is_running(const protocol::HeartbeatRequest& message,
                         const protocol::TaskProgress& progress) {
    return std::ranges::any_of(message.running, [&](const auto& running) {
      return running.claim.task == progress.task && running.claim.fence == progress.fence;
    });
  }

  base::Result<http::Reply> stage(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message, wire::parse_stage_request(request.body));
    RETURN_IF_ERROR(parts_.protocol.stage(message));
    return json(wire::to_text(wire::Nothing{}));
  }

  base::Result<http::Reply> commit(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message, wire::parse_commit_request(request.body));
    RETURN_IF_ERROR(check_next(request, message.next));
    return settle(message.claim, parts_.protocol.commit(message));
  }

  base::Result<http::Reply> report(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message, wire::parse_report_request(request.body));
    RETURN_IF_ERROR(check_next(request, message.next));
    return settle(message.claim, parts_.protocol.report(message));
  }

  base::Result<http::Reply> released(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const auto message, wire::parse_release_request(request.body));
    return settle(message.claim, parts_.protocol.released(message));
  }

  base::Result<http::Reply> settle(const store::Claim& claim,
                                   base::Result<protocol::TaskAnswer> answer) {
    if (!answer) return tl::unexpected(answer.error());
    parts_.board.remove(claim.task);
    parts_.running_logs.forget(claim);
    return json(wire::to_text(*answer));
  }

  base::Result<std::unique_ptr<http::BodySink>> open_incoming() {
    RETURN_IF_ERROR(base::make_directories(parts_.incoming));
    ASSIGN_OR_RETURN(auto sink,
                     FileSink::open(parts_.incoming / fmt::format("{}.part", ++incoming_)));
    return std::unique_ptr<http::BodySink>(std::move(sink));
  }

  base::Result<std::unique_ptr<http::BodySink>> open_object(const http::ServerRequest& request) {
    RETURN_IF_ERROR(find_expected_output(parts_.store, request.parameter("key")));
    return open_incoming();
  }

  /// Looked at once more: the claim may have been lost while the bytes came.
  base::Result<http::Reply> put_object(const http::ServerRequest& request) {
    const auto& sink = static_cast<const FileSink&>(*request.sink);
    const std::string key = request.parameter("key");
    ASSIGN_OR_RETURN(const store::OutputRow row, find_expected_output(parts_.store, key));
    if (sink.size() != row.size || sink.sha256() != row.sha256)
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("{} is to be {} bytes with sha256 {}; {} bytes with {} came",
                                    key, row.size, row.sha256, sink.size(), sink.sha256()));
    RETURN_IF_ERROR(parts_.objects.put_file(key, sink.path()));
    return json("{}");
  }

  base::Result<store::Claim> claim_of(const http::ServerRequest& request) {
    return parse_claim(request.header("Mpegflow-Claim").value_or(""));
  }

  base::Result<std::unique_ptr<http::BodySink>> open_log(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const store::Claim claim, claim_of(request));
    RETURN_IF_ERROR(check_log(parts_.store, request.parameter("key"), claim));
    return open_incoming();
  }

  base::Result<http::Reply> put_log(const http::ServerRequest& request) {
    const auto& sink = static_cast<const FileSink&>(*request.sink);
    RETURN_IF_ERROR(parts_.logs.put_file(request.parameter("key"), sink.path()));
    return json("{}");
  }

  base::Result<http::Reply> put_piece_of_log(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const store::Claim claim, claim_of(request));
    RETURN_IF_ERROR(check_runs(parts_.store, claim));
    ASSIGN_OR_RETURN(const std::int64_t from, parse_from(request));
    ASSIGN_OR_RETURN(const std::int64_t next,
                     parts_.running_logs.append(claim, from, request.body));
    return json(fmt::format(R"({{"from":{}}})", next));
  }

  static base::Result<http::Reply> send_file(std::shared_ptr<FileSource> source) {
    http::Reply reply(200, {{"Content-Type", "application/octet-stream"}});
    reply.length = source->length();
    reply.source = std::move(source);
    return reply;
  }

  base::Result<http::Reply> get_object(const http::ServerRequest& request) {
    const std::string key = request.parameter("key");
    RETURN_IF_ERROR(find_readable_output(parts_.store, session_of(request), key));
    RETURN_IF_ERROR(base::make_directories(parts_.incoming));
    const base::Path view = parts_.incoming / fmt::format("{}.view", ++incoming_);
    RETURN_IF_ERROR(parts_.objects.get_file(key, view));
    const auto from = parse_from(request);
    auto source = from ? FileSource::open(view, *from)
                       : base::Result<std::shared_ptr<FileSource>>(tl::unexpected(from.error()));
    std::error_code ignored;
    std::filesystem::remove(view, ignored);  // what is open stays readable
    if (!source) return tl::unexpected(source.error());
    return send_file(std::move(*source));
  }

  base::Result<http::Reply> get_input(const http::ServerRequest& request) {
    ASSIGN_OR_RETURN(const ReadableInput input,
                     find_readable_input(parts_.store, session_of(request),
                                         base::JobId(request.parameter("job")),
                                         request.parameter("input"), parts_.input_roots));
    ASSIGN_OR_RETURN(const std::int64_t from, parse_from(request));
    ASSIGN_OR_RETURN(auto source, FileSource::open(input.path, from,
                                                   [input] { return check_unchanged(input); }));
    return send_file(std::move(source));
  }

  ProtocolParts& parts_;
  const http::Complain complain_;
  std::atomic<std::uint64_t> incoming_ = 0;
};

}  // namespace

std::vector<http::Route> make_protocol_routes(ProtocolParts& parts, http::Complain complain) {
  return std::make_shared<ProtocolRoutes>(parts, std::move(complain))->make();
}

}  // namespace mpegflow::api
