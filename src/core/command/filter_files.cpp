#include "core/command/filter_files.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "core/command/address.h"
#include "core/command/filter_graph.h"
#include "core/command/formats.h"
#include "core/command/words.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::command {
namespace {

/// An option of a filter that names a file. `position` is its place among the options of the
/// filter, for commands that leave the names out; -1: nobody does.
struct FilterFile {
  std::string_view filter;
  std::string_view option;  ///< "long|short"
  int position;
  Role role;
  Shape shape = Shape::file;
  std::string_view fallback = {};  ///< the name it has if none is given
};

constexpr FilterFile kFilterFiles[] = {
    {"amovie", "filename", 0, Role::read},
    {"ametadata", "file", 5, Role::write},
    {"arnndn", "model|m", 0, Role::read},
    {"asendcmd", "filename|f", 1, Role::read},
    {"asr", "hmm", 1, Role::read, Shape::folder},
    {"asr", "dict", 2, Role::read},
    {"asr", "lm", 3, Role::read},
    {"asr", "lmctl", 4, Role::read},
    {"asr", "logfn", 6, Role::write},
    {"ass", "filename|f", 0, Role::read},
    {"ass", "fontsdir", 2, Role::read, Shape::folder},
    {"cellauto", "filename|f", 0, Role::read},
    {"cover_rect", "cover", 0, Role::read},
    {"curves", "psfile", 6, Role::read},
    {"curves", "plot", 7, Role::write},
    {"derain", "model", 2, Role::read},
    {"deshake", "filename", 10, Role::write},
    {"dnn_classify", "model", -1, Role::read},
    {"dnn_classify", "labels", -1, Role::read},
    {"dnn_detect", "model", -1, Role::read},
    {"dnn_detect", "labels", -1, Role::read},
    {"dnn_processing", "model", 1, Role::read},
    {"drawtext", "fontfile", 0, Role::read},
    {"drawtext", "textfile", 2, Role::read},
    {"drawvg", "file", 1, Role::read},
    {"fieldhint", "hint", 0, Role::read},
    {"find_rect", "object", 0, Role::read},
    {"firequalizer", "dumpfile", -1, Role::write},
    {"flite", "textfile", 3, Role::read},
    {"fsync", "file|f", 0, Role::read},
    {"lensfun", "db_path", -1, Role::read, Shape::folder},
    {"libplacebo", "custom_shader_path", -1, Role::read},
    {"libplacebo", "lut", -1, Role::read},
    {"libplacebo", "shader_cache", -1, Role::write},
    {"libvmaf", "log_path", -1, Role::write},
    {"libvmaf", "model_path", -1, Role::read},
    {"libvmaf_cuda", "log_path", -1, Role::write},
    {"libvmaf_cuda", "model_path", -1, Role::read},
    {"life", "filename|f", 0, Role::read},
    {"loudnorm", "stats_file", -1, Role::write},
    {"lut1d", "file", 0, Role::read},
    {"lut3d", "file", 0, Role::read},
    {"metadata", "file", 5, Role::write},
    {"movie", "filename", 0, Role::read},
    {"nnedi", "weights", 0, Role::read, Shape::file, "nnedi3_weights.bin"},
    {"ocr", "datapath", 0, Role::read, Shape::folder},
    {"openclsrc", "source", 0, Role::read},
    {"opencolorio", "config", -1, Role::read},
    {"opencolorio", "filetransform", -1, Role::read},
    {"paletteuse", "debug_kdtree", -1, Role::write},
    {"program_opencl", "source", 0, Role::read},
    {"psnr", "stats_file|f", 0, Role::write},
    {"qrencode", "textfile", -1, Role::read},
    {"qrencodesrc", "textfile", -1, Role::read},
    {"removelogo", "filename|f", 0, Role::read},
    {"selectivecolor", "psfile", 10, Role::read},
    {"sendcmd", "filename|f", 1, Role::read},
    {"showcqt", "axisfile", -1, Role::read},
    {"showcqt", "fontfile", -1, Role::read},
    {"signature", "filename", 2, Role::write},
    {"sofalizer", "sofa", 0, Role::read},
    {"sr", "model", 2, Role::read},
    {"ssim", "stats_file|f", 0, Role::write},
    {"ssim360", "stats_file|f", 0, Role::write},
    {"subtitles", "filename|f", 0, Role::read},
    {"subtitles", "fontsdir", 2, Role::read, Shape::folder},
    {"vidstabdetect", "result", 0, Role::write, Shape::file, "transforms.trf"},
    {"vidstabtransform", "input", 0, Role::read, Shape::file, "transforms.trf"},
    {"vmafmotion", "stats_file", 0, Role::write},
    {"whisper", "destination", 5, Role::write},
    {"whisper", "model", 0, Role::read},
    {"whisper", "vad_model", -1, Role::read},
    {"xfade_opencl", "source", -1, Role::read},
    {"xpsnr", "stats_file|f", 0, Role::write},
};

constexpr std::array<std::string_view, 5> kPlugins = {"ladspa", "lv2", "frei0r", "frei0r_src",
                                                      "ocv"};
constexpr std::array<std::string_view, 2> kCaptures = {"ddagrab", "gfxcapture"};
constexpr std::array<std::string_view, 2> kListeners = {"zmq", "azmq"};

bool names(std::string_view options, std::string_view key) {
  const std::size_t bar = options.find('|');
  return options.substr(0, bar) == key ||
         (bar != std::string_view::npos && options.substr(bar + 1) == key);
}

class FilterFinder {
 public:
  FilterFinder(const MarkedText& graph, std::size_t word, FileList& files)
      : graph_(graph), word_(word), files_(files) {}

