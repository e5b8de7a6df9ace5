#include "http/asio/connection.h"

#include <algorithm>
#include <exception>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "http/asio/answer.h"

namespace mpegflow::http {
namespace {

constexpr std::size_t kHeadPiece = 2 * 1024;
constexpr std::size_t kBodyPiece = 64 * 1024;
constexpr std::size_t kMostKept = 2 * kHeadPiece;  ///< room, between two requests
constexpr std::size_t kWritePiece = 256 * 1024;
// What a client may send ahead while it waits for an answer.
constexpr std::size_t kMostAhead = 64 * 1024;
// So that the last answer arrives although the rest of the request was never read.
constexpr base::Micros kLinger = std::chrono::seconds(2);
constexpr std::size_t kMostLingered = 4 << 20;
constexpr std::string_view kTooManyWait = "too many requests wait already";

/// A bug in a service must not take the server with it; false: there was one.
template <class Call>
bool guarded(const std::string& request, const Call& call) {
  try {
    call();
    return true;
  } catch (const base::InvariantViolation& violation) {
    base::log(base::LogLevel::error, "bug", {{"request", request}, {"what", violation.what}});
  } catch (const std::exception& exception) {
    base::log(base::LogLevel::error, "bug", {{"request", request}, {"what", exception.what()}});
  }
  return false;
}

std::string say_most(std::int64_t max_body) {
  return fmt::format("the body may have {} bytes", max_body);
}

/// With the end of its body.
void give_to(Service& service, ServerRequest request, const std::string& rest,
             std::shared_ptr<Responder> responder) {
  if (!request.sink) {
    request.body += rest;
    return service.handle(std::move(request), std::move(responder));
  }
  auto finished = request.sink->write(rest);
  if (finished) finished = request.sink->finish();
  if (finished) return service.handle(std::move(request), std::move(responder));
  const int status = finished.error().code == base::ErrorCode::disk_full ? 507 : 500;
  responder->send(service.refuse(status, finished.error().message));
}

}  // namespace

Connection::Connection(std::shared_ptr<Core> core, std::unique_ptr<Transport> transport, Peer peer)
    : core_(std::move(core)),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      reader_(core_->limits.header_bytes) {}

void Connection::post(std::function<void()> call) {
  asio::post(transport_->executor(), [self = shared_from_this(), call = std::move(call)] {
    if (!self->is_closed_) call();
  });
}

void Connection::start() {
  post([this] {
    deadline_ = std::make_shared<Deadline>(transport_->executor(), [this] { on_deadline(); });
    deadline_->arm(core_->limits.handshake);
    transport_->handshake([self = shared_from_this()](error_code error) {
      if (self->is_closed_) return;
      if (error) self->close();
      else self->await_request();
    });
  });
}

void Connection::drain() {
  post([this] {
    if (state_ == State::handshake || (state_ == State::head && !has_begun_ && in_.empty()))
      return close();
    if (state_ == State::answering || state_ == State::streaming) end_request(RequestEnd::draining);
  });
}

void Connection::abort() {
  post([this] { close(); });
}

void Connection::post_reply(std::uint64_t request, Reply finished) {
  const auto kept = std::make_shared<Reply>(std::move(finished));
  post([this, request, kept] {
    if (request == number_ && state_ == State::answering) write_reply(std::move(*kept));
  });
}

void Connection::post_stream(std::uint64_t request, Reply head,
                             std::shared_ptr<StreamQueue> queue) {
  const auto kept = std::make_shared<Reply>(std::move(head));
  post([this, request, kept, queue = std::move(queue)] {
    if (request == number_ && state_ == State::answering) begin_stream(*kept, queue);
    else queue->kill();
  });
}

void Connection::post_pump() {
  post([this] { pump(); });
}

// ---- reading ----------------------------------------------------------------------------------

void Connection::await_request() {
  state_ = State::head;
  reader_.restart();
  request_.reset();
  notice_.reset();
  has_begun_ = !in_.empty();
  // A worker says what it has once, and waits for tasks on the same connection from then on.
  if (in_.capacity() > kMostKept) in_.shrink_to_fit();
  if (core_->is_draining && in_.empty()) return linger();
  deadline_->arm(has_begun_ ? core_->limits.head : core_->limits.idle);
  advance();
}

void Connection::advance() {
  switch (reader_.feed(in_)) {
    case RequestReader::Step::need_more: return read_more();
    case RequestReader::Step::head: return admit();
    case RequestReader::Step::body: return take_body();
    case RequestReader::Step::done: return finish_body();
    case RequestReader::Step::failed: return refuse(reader_.status(), reader_.why());
  }
}

void Connection::read_more() {
  if (is_reading_) return;
  is_reading_ = true;
  buffer_.resize(state_ == State::body ? kBodyPiece : kHeadPiece);
  if (state_ != State::body) buffer_.shrink_to_fit();
  transport_->read_some(asio::buffer(buffer_),
                        [self = shared_from_this()](error_code error, std::size_t size) {
                          self->is_reading_ = false;
                          if (self->is_closed_) return;
                          if (error) return self->on_read_end(error);
                          self->in_.append(self->buffer_, 0, size);
                          self->on_bytes();
                        });
}

void Connection::on_bytes() {
  switch (state_) {
    case State::head:
      if (!has_begun_) deadline_->arm(core_->limits.head);
      has_begun_ = true;
      return advance();
    case State::body: return advance();
    case State::closing:
      lingered_ += in_.size();
      in_.clear();
      return lingered_ > kMostLingered ? close() : read_more();
    case State::answering:
    case State::streaming:
      if (in_.size() < kMostAhead) read_more();  // only to hear of a hang-up
      return;
    case State::handshake:
    case State::admitting:
    case State::writing: return;
  }
}

void Connection::on_read_end(error_code error) {
  // A client that has nothing more to say may still listen.
  if (state_ == State::answering && error == asio::error::eof) {
    must_close_ = true;
    return end_request(RequestEnd::gone);
  }
  if (state_ == State::writing && error == asio::error::eof) {
    must_close_ = true;
    return;
  }
  close();
}

void Connection::on_deadline() {
  if (is_closed_) return;
  if (state_ == State::body || (state_ == State::head && has_begun_))
    return refuse(408, "the request took too long to arrive");
  close();
}

// ---- a request --------------------------------------------------------------------------------

void Connection::admit() {
  state_ = State::admitting;
  deadline_->disarm();
  ++number_;
  const RequestHead& head = reader_.head();
  request_ = std::make_shared<ServerRequest>();
  {
    const std::scoped_lock lock(core_->entropy_mutex);
    request_id_ = base::make_id(core_->clock.now().us, core_->entropy);
  }
  request_->id = request_id_;
  request_->method = head.method;
  request_->target = head.target;
  request_->headers = head.headers;
  request_->peer = peer_.address;
  request_->is_local_socket = peer_.is_local_socket;
  request_->is_encrypted = peer_.is_encrypted;
  notice_ = std::make_shared<EndNotice>();
  if (has_whole_body()) return serve_whole();
  const bool was_taken = core_->calls.try_post([self = shared_from_this(), request = request_] {
    const auto admission = std::make_shared<Admission>();
    Service& service = self->core_->service;
    const bool is_done = guarded(request->id, [&] { *admission = service.admit(*request); });
    if (!is_done) admission->refusal = service.refuse(500, "a bug of ours");
    self->post([self = self.get(), admission] { self->on_admitted(std::move(*admission)); });
  });
  if (!was_taken) refuse(503, kTooManyWait);
}

/// As of most requests: one way to the pool and back serves for it.
bool Connection::has_whole_body() const {
  const RequestHead& head = reader_.head();
  return !head.has_body ||
         (head.content_length && *head.content_length <= std::min(in_.size(), kMostAhead));
}

void Connection::serve_whole() {
  if (reader_.head().has_body && reader_.feed(in_) == RequestReader::Step::failed)
    return refuse(reader_.status(), reader_.why());
  std::string body = reader_.take_body();
  request_->body_size = std::ssize(body);
  state_ = State::answering;
  auto responder = make_responder();
  const bool was_taken =
      core_->calls.try_post([core = core_, request = std::move(request_), body = std::move(body),
                             responder = std::move(responder)]() mutable {
        guarded(request->id, [&] {
          Admission admission = core->service.admit(*request);
          if (admission.refusal) return responder->send(std::move(*admission.refusal));
          if (std::ssize(body) > admission.max_body)
            return responder->send(core->service.refuse(413, say_most(admission.max_body)));
          request->sink = std::move(admission.sink);
          give_to(core->service, std::move(*request), body, responder);
        });
      });
  if (!was_taken) return refuse(503, kTooManyWait);
  await_end();
}

void Connection::on_admitted(Admission admission) {
  const RequestHead& head = reader_.head();
  if (admission.refusal) {
    must_close_ = true;
    state_ = State::answering;
    return write_reply(finish_reply(std::move(*admission.refusal), find_form(*request_)));
  }
  if (head.content_length && *head.content_length > static_cast<std::uint64_t>(admission.max_body))
    return refuse(413, say_most(admission.max_body));
  reader_.limit_body(admission.max_body);
  request_->sink = std::move(admission.sink);
  state_ = State::body;
  body_began_ = core_->clock.steady();
  deadline_->arm(core_->limits.body);
  if (!head.expects_continue || !in_.empty()) return advance();
  out_ = "HTTP/1.1 100 Continue\r\n\r\n";
  write_buffers({asio::buffer(out_)}, [this] { advance(); });
}

void Connection::take_body() {
  std::string bytes = reader_.take_body();
  request_->body_size += static_cast<std::int64_t>(bytes.size());
  // Slower than this is a client that only holds on to us.
  const base::Micros earned =
      std::chrono::seconds(request_->body_size / core_->limits.least_bytes_per_second);
  const base::Micros spent = core_->clock.steady() - body_began_;
  deadline_->arm(std::max(base::Micros(0), core_->limits.body + earned - spent));
  if (!request_->sink) {
    request_->body += bytes;
    return advance();
  }
  core_->calls.post([self = shared_from_this(), request = request_, bytes = std::move(bytes)] {
    base::Result<void> written = base::fail(base::ErrorCode::internal, "the sink threw");
    guarded(request->id, [&] { written = request->sink->write(bytes); });
    self->post([self = self.get(), written] { self->on_sink(written); });
  });
}

void Connection::on_sink(const base::Result<void>& written) {
  if (state_ != State::body) return;  // it was given up meanwhile
  if (written) return advance();
  refuse(written.error().code == base::ErrorCode::disk_full ? 507 : 500, written.error().message);
}

void Connection::finish_body() {
  std::string rest = reader_.take_body();
  request_->body_size += static_cast<std::int64_t>(rest.size());
  state_ = State::answering;
  deadline_->disarm();
  auto responder = make_responder();
  core_->calls.post([core = core_, request = std::move(request_), rest = std::move(rest),
                     responder = std::move(responder)]() mutable {
    guarded(request->id, [&] { give_to(core->service, std::move(*request), rest, responder); });
  });
  await_end();
}

std::shared_ptr<Responder> Connection::make_responder() {
  return std::make_shared<AsioResponder>(shared_from_this(), core_, number_, find_form(*request_),
                                         notice_);
}

/// The service has the request.
void Connection::await_end() {
  if (core_->is_draining) end_request(RequestEnd::draining);
  if (in_.size() < kMostAhead) read_more();
}

void Connection::refuse(int status, std::string_view why) {
  must_close_ = true;
  if (is_busy_ || state_ == State::writing) return close();
  Reply reply = core_->service.refuse(status, why);
  if ((status == 503 || status == 429) && !find_header(reply.headers, "Retry-After"))
    reply.headers.emplace_back("Retry-After", "1");
  state_ = State::answering;
  write_reply(finish_reply(std::move(reply), {}));
}

// ---- its answer -------------------------------------------------------------------------------

bool Connection::keeps_alive() const {
  return !must_close_ && !core_->is_draining && reader_.head().keeps_alive;
}

Headers Connection::make_headers(const Reply& reply, bool is_chunked) const {
  Headers headers = reply.headers;
  headers.emplace_back("Date", to_http_date(core_->clock.now()));
  if (!request_id_.empty()) headers.emplace_back("X-Request-Id", request_id_);
  if (is_chunked) headers.emplace_back("Transfer-Encoding", "chunked");
  if (!keeps_alive()) headers.emplace_back("Connection", "close");
  else if (reader_.head().is_http_1_0) headers.emplace_back("Connection", "keep-alive");
  return headers;
}

void Connection::write_reply(Reply reply) {
  state_ = State::writing;
  if (notice_) notice_->close();
  reply_ = std::move(reply);
  sent_ = 0;
  const bool is_head = reader_.head().method == "HEAD";
  is_without_body_ = is_head || !has_body(reply_.status);
  const bool has_length = !reply_.source || reply_.length;
  is_chunked_ = !has_length && !reader_.head().is_http_1_0;
  if (!has_length && !is_chunked_) must_close_ = true;
  left_ = reply_.length.value_or(0);
  if (has_length && has_body(reply_.status))
    reply_.headers.emplace_back("Content-Length",
                                std::to_string(reply_.source ? left_ : std::ssize(reply_.body)));
  out_ = make_head(reply_.status, make_headers(reply_, is_chunked_));
  if (is_without_body_ || reply_.source) {
    write_buffers({asio::buffer(out_)}, [this] { write_next(); });
    return;
  }
  sent_ = std::min(reply_.body.size(), kWritePiece);
  write_buffers({asio::buffer(out_), asio::buffer(reply_.body.data(), sent_)},
                [this] { write_next(); });
}

void Connection::write_next() {
  if (is_without_body_) return finish_answer();
  if (reply_.source) return read_source();
  if (sent_ >= reply_.body.size()) return finish_answer();
  const std::size_t piece = std::min(reply_.body.size() - sent_, kWritePiece);
  const char* from = reply_.body.data() + sent_;
  sent_ += piece;
  write_buffers({asio::buffer(from, piece)}, [this] { write_next(); });
}

void Connection::read_source() {
  if (reply_.length && left_ == 0) return finish_answer();
  deadline_->disarm();
  const std::size_t most =
      reply_.length ? std::min(static_cast<std::size_t>(left_), kWritePiece) : kWritePiece;
  core_->calls.post([self = shared_from_this(), source = reply_.source, most] {
    const auto piece = std::make_shared<base::Result<std::string>>(
        base::fail(base::ErrorCode::internal, "the source threw"));
    guarded(self->request_id_, [&] { *piece = source->read(most); });
    self->post([self = self.get(), piece] { self->on_piece(std::move(*piece)); });
  });
}

void Connection::on_piece(base::Result<std::string> piece) {
  // The head is out already: a cut connection is the only way left to say that it is not whole.
  if (!piece || (piece->empty() && reply_.length)) return close();
  reply_.body = std::move(*piece);
  left_ -= std::ssize(reply_.body);
  if (!is_chunked_)
    return reply_.body.empty()
               ? finish_answer()
               : write_buffers({asio::buffer(reply_.body)}, [this] { write_next(); });
  const bool is_last = reply_.body.empty();
  out_ = fmt::format("{:x}\r\n", reply_.body.size());
  reply_.body += "\r\n";
  write_buffers({asio::buffer(out_), asio::buffer(reply_.body)},
                [this, is_last] { is_last ? finish_answer() : write_next(); });
}

void Connection::begin_stream(const Reply& head, std::shared_ptr<StreamQueue> queue) {
  state_ = State::streaming;
  queue_ = std::move(queue);
  is_chunked_ = !reader_.head().is_http_1_0;
  if (!is_chunked_) must_close_ = true;
  if (reader_.head().method == "HEAD") queue_->kill();
  is_without_body_ = reader_.head().method == "HEAD";
  out_ = make_head(head.status, make_headers(head, is_chunked_));
  write_buffers({asio::buffer(out_)}, [this] { is_without_body_ ? finish_answer() : pump(); });
  if (in_.size() < kMostAhead) read_more();
}

void Connection::pump() {
  if (state_ != State::streaming || is_busy_) return;
  StreamQueue::Taken taken = queue_->take();
  if (taken.bytes.empty() && !taken.is_last) return;
  out_ = std::move(taken.bytes);
  if (is_chunked_ && !out_.empty()) out_ = fmt::format("{:x}\r\n{}\r\n", out_.size(), out_);
  if (is_chunked_ && taken.is_last) out_ += "0\r\n\r\n";
  write_buffers({asio::buffer(out_)}, [this, is_last = taken.is_last] {
    deadline_->disarm();
    is_last ? finish_answer() : pump();
  });
}

void Connection::write_buffers(std::vector<asio::const_buffer> buffers,
                               std::function<void()> then) {
  if (state_ != State::body) deadline_->arm(core_->limits.write);
  is_busy_ = true;
  transport_->write(std::move(buffers), [self = shared_from_this(), then = std::move(then)](
                                            error_code error, std::size_t) {
    self->is_busy_ = false;
    if (self->is_closed_) return;
    if (error) self->close();
    else then();
  });
}

void Connection::finish_answer() {
  if (notice_) notice_->close();
  if (queue_) queue_->kill();
  queue_.reset();
  reply_ = Reply();
  out_.clear();
  out_.shrink_to_fit();
  keeps_alive() ? await_request() : linger();
}

void Connection::linger() {
  state_ = State::closing;
  in_.clear();
  deadline_->arm(kLinger);
  transport_->shutdown([self = shared_from_this()] {
    if (!self->is_closed_) self->read_more();
  });
}

void Connection::end_request(RequestEnd how) {
  if (!notice_) return;
  if (auto call = notice_->end(how)) core_->calls.post(std::move(call));
}

void Connection::close() {
  if (is_closed_) return;
  const auto self = shared_from_this();
  is_closed_ = true;
  end_request(RequestEnd::gone);
  if (queue_) queue_->kill();
  if (deadline_) deadline_->end();
  transport_->close();
  core_->remove(this);
}

}  // namespace mpegflow::http
