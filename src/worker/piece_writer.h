#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "core/package/segmenter.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// Writes what the segmenter yields below the working folder, hashed as it goes and durable.
class PieceWriter {
 public:
  /// `name_prefix` is the rendition's folder in the job's output: "1080p".
  PieceWriter(base::Path folder, std::string name_prefix)
      : folder_(std::move(folder)), name_prefix_(std::move(name_prefix)) {}

  base::Result<void> write(const std::vector<package::Piece>& pieces);
  const std::vector<OutputFile>& outputs() const { return outputs_; }
  std::vector<OutputFile> take_outputs() { return std::move(outputs_); }

 private:
  base::Path folder_;
  std::string name_prefix_;
  std::vector<OutputFile> outputs_;
};

/// One file of an attempt, hashed and fsynced.
base::Result<OutputFile> write_output(const base::Path& folder, const std::string& name,
                                      const std::string& role, std::string_view bytes);

}  // namespace mpegflow::worker
