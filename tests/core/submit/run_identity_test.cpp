#include "core/submit/run_identity.h"

#include <gtest/gtest.h>

namespace mpegflow::submit {
namespace {

RunIdentity sample() {
  RunIdentity identity;
  identity.spec.inputs = {{"main", "file:///a.mp4"}};
  identity.spec.output_uri = "file:///out";
  identity.encoder_revision = base::EncoderRevisionId("revision");
  identity.plan_version = 1;
  identity.input_identities = {"inode 1", "inode 2"};
  return identity;
}

TEST(RunIdentity, TheSameCommandHasTheSameHash) {
  EXPECT_EQ(hash_identity(sample()), hash_identity(sample()));
  EXPECT_EQ(hash_identity(sample()).size(), 64U);
}

TEST(RunIdentity, EveryPartOfItCounts) {
  const std::string hash = hash_identity(sample());
  RunIdentity changed = sample();
  changed.spec.output_uri = "file:///other";
  EXPECT_NE(hash_identity(changed), hash);
  changed = sample();
  changed.encoder_revision = base::EncoderRevisionId("other");
  EXPECT_NE(hash_identity(changed), hash);
  changed = sample();
  changed.plan_version = 2;
  EXPECT_NE(hash_identity(changed), hash);
  changed = sample();
  changed.input_identities = {"inode 2", "inode 1"};
  EXPECT_NE(hash_identity(changed), hash) << "inputs have an order";
}

}  // namespace
}  // namespace mpegflow::submit
