#include "e2e/support/encoding.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"

namespace mpegflow::e2e {
namespace {

std::string output_of(const std::vector<std::string>& argv) {
  const CommandResult result = run_command(argv);
  EXPECT_EQ(result.exit_code, 0) << argv.front() << ": " << result.err;
  return result.out;
}

std::vector<double> parse_numbers(const std::string& text) {
  std::vector<double> numbers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line.front() != 'N') numbers.push_back(std::strtod(line.c_str(), nullptr));
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

bool Encoding::has_note(const std::string& part) const {
  return std::ranges::any_of(
      notes, [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

base::Path Encoding::join(const std::string& key) const {
  const base::Path folder_of_key = folder / key;
  std::string bytes = read_bytes(folder_of_key / "init.mp4");
  for (const std::string& name : list_tree(folder_of_key))
    if (name.ends_with(".m4s")) bytes += read_bytes(folder_of_key / name);
  const base::Path joined =
      folder.parent_path() / (folder.filename().native() + "-" + key + ".mp4");
  EXPECT_TRUE(base::write_file_durably(joined, bytes));
  return joined;
}

Encoding encode_file(const Workspace& place, const base::Path& source, int height) {
  Encoding encoding;
  encoding.source = source;
  encoding.folder = place.out(source.filename().native());
  const base::Path spec = place.in(source.filename().native() + ".json");
  const boost::json::object job{
      {"input", source.native()},
      {"renditions", boost::json::array{boost::json::object{
                         {"key", "low"}, {"height", height}, {"preset", "ultrafast"}}}},
      {"output", encoding.folder.native()}};
  EXPECT_TRUE(base::write_file_durably(spec, boost::json::serialize(job)));
  const CommandResult ran = place.mpegflow({"run", "--quiet", spec.native()});
  EXPECT_EQ(ran.exit_code, 0) << source << "\n" << ran.out << ran.err;
  encoding.master = base::read_file(encoding.folder / "master.m3u8").value_or("");
  for (const auto& note : base::array_or(place.last_job(), "notes"))
    encoding.notes.emplace_back(note.as_string());
  return encoding;
}

Encoding encode_made(const Workspace& place, const std::string& name,
                     const std::vector<std::string>& ffmpeg_arguments, int height) {
  std::vector<std::string> arguments = ffmpeg_arguments;
  arguments.push_back(place.in(name).native());
  run_ffmpeg(arguments);
  return encode_file(place, place.in(name), height);
}

boost::json::object show_stream(const base::Path& file, const std::string& kind) {
  const auto shown =
      base::parse_json(output_of({"ffprobe", "-v", "error", "-select_streams", kind + ":0",
                                  "-count_packets", "-show_streams", "-of", "json", file.native()}),
                       "ffprobe");
  EXPECT_TRUE(shown);
  const auto streams = base::array_or(shown->as_object(), "streams");
  EXPECT_FALSE(streams.empty()) << file;
  return streams.empty() ? boost::json::object{} : streams.front().as_object();
}

std::vector<double> list_frame_times(const base::Path& file) {
  return parse_numbers(
      output_of({"ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
                 "frame=best_effort_timestamp_time", "-of", "csv=p=0", file.native()}));
}

std::vector<double> list_key_times(const base::Path& file) {
  return parse_numbers(output_of({"ffprobe", "-v", "error", "-select_streams", "v:0", "-skip_frame",
                                  "nokey", "-show_entries", "frame=best_effort_timestamp_time",
                                  "-of", "csv=p=0", file.native()}));
}

std::vector<int> read_picture(const base::Path& file, int width, int height, double seconds) {
  const std::string bytes =
      output_of({"ffmpeg", "-v", "error", "-nostdin", "-i", file.native(), "-ss",
                 std::to_string(seconds), "-frames:v", "1", "-vf",
                 // To RGB first: with halved colour a picture of few pixels would have too little.
                 "scale=in_color_matrix=auto,format=gbrp,scale=" + std::to_string(width) + ":" +
                     std::to_string(height) + ":flags=area",
                 "-pix_fmt", "rgb24", "-f", "rawvideo", "-"});
  std::vector<int> values;
  for (const char byte : bytes) values.push_back(static_cast<unsigned char>(byte));
  EXPECT_EQ(values.size(), static_cast<std::size_t>(width * height * 3)) << file;
  values.resize(static_cast<std::size_t>(width * height * 3));
  return values;
}

std::vector<double> measure_peaks(const base::Path& file) {
  const CommandResult result =
      run_command({"ffmpeg", "-hide_banner", "-nostdin", "-i", file.native(), "-af",
                   "atrim=0.2:0.8,astats=measure_overall=none:measure_perchannel=Peak_level", "-f",
                   "null", "-"});
  std::vector<double> peaks;
  std::istringstream lines(result.err);
  constexpr std::string_view kMark = "Peak level dB: ";
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t at = line.find(kMark); at != std::string::npos)
      peaks.push_back(std::strtod(line.c_str() + at + kMark.size(), nullptr));
  return peaks;
}

}  // namespace mpegflow::e2e
