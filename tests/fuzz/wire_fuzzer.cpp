// What workers and servers send each other, and guards are told.

#include "fuzz_input.h"
#include "process/local/wire.h"
#include "protocol/wire/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mpegflow;
  const auto [choice, text] = fuzz::split_choice(data, size);
  namespace wire = protocol::wire;
  switch (choice % 12) {
    case 0: wire::parse_register_request(text); break;
    case 1: wire::parse_register_answer(text); break;
    case 2: wire::parse_claim_request(text); break;
    case 3: wire::parse_assignments(text); break;
    case 4: wire::parse_heartbeat_request(text, {}); break;
    case 5: wire::parse_heartbeat_answer(text); break;
    case 6: wire::parse_stage_request(text); break;
    case 7: wire::parse_commit_request(text); break;
    case 8: wire::parse_report_request(text); break;
    case 9: wire::parse_release_request(text); break;
    case 10: wire::parse_task_answer(text); break;
    default: process::parse_plan(text);
  }
  return 0;
}
