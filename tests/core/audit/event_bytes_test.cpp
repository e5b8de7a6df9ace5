#include "core/audit/event_bytes.h"

#include <gtest/gtest.h>

namespace mpegflow::audit {
namespace {

Event make_event() {
  Event event;
  event.job = base::JobId("job");
  event.seq = 2;
  event.task = base::TaskId("task");
  event.fence = 3;
  event.kind = "lease_granted";
  event.at = {1'700'000'000'000'000};
  event.encoder_revision = base::EncoderRevisionId("revision");
  event.body = {{"z", 1}, {"a", "text"}};
  event.prev_hash = "before";
  return event;
}

TEST(EventBytes, AreCanonical) {
  EXPECT_EQ(
      to_canonical_bytes(make_event()),
      R"({"at":1700000000000000,"body":{"a":"text","z":1},"encoder_revision":"revision",)"
      R"("fence":3,"job":"job","kind":"lease_granted","prev":"before","seq":2,"task":"task"})");
}

// printf '\0abc' | sha256sum
TEST(EventBytes, HashIsTheLeafHashOfRfc6962) {
  EXPECT_EQ(hash_event(""), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_NE(hash_event("abc"), hash_event("abd"));
}

TEST(EventBytes, EveryFieldIsCovered) {
  const std::string before = to_canonical_bytes(make_event());
  const auto differs = [&](auto change) {
    Event event = make_event();
    change(event);
    return to_canonical_bytes(event) != before;
  };
  EXPECT_TRUE(differs([](Event& event) { event.job.value = "other"; }));
  EXPECT_TRUE(differs([](Event& event) { ++event.seq; }));
  EXPECT_TRUE(differs([](Event& event) { event.task.value = "other"; }));
  EXPECT_TRUE(differs([](Event& event) { ++event.fence; }));
  EXPECT_TRUE(differs([](Event& event) { event.kind = "other"; }));
  EXPECT_TRUE(differs([](Event& event) { ++event.at.us; }));
  EXPECT_TRUE(differs([](Event& event) { event.encoder_revision.value = "other"; }));
  EXPECT_TRUE(differs([](Event& event) { event.body["a"] = "other"; }));
  EXPECT_TRUE(differs([](Event& event) { event.prev_hash = "other"; }));
}

}  // namespace
}  // namespace mpegflow::audit
