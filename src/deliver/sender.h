#pragma once

#include <functional>

#include "base/ids.h"
#include "http/client.h"
#include "store/store.h"

namespace mpegflow::deliver {

struct SenderOptions {
  std::int64_t count = 4;                          ///< taken at once
  base::Micros timeout{std::chrono::seconds(10)};  ///< of each
  base::Micros lease{std::chrono::minutes(2)};     ///< longer than all taken can take
};

/// Tells those who are to be told what is in the outbox: by a POST, or by a command that gets the
/// body on its standard input. What is acknowledged (2xx, exit 0) is done; the rest is due again
/// later. A death between the sending and the mark sends it twice, with the same id: the header
/// Mpegflow-Delivery, or MPEGFLOW_DELIVERY in the environment of the command. One thread.
class Sender {
 public:
  Sender(store::Store& store, http::Client& client, base::Entropy& entropy,
         SenderOptions options = {})
      : store_(store), client_(client), entropy_(entropy), options_(options) {}

  /// Sends what is due until nothing is, or `must_stop`. Gives when the next is due, nullopt if
  /// nothing waits.
  base::Result<std::optional<base::WallTime>> run_once(const std::function<bool()>& must_stop);

 private:
  base::Result<void> send(const store::DeliveryRow& delivery);

  store::Store& store_;
  http::Client& client_;
  base::Entropy& entropy_;
  SenderOptions options_;
};

}  // namespace mpegflow::deliver
