#include <filesystem>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "objects/local/local_object_store.h"
#include "objects/object_key.h"
#include "support/temporary_folder.h"

namespace mpegflow::objects {
namespace {

using base::ErrorCode;

struct ObjectStoreCase {
  std::string name;
  std::function<std::unique_ptr<ObjectStore>(const base::Path& folder)> open;
};
void PrintTo(const ObjectStoreCase& store_case, std::ostream* out) {
  *out << store_case.name;
}

/// What every object store must do.
class ObjectStoreConformance : public testing::TestWithParam<ObjectStoreCase> {
 protected:
  ObjectStoreConformance() : objects(GetParam().open(folder.path() / "objects")) {}

  base::Path make_file(const std::string& bytes) {
    const base::Path path = folder.path() / "made";
    EXPECT_TRUE(base::write_file_durably(path, bytes));
    return path;
  }

  test::TemporaryFolder folder;
  std::unique_ptr<ObjectStore> objects;
};

TEST_P(ObjectStoreConformance, GivesBackWhatWasPut) {
  const std::string bytes("a\0b\xff", 4);
  ASSERT_TRUE(objects->put_bytes("job/task/1-c/x", bytes));
  EXPECT_EQ(objects->get_bytes("job/task/1-c/x"), bytes);
  ASSERT_TRUE(objects->put_file("job/task/1-c/y", make_file("from a file")));
  EXPECT_EQ(objects->get_bytes("job/task/1-c/y"), "from a file");
}

TEST_P(ObjectStoreConformance, PuttingAgainIsFine) {
  ASSERT_TRUE(objects->put_bytes("a/x", "same"));
  ASSERT_TRUE(objects->put_bytes("a/x", "same"));
  EXPECT_EQ(objects->get_bytes("a/x"), "same");
}

TEST_P(ObjectStoreConformance, MissingObjectsAreMissing) {
  EXPECT_EQ(objects->get_bytes("none").error().code, ErrorCode::object_missing);
  EXPECT_EQ(objects->get_file("none", folder.path() / "t").error().code, ErrorCode::object_missing);
  EXPECT_TRUE(objects->remove("none"));
}

TEST_P(ObjectStoreConformance, GetFileMakesItReadableAtAPath) {
  ASSERT_TRUE(objects->put_bytes("a/x", "bytes"));
  ASSERT_TRUE(objects->get_file("a/x", folder.path() / "deep/target"));
  EXPECT_EQ(base::read_file(folder.path() / "deep/target"), "bytes");
  ASSERT_TRUE(objects->remove("a/x"));
  EXPECT_EQ(base::read_file(folder.path() / "deep/target"), "bytes") << "it is ours now";
}

TEST_P(ObjectStoreConformance, ListsByPrefixInOrder) {
  EXPECT_TRUE(objects->list("")->empty());
  for (const char* key : {"b/x", "a/y", "a/x", "ab"}) ASSERT_TRUE(objects->put_bytes(key, "123"));
  EXPECT_EQ(*objects->list("a/"), (std::vector<ObjectInfo>{{"a/x", 3}, {"a/y", 3}}));
  EXPECT_EQ(objects->list("")->size(), 4U);
}

TEST_P(ObjectStoreConformance, RemovedObjectsAreGone) {
  ASSERT_TRUE(objects->put_bytes("a/x", "1"));
  ASSERT_TRUE(objects->put_bytes("a/y", "2"));
  ASSERT_TRUE(objects->remove("a/x"));
  EXPECT_EQ(objects->list("")->size(), 1U);
  ASSERT_TRUE(objects->remove("a/y"));
  EXPECT_TRUE(objects->list("")->empty());
}

TEST_P(ObjectStoreConformance, RefusesKeysThatLeaveTheStore) {
  for (const char* key : {"", "/a", "a//b", "../a", "a/..", "a/./b", "a/"}) {
    EXPECT_EQ(objects->put_bytes(key, "x").error().code, ErrorCode::invalid_argument) << key;
    EXPECT_EQ(objects->get_bytes(key).error().code, ErrorCode::invalid_argument) << key;
    EXPECT_EQ(objects->remove(key).error().code, ErrorCode::invalid_argument) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(Objects, ObjectStoreConformance,
                         testing::Values(ObjectStoreCase{
                             "Local",
                             [](const base::Path& folder) {
                               return std::make_unique<LocalObjectStore>(folder);
                             }}),
                         [](const auto& given) { return given.param.name; });

TEST(ObjectKey, IsRelativeAndPlain) {
  EXPECT_TRUE(is_object_key("job/task/1-c/seg_00001.m4s"));
  EXPECT_TRUE(is_object_key("a..b/.c"));
  EXPECT_FALSE(is_object_key(std::string("a\0b", 3)));
  EXPECT_FALSE(is_object_key(std::string(1025, 'a')));
}

}  // namespace
}  // namespace mpegflow::objects
