#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "e2e/support/workspace.h"

namespace mpegflow::e2e {

/// What came out of a job on one source, as ffprobe and a player see it.
struct Encoding {
  base::Path source;
  base::Path folder;               ///< the job's output
  std::string master;              ///< the text of master.m3u8
  std::vector<std::string> notes;  ///< of job show

  bool has_note(const std::string& part) const;
  /// A rendition as one file: its init segment and its segments in order.
  base::Path join(const std::string& key) const;
};

/// Makes a source called `name` with FFmpeg and runs a job of one rung, "low", of `height` lines on
/// it; the test fails if either does.
Encoding encode_made(const Workspace& place, const std::string& name,
                     const std::vector<std::string>& ffmpeg_arguments, int height = 90);
Encoding encode_file(const Workspace& place, const base::Path& source, int height = 90);

/// The first stream of `kind` ("v", "a") as ffprobe -show_streams tells it, packets counted.
boost::json::object show_stream(const base::Path& file, const std::string& kind);
/// When each frame is shown, in seconds of the file's own time line, in that order.
std::vector<double> list_frame_times(const base::Path& file);
std::vector<double> list_key_times(const base::Path& file);
/// The picture at `seconds`, scaled to width × height, as bytes of red, green and blue.
std::vector<int> read_picture(const base::Path& file, int width, int height, double seconds = 0);
/// Peak level of each channel in dB.
std::vector<double> measure_peaks(const base::Path& file);

}  // namespace mpegflow::e2e
