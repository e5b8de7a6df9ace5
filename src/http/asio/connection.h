#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "http/asio/core.h"
#include "http/asio/deadline.h"
#include "http/asio/end_notice.h"
#include "http/asio/request_reader.h"
#include "http/asio/transport.h"
#include "http/finish_reply.h"

namespace mpegflow::http {

struct Peer {
  std::string address;
  bool is_local_socket = false;
  bool is_encrypted = false;
};

class StreamQueue;

/// One client: its requests, one after the other, and their answers. All members on the
/// connection's strand, but those that say otherwise.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Core> core, std::unique_ptr<Transport> transport, Peer peer);

  void start();  ///< any thread
  void drain();  ///< any thread
  void abort();  ///< any thread

  /// The answer to the request of that number; dropped if it has one. Any thread.
  void post_reply(std::uint64_t request, Reply finished);
  void post_stream(std::uint64_t request, Reply head, std::shared_ptr<StreamQueue> queue);
  void post_pump();  ///< the stream has news

 private:
  enum class State { handshake, head, admitting, body, answering, writing, streaming, closing };

  void await_request();
  void advance();
  void read_more();
  void on_bytes();
  void on_read_end(error_code error);
  void on_deadline();

  void admit();
  bool has_whole_body() const;
  void serve_whole();
  void on_admitted(Admission admission);
  void take_body();
  void on_sink(const base::Result<void>& written);
  void finish_body();
  void await_end();
  std::shared_ptr<Responder> make_responder();

  void refuse(int status, std::string_view why);
  void write_reply(Reply reply);
  void write_next();
  void read_source();
  void on_piece(base::Result<std::string> piece);
  void begin_stream(const Reply& head, std::shared_ptr<StreamQueue> queue);
  void pump();
  void write_buffers(std::vector<asio::const_buffer> buffers, std::function<void()> then);
  void finish_answer();
  void linger();
  void end_request(RequestEnd how);
  void close();

  Headers make_headers(const Reply& reply, bool is_chunked) const;
  bool keeps_alive() const;
  void post(std::function<void()> call);

  std::shared_ptr<Core> core_;
  std::unique_ptr<Transport> transport_;
  Peer peer_;
  std::shared_ptr<Deadline> deadline_;
  RequestReader reader_;
  State state_ = State::handshake;
  std::string in_;      ///< bytes not taken apart yet
  std::string buffer_;  ///< being read into
  bool is_reading_ = false;
  bool has_begun_ = false;  ///< a byte of this request is here
  bool must_close_ = false;
  bool is_closed_ = false;
  std::size_t lingered_ = 0;

  std::uint64_t number_ = 0;  ///< of the request
  std::shared_ptr<ServerRequest> request_;
  std::string request_id_;
  std::shared_ptr<EndNotice> notice_;
  base::SteadyTime body_began_;

  Reply reply_;
  std::string out_;  ///< being written, before the body
  std::size_t sent_ = 0;
  std::int64_t left_ = 0;  ///< of a source with a length
  bool is_chunked_ = false;
  bool is_without_body_ = false;
  bool is_busy_ = false;  ///< a write is under way
  std::shared_ptr<StreamQueue> queue_;
};

}  // namespace mpegflow::http
