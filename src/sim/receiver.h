#pragma once

#include <map>
#include <optional>
#include <string>

#include "http/client.h"
#include "sim/context.h"

namespace mpegflow::sim {

/// Those whom deliveries are for, behind one bad line: a message may get lost on the way there or
/// its answer on the way back, and for hours they may refuse everything.
class Receiver final : public http::Client {
 public:
  explicit Receiver(Context& context) : context_(context) {}

  base::Result<http::Response> send(const http::Request& request) override;

  bool has_heard(const std::string& delivery, const std::string& body) const;
  /// One id came with two bodies: whoever knows deliveries by their ids has missed one.
  const std::optional<std::string>& confusion() const { return confusion_; }

 private:
  Context& context_;
  base::SteadyTime away_until_;
  std::map<std::string, std::string> heard_;  ///< body by delivery
  std::optional<std::string> confusion_;
};

}  // namespace mpegflow::sim
