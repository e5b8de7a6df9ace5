#pragma once

#include <string_view>

namespace mpegflow::retry {

/// The reason behind a complaint of a protocol of the network, or about an address: by who speaks,
/// by the number of HTTP in it and by the words that systems have for errno. For messages that no
/// rule knows; "" if it is not about the network.
std::string_view find_network_reason(std::string_view context, std::string_view text);
/// The same where only the protocol is known that complained, and neither what the network did nor
/// the job is named: the connection is to blame.
std::string_view guess_network_reason(std::string_view context, std::string_view text);
bool is_network_protocol(std::string_view context);

}  // namespace mpegflow::retry
