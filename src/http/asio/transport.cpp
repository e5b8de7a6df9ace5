#include "http/asio/transport.h"

#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace mpegflow::http {
namespace {

template <class Socket>
class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  void handshake(std::function<void(error_code)> done) override { done({}); }
  void read_some(asio::mutable_buffer into, Done done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write(std::vector<asio::const_buffer> buffers, Done done) override {
    asio::async_write(socket_, std::move(buffers), std::move(done));
  }
  void shutdown(std::function<void()> done) override {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    done();
  }
  void close() override {
    error_code ignored;
    socket_.close(ignored);
  }
  asio::any_io_executor executor() override { return socket_.get_executor(); }

 private:
  Socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  void handshake(std::function<void(error_code)> done) override {
    stream_.async_handshake(asio::ssl::stream_base::server, std::move(done));
  }
  void read_some(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write(std::vector<asio::const_buffer> buffers, Done done) override {
    asio::async_write(stream_, buffers, std::move(done));
  }
  void shutdown(std::function<void()> done) override {
    stream_.async_shutdown([this, done = std::move(done)](error_code) {
      error_code ignored;
      stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
      done();
    });
  }
  void close() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }
  asio::any_io_executor executor() override { return stream_.get_executor(); }

 private:
  std::shared_ptr<asio::ssl::context> context_;  ///< the one it began with, whatever came after
  asio::ssl::stream<asio::ip::tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket) {
  return std::make_unique<PlainTransport<asio::ip::tcp::socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(asio::local::stream_protocol::socket socket) {
  return std::make_unique<PlainTransport<asio::local::stream_protocol::socket>>(std::move(socket));
}

std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket,
                                          std::shared_ptr<asio::ssl::context> context) {
  return std::make_unique<TlsTransport>(std::move(socket), std::move(context));
}

}  // namespace mpegflow::http
