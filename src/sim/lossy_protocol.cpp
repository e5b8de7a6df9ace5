#include "sim/lossy_protocol.h"

#include "sim/invariants.h"

namespace mpegflow::sim {

template <class T>
void LossyProtocol::send_later(const std::string& what, base::Micros delay,
                               const Deliver<T>& deliver) {
  network_.send_later(
      {context_.clock.steady() + delay, what, [this, what, server = server_, deliver] {
         context_.note("late {} arrives", what);
         (void)reach(what, server, deliver);
       }});
}

/// The server has the message; whether it lives to answer is another matter.
template <class T>
base::Result<T> LossyProtocol::reach(const std::string& what, std::size_t server,
                                     const Deliver<T>& deliver) {
  Server& one = *servers_[server];
  if (!one.is_up()) return no_answer();
  if (context_.clock.steady() < one.paused_until) {
    send_later(what, one.paused_until - context_.clock.steady(), deliver);
    return no_answer();
  }
  base::Result<T> answer = deliver(one.protocol());
  if (!one.is_up()) return no_answer();
  return answer;
}

template <class T>
base::Result<T> LossyProtocol::send(const std::string& what, const Deliver<T>& deliver) {
  const base::SteadyTime now = context_.clock.steady();
  if (auto cut = context_.strikes(Fault::partition)) {
    auto& until = cut->chance(0.5) ? requests_cut_until_ : replies_cut_until_;
    until = now + context_.scale.session_ttl * cut->between(1, 40) / 10;
  }
  if (now < requests_cut_until_ || context_.strikes(Fault::lost_request)) return no_answer();
  const auto draw_delay = [](Random& details) -> base::Micros {
    return std::chrono::milliseconds(details.between(1, 600'000));
  };
  if (auto delay = context_.strikes(Fault::delay)) {
    send_later(what, draw_delay(*delay), deliver);
    return no_answer();
  }
  base::Result<T> answer = reach(what, server_, deliver);
  if (auto again = context_.strikes(Fault::duplicate)) {
    if (again->chance(0.5)) send_later(what, draw_delay(*again), deliver);
    else answer = reach(what, server_, deliver);
  }
  if (now < replies_cut_until_ || context_.strikes(Fault::lost_reply)) return no_answer();
  return answer;
}

template <class T>
base::Result<T> LossyProtocol::pass(const std::string& what, const Deliver<T>& deliver) {
  if (context_.dies("before " + what)) return died();
  base::Result<T> answer = send(what, deliver);
  if (context_.dies("after " + what)) return died();
  const bool is_unheard = !answer && is_no_answer(answer.error());
  if (is_unheard && context_.random.chance(0.5)) server_ = (server_ + 1) % servers_.size();
  return answer;
}

base::Result<protocol::RegisterAnswer> LossyProtocol::register_session(
    const protocol::RegisterRequest& request) {
  return pass<protocol::RegisterAnswer>(
      "register", [this, request](protocol::WorkerProtocol& server) {
        auto answer = server.register_session(request);
        invariants_.saw("register", answer.has_value() ? nullptr : &answer.error());
        return answer;
      });
}

base::Result<std::vector<protocol::Assignment>> LossyProtocol::claim(
    const protocol::ClaimRequest& request) {
  return pass<std::vector<protocol::Assignment>>(
      "claim", [this, request](protocol::WorkerProtocol& server) {
        auto answer = server.claim(request);
        invariants_.saw_session(request.session, answer.has_value());
        invariants_.saw("claim", answer.has_value() ? nullptr : &answer.error());
        return answer;
      });
}

base::Result<protocol::HeartbeatAnswer> LossyProtocol::heartbeat(
    const protocol::HeartbeatRequest& request) {
  return pass<protocol::HeartbeatAnswer>("heartbeat",
                                         [this, request](protocol::WorkerProtocol& server) {
                                           auto answer = server.heartbeat(request);
                                           invariants_.saw_heartbeat(request, answer);
                                           return answer;
                                         });
}

base::Result<void> LossyProtocol::stage(const protocol::StageRequest& request) {
  return pass<void>("stage", [this, request](protocol::WorkerProtocol& server) {
    auto answer = server.stage(request);
    invariants_.saw_stage(request, answer);
    return answer;
  });
}

base::Result<protocol::TaskAnswer> LossyProtocol::commit(const protocol::CommitRequest& request) {
  return pass<protocol::TaskAnswer>("commit", [this, request](protocol::WorkerProtocol& server) {
    auto answer = server.commit(request);
    // What a probe found may make a failure of it.
    const char* what = request.inputs.empty() ? "commit" : "probe commit";
    invariants_.saw_end(what, request.request, request.claim, answer);
    return answer;
  });
}

base::Result<protocol::TaskAnswer> LossyProtocol::report(const protocol::ReportRequest& request) {
  return pass<protocol::TaskAnswer>("report", [this, request](protocol::WorkerProtocol& server) {
    auto answer = server.report(request);
    invariants_.saw_end("report", request.request, request.claim, answer);
    return answer;
  });
}

base::Result<protocol::TaskAnswer> LossyProtocol::released(
    const protocol::ReleaseRequest& request) {
  return pass<protocol::TaskAnswer>("release", [this, request](protocol::WorkerProtocol& server) {
    auto answer = server.released(request);
    invariants_.saw_end("release", request.request, request.claim, answer);
    return answer;
  });
}

}  // namespace mpegflow::sim
