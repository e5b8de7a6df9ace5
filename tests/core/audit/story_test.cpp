#include "core/audit/story.h"

#include <gtest/gtest.h>

namespace mpegflow::audit {
namespace {

const base::JobId kJob("job");
const base::TaskId kTask("task");

/// A story that is told as the store tells it.
struct Tale {
  void add(const base::TaskId& task, std::int64_t fence, const std::string& kind,
           base::json::object body = {}) {
    Event event{kJob,
                static_cast<std::int64_t>(events.size()) + 1,
                task,
                fence,
                kind,
                {1000},
                base::EncoderRevisionId("revision"),
                std::move(body),
                events.empty() ? "" : events.back().hash};
    StoredEvent stored{event, to_canonical_bytes(event), ""};
    stored.hash = hash_event(stored.bytes);
    stored.columns.body = {};
    events.push_back(stored);
  }
  Story read() const {
    Story story(kJob);
    for (const StoredEvent& event : events) story.follow(event);
    return story;
  }
  std::vector<StoredEvent> events;
};

Tale make_tale() {
  Tale tale;
  tale.add({}, 0, "job_submitted", {{"name", "x"}});
  tale.add(kTask, 0, "dependencies_done", {{"from", "blocked"}, {"to", "ready"}});
  tale.add(kTask, 1, "lease_granted", {{"from", "ready"}, {"to", "leased"}});
  tale.add(kTask, 1, "outputs_committed", {{"from", "leased"}, {"to", "succeeded"}});
  tale.add({}, 0, "job_finished");
  return tale;
}

TEST(Story, ASoundOneHasNoFaults) {
  const Story story = make_tale().read();
  EXPECT_TRUE(story.faults().empty()) << story.faults().front();
  EXPECT_EQ(story.last_seq(), 5);
  EXPECT_EQ(story.last_kind(), "job_finished");
  EXPECT_EQ(story.find_end(kTask).state, queue::TaskState::succeeded);
  EXPECT_EQ(story.find_end(kTask).fence, 1);
  EXPECT_EQ(story.find_end(base::TaskId("other")).state, queue::TaskState::blocked);
}

TEST(Story, EveryBitOfItsBytesCounts) {
  const Tale sound = make_tale();
  for (std::size_t event = 0; event < sound.events.size(); ++event)
    for (std::size_t byte = 0; byte < sound.events[event].bytes.size(); ++byte)
      for (int bit = 0; bit < 8; ++bit) {
        Tale flipped = sound;
        flipped.events[event].bytes[byte] =
            static_cast<char>(flipped.events[event].bytes[byte] ^ (1 << bit));
        ASSERT_FALSE(flipped.read().faults().empty()) << event << " " << byte << " " << bit;
      }
}

TEST(Story, EveryColumnCounts) {
  const auto spoil = [](auto change) {
    Tale tale = make_tale();
    change(tale.events[2]);
    return tale.read().faults().size();
  };
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.seq = 4; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.task = base::TaskId("tbsk"); }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.fence = 2; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.kind = "lease_granteD"; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.at.us = 1001; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.encoder_revision.value = "r"; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.columns.prev_hash = ""; }), 0U);
  EXPECT_GT(spoil([](StoredEvent& e) { e.hash = std::string(64, '0'); }), 0U);
}

TEST(Story, AMissingEventIsAGap) {
  Tale tale = make_tale();
  tale.events.erase(tale.events.begin() + 1);
  EXPECT_FALSE(tale.read().faults().empty());
}

TEST(Story, AMoveThatTheTableHasNotIsAFault) {
  Tale tale;
  tale.add(kTask, 1, "outputs_committed", {{"from", "blocked"}, {"to", "succeeded"}});
  EXPECT_EQ(tale.read().faults().size(), 1U);
}

TEST(Story, AFenceNeverComesTwice) {
  Tale tale = make_tale();
  tale.events.resize(3);
  tale.add(kTask, 1, "lease_released", {{"from", "leased"}, {"to", "ready"}});
  tale.add(kTask, 1, "lease_granted", {{"from", "ready"}, {"to", "leased"}});
  EXPECT_EQ(tale.read().faults().size(), 1U);
}

}  // namespace
}  // namespace mpegflow::audit
