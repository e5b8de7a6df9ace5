#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/command/escape.h"
#include "core/command/file_use.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// An option of a muxer with the word that holds its value.
struct MuxerOption {
  std::string name;
  MarkedText value;
  std::size_t word = 0;
};

/// One output as its muxer sees it.
struct MuxerOutput {
  std::string format;  ///< of -f, or empty
  MarkedText name;
  std::size_t word = 0;
  std::vector<MuxerOption> options;

  const MuxerOption* find(std::string_view option) const;
  std::string_view value_of(std::string_view option) const;
};

/// Adds what the muxer writes and reads: the output itself, segments, lists, the slaves of tee.
/// Refuses pipes, devices, networks and formats that cannot be told.
Outcome<void> find_muxer_files(const MuxerOutput& output, FileList& files);

}  // namespace mpegflow::command
