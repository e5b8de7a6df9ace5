#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

namespace mpegflow::http {

namespace asio = boost::asio;
using boost::system::error_code;

/// A byte stream to one client, so that all above it is ordinary code that no template multiplies.
/// All calls and callbacks on the connection's strand; at most one read and one write at a time.
class Transport {
 public:
  using Done = std::function<void(error_code, std::size_t)>;

  virtual ~Transport() = default;
  virtual void handshake(std::function<void(error_code)> done) = 0;
  virtual void read_some(asio::mutable_buffer into, Done done) = 0;
  /// All of the buffers, which stay where they are until then.
  virtual void write(std::vector<asio::const_buffer> buffers, Done done) = 0;
  /// Tells the other side that nothing more comes.
  virtual void shutdown(std::function<void()> done) = 0;
  /// Ends everything; what is pending is called back with an error.
  virtual void close() = 0;
  virtual asio::any_io_executor executor() = 0;
};

std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_transport(asio::local::stream_protocol::socket socket);
std::unique_ptr<Transport> make_transport(asio::ip::tcp::socket socket,
                                          std::shared_ptr<asio::ssl::context> context);

}  // namespace mpegflow::http