  Outcome<void> find() {
    std::size_t at = 0;
    while (const auto filter = take_filter(graph_, at)) {
      if (auto found = look_at(filter->name, filter->options); !found) return found;
      if (at >= graph_.size()) return {};
      if (graph_[at] != ',' && graph_[at] != ';')
        return refuse(
            RefusalCode::malformed_filter,
            fmt::format("the filtergraph {} cannot be read from {} on", base::quote(graph_.text()),
                        base::quote(graph_.text().substr(at))));
      ++at;
    }
    return {};
  }

 private:
  Outcome<void> look_at(std::string_view filter, const MarkedText& text) {
    if (contains(kPlugins, filter))
      return refuse(RefusalCode::plugin, fmt::format("the filter {} runs code that is loaded from "
                                                     "elsewhere, which is not on the record",
                                                     base::quote(filter)));
    if (contains(kCaptures, filter))
      return refuse(RefusalCode::device, fmt::format("the filter {} captures a screen, which "
                                                     "cannot be read again after a crash",
                                                     base::quote(filter)));
    if (contains(kListeners, filter))
      return refuse(RefusalCode::live_address,
                    fmt::format("the filter {} listens to the network, which FFmpeg does not have "
                                "here",
                                base::quote(filter)));
    if (!retry::is_filter_name(filter) &&
        std::ranges::find(kFilterFiles, filter, &FilterFile::filter) == std::end(kFilterFiles))
      return refuse(
          RefusalCode::unknown_filter,
          fmt::format("{} is no filter of any FFmpeg that is known here", base::quote(filter)));
    return look_at_options(filter, split_options(text, ":"));
  }

  Outcome<void> look_at_options(std::string_view filter, const std::vector<KeyValue>& options) {
    int position = 0;
    bool is_positional = true;
    std::vector<const FilterFile*> given;
    for (const KeyValue& option : options) {
      is_positional = is_positional && option.key.empty();
      if (option.key.starts_with('/')) {
        if (auto added = add_file({filter, option.key, -1, Role::read}, option.value); !added)
          return added;
        continue;
      }
      if (auto checked = check_option(filter, option); !checked) return checked;
      for (const FilterFile& file : kFilterFiles) {
        if (file.filter != filter) continue;
        if (!(is_positional ? file.position == position : names(file.option, option.key))) continue;
        given.push_back(&file);
        const auto next = std::next(options.begin(), &option - options.data() + 1);
        if (next != options.end() && is_cut_drive(option, *next))
          return refuse_drive(option.value.text());
        if (auto added = add_file(file, option.value); !added) return added;
      }
      ++position;
    }
    for (const FilterFile& file : kFilterFiles)
      if (file.filter == filter && !file.fallback.empty() &&
          std::ranges::find(given, &file) == given.end())
        files_.add_unnamed(Origin::fallback, file.role, file.shape, std::string(file.fallback));
    return {};
  }

