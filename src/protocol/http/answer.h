#pragma once

#include "base/result.h"
#include "http/client.h"

namespace mpegflow::protocol {

/// What a server of ours means by an answer that is not 2xx: the error of its problem document
/// (RFC 9457, with our code); store_failed for what may pass (429, 5xx, whoever says it), and
/// invalid_argument where nothing says more.
base::Error read_refusal(const http::Response& response);

/// What an attempt ends with that cannot go on without an answer and has waited long enough: an
/// ordinary failure of the attempt, not of the worker.
base::Error give_up_on(const base::Error& error);

/// That no answer came, said as store_failed. An interruption stays one.
base::Error to_unreachable(const base::Error& error, const std::string& server);

}  // namespace mpegflow::protocol
