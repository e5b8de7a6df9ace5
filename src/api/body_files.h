#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/sha256.h"
#include "http/server.h"

namespace mpegflow::api {

/// A body on its way into a file of its own, hashed as it comes. The file is durable after
/// finish(), and gone with the sink unless somebody moved it away.
class FileSink final : public http::BodySink {
 public:
  static base::Result<std::unique_ptr<FileSink>> open(const base::Path& path);
  ~FileSink() override;

  base::Result<void> write(std::string_view bytes) override;
  base::Result<void> finish() override;

  const base::Path& path() const { return path_; }
  std::int64_t size() const { return size_; }
  const std::string& sha256() const { return sha256_; }  ///< after finish()

 private:
  FileSink(base::Path path, base::UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  base::Path path_;
  base::UniqueFd fd_;
  base::Sha256 hash_;
  std::int64_t size_ = 0;
  std::string sha256_;
};

/// The bytes of a file from an offset on.
class FileSource final : public http::BodySource {
 public:
  /// `at_end` is asked before the last byte is given: its error cuts the answer short, so that
  /// nobody takes it for whole.
  static base::Result<std::shared_ptr<FileSource>> open(
      const base::Path& path, std::int64_t from, std::function<base::Result<void>()> at_end = {});
  base::Result<std::string> read(std::size_t most) override;
  std::int64_t length() const { return length_; }

 private:
  FileSource(base::UniqueFd fd, std::int64_t from, std::int64_t length,
             std::function<base::Result<void>()> at_end)
      : fd_(std::move(fd)), at_(from), length_(length), left_(length), at_end_(std::move(at_end)) {}
  base::UniqueFd fd_;
  std::int64_t at_;
  std::int64_t length_;
  std::int64_t left_;
  std::function<base::Result<void>()> at_end_;
};

}  // namespace mpegflow::api