  /// "C:/a.srt" with a colon that is not escaped for both of the levels that FFmpeg resolves.
  static bool is_cut_drive(const KeyValue& letter, const KeyValue& rest) {
    const std::string& path = rest.value.text();
    return letter.value.size() == 1 &&
           std::isalpha(static_cast<unsigned char>(letter.value[0])) != 0 && rest.key.empty() &&
           (path.starts_with('/') || path.starts_with('\\'));
  }

  tl::unexpected<Refusal> refuse_drive(std::string_view letter) const {
    return refuse(
        RefusalCode::malformed_filter,
        fmt::format("the name in {} ends for FFmpeg at the colon behind {}; write '{}\\:/…' "
                    "in single quotes, or two backslashes before the colon",
                    base::quote(graph_.text()), base::quote(letter), letter));
  }

  /// Files that are hidden deeper than in an option of their own.
  Outcome<void> check_option(std::string_view filter, const KeyValue& option) {
    const bool is_vmaf = filter == "libvmaf" || filter == "libvmaf_cuda";
    if (is_vmaf && option.key.empty())
      return refuse(RefusalCode::unclear_file,
                    "libvmaf with options without names means other files in other versions; "
                    "write log_path= or model=path= before them");
    if (is_vmaf && option.key == "model") return find_vmaf_models(option.value);
    const bool is_command = filter == "sendcmd" || filter == "asendcmd";
    if (is_command && option.value.text().find("file") != std::string::npos &&
        (option.key == "c" || option.key == "commands" || option.key.empty()) &&
        option.value.text().find("reinit") != std::string::npos)
      return refuse(RefusalCode::unclear_file,
                    "a command of sendcmd may open files while FFmpeg runs; name them in the "
                    "filtergraph");
    if (filter == "vidstabtransform" && option.key == "debug" && option.value.text() != "0")
      files_.add_unnamed(Origin::fallback, Role::write, Shape::file, "global_motions.trf");
    const bool is_movie = filter == "movie" || filter == "amovie";
    if (is_movie && (option.key == "f" || option.key == "format_name") &&
        is_input_device(option.value.text()))
      return refuse(RefusalCode::device,
                    fmt::format("{} reads a device, which cannot be read again after a crash",
                                base::quote(filter)));
    return {};
  }

  /// "path=a.json:name=x|version=vmaf_v0.6.1"
  Outcome<void> find_vmaf_models(const MarkedText& models) {
    for (std::size_t begin = 0; begin < models.size();) {
      std::size_t end = models.text().find('|', begin);
      if (end == std::string::npos) end = models.size();
      for (const KeyValue& part : split_options(models.part(begin, end), ":"))
        if (part.key == "path")
          if (auto added = add_file({"libvmaf", "model", -1, Role::read}, part.value); !added)
            return added;
      begin = end + 1;
    }
    return {};
  }

  Outcome<void> add_file(const FilterFile& file, const MarkedText& value) {
    if (value.size() == 0) return {};
    const Direction direction = file.role == Role::read ? Direction::in : Direction::out;
    const auto address = read_address(value, direction);
    if (!address) return tl::unexpected(address.error());
    if (address->kind == AddressKind::http) files_.add(file.role, Shape::address, value, word_);
    for (const MarkedText& path : address->files)
      files_.add(file.role, has_number_pattern(path.text()) ? Shape::numbered : file.shape, path,
                 word_);
    return {};
  }

  const MarkedText& graph_;
  std::size_t word_;
  FileList& files_;
};

}  // namespace

Outcome<void> find_filter_files(const MarkedText& graph, std::size_t word, FileList& files) {
  return FilterFinder(graph, word, files).find();
}

}  // namespace mpegflow::command
