#include "http/asio/listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>

#include "base/log.h"

namespace mpegflow::http {
namespace {

using asio::ip::tcp;
using LocalProtocol = asio::local::stream_protocol;

constexpr base::Micros kPauseAfterTrouble = std::chrono::milliseconds(50);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

std::string address_of(const tcp::socket& socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "" : endpoint.address().to_string();
}

template <class Protocol>
class SocketListener final : public Listener,
                             public std::enable_shared_from_this<SocketListener<Protocol>> {
 public:
  using Socket = typename Protocol::socket;
  using Make = std::function<std::shared_ptr<Connection>(Socket)>;

  SocketListener(std::shared_ptr<Core> core, typename Protocol::acceptor acceptor, Make make,
                 base::Path path = {})
      : core_(std::move(core)),
        acceptor_(std::move(acceptor)),
        pause_(acceptor_.get_executor()),
        make_(std::move(make)),
        path_(std::move(path)) {}

  void start() override {
    asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] { self->accept(); });
  }

  void stop() override {
    asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] {
      error_code ignored;
      self->is_stopped_ = true;
      self->acceptor_.close(ignored);
      self->pause_.cancel();
      if (!self->path_.empty()) unlink(self->path_.c_str());
    });
  }

  std::uint16_t port() const override {
    if constexpr (std::is_same_v<Protocol, tcp>) {
      error_code error;
      const auto endpoint = acceptor_.local_endpoint(error);
      return error ? std::uint16_t{0} : endpoint.port();
    }
    return 0;
  }

 private:
  void accept() {
    if (is_stopped_) return;
    acceptor_.async_accept(asio::make_strand(core_->io),
                           [self = this->shared_from_this()](error_code error, Socket socket) {
                             self->on_accept(error, std::move(socket));
                           });
  }

  void on_accept(error_code error, Socket socket) {
    if (is_stopped_) return;
    if (error) {
      // No file descriptor is left, or the client is gone already: neither ends a server.
      pause_.expires_after(kPauseAfterTrouble);
      pause_.async_wait([self = this->shared_from_this()](error_code) { self->accept(); });
      return;
    }
    if (core_->count() >= core_->limits.connections) {
      error_code ignored;
      socket.non_blocking(true, ignored);
      (void)socket.write_some(asio::buffer(kFull), ignored);
    } else if (const auto connection = make_(std::move(socket))) {
      core_->add(connection);
      connection->start();
    }
    accept();
  }

  std::shared_ptr<Core> core_;
  typename Protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  Make make_;
  base::Path path_;
  bool is_stopped_ = false;
};

base::Error make_listen_error(const std::string& where, const error_code& error) {
  if (error == asio::error::address_in_use)
    return {
        base::ErrorCode::already_running,
        fmt::format("somebody listens at {} already; stop that one or name another place", where)};
  if (error == asio::error::access_denied)
    return {
        base::ErrorCode::invalid_argument,
        fmt::format("this user may not listen at {}; ports below 1024 need a privilege", where)};
  return {base::ErrorCode::invalid_argument,
          fmt::format("listening at {} is not possible: {}", where, error.message())};
}

/// A socket file that refuses connections is left from a server that is gone.
bool is_served(const base::Path& path, asio::io_context& io) {
  LocalProtocol::socket probe(io);
  error_code error;
  probe.connect(LocalProtocol::endpoint(path.native()), error);
  return !error;
}

}  // namespace

base::Result<std::shared_ptr<Listener>> listen_tcp(
    const ListenAt& at, const std::shared_ptr<Core>& core,
    const std::shared_ptr<TlsCertificate>& certificate) {
  const std::string where = fmt::format("{}:{}", at.address, at.port);
  error_code error;
  const auto address = asio::ip::make_address(at.address, error);
  if (error)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("{} is not an address to listen at; write ADDRESS:PORT with a "
                                  "number as address, as in 127.0.0.1:8080",
                                  where));
  tcp::acceptor acceptor(asio::make_strand(core->io));
  const tcp::endpoint endpoint(address, at.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(4096, error);
  if (error) return tl::unexpected(make_listen_error(where, error));
  const auto make = [core, certificate](tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    Peer peer{address_of(socket), false, certificate != nullptr};
    auto transport = certificate ? make_transport(std::move(socket), certificate->present())
                                 : make_transport(std::move(socket));
    return std::make_shared<Connection>(core, std::move(transport), std::move(peer));
  };
  return std::make_shared<SocketListener<tcp>>(core, std::move(acceptor), make);
}

base::Result<std::shared_ptr<Listener>> listen_local(const base::Path& path,
                                                     const std::shared_ptr<Core>& core) {
  if (path.native().size() > 100)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("the path {} is too long for a local socket (100 bytes at most); "
                                  "name another one with --socket",
                                  path.native()));
  if (is_served(path, core->io))
    return base::fail(base::ErrorCode::already_running,
                      fmt::format("a server listens at {} already", path.native()));
  unlink(path.c_str());
  error_code error;
  LocalProtocol::acceptor acceptor(asio::make_strand(core->io));
  acceptor.open(LocalProtocol(), error);
  // Before bind: the file has this mode from its first moment on.
  if (!error && fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR) != 0)
    error = error_code(errno, boost::system::system_category());
  if (!error) acceptor.bind(LocalProtocol::endpoint(path.native()), error);
  if (!error) acceptor.listen(1024, error);
  if (error) return tl::unexpected(make_listen_error(path.native(), error));
  const auto make = [core](LocalProtocol::socket socket) {
    return std::make_shared<Connection>(core, make_transport(std::move(socket)),
                                        Peer{"unix", true, false});
  };
  return std::make_shared<SocketListener<LocalProtocol>>(core, std::move(acceptor), make, path);
}

}  // namespace mpegflow::http
