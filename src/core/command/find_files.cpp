#include "core/command/find_files.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "core/command/address.h"
#include "core/command/concat_list.h"
#include "core/command/encoder_params.h"
#include "core/command/filter_files.h"
#include "core/command/formats.h"
#include "core/command/muxer_files.h"
#include "core/command/playlist.h"
#include "core/command/words.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::command {
namespace {

/// An option whose whole value is a file.
struct OptionFile {
  std::string_view name;
  Role role;
  Shape shape = Shape::file;
};

constexpr OptionFile kOptionFiles[] = {
    {"aribb24-base-path", Role::read, Shape::folder},
    {"attach", Role::read},
    {"ca_file", Role::read},
    {"cafile", Role::read},
    {"cert", Role::read},
    {"cert_file", Role::read},
    {"dump_attachment", Role::write},
    {"fpre", Role::read},
    {"ifo_palette", Role::read},
    {"key_file", Role::read},
    {"print_graphs_file", Role::write},
    {"sdp_file", Role::write},
    {"stats_enc_post", Role::write},
    {"stats_enc_pre", Role::write},
    {"stats_mux_pre", Role::write},
    {"sub_name", Role::read},
    {"vstats_file", Role::write},
};

constexpr std::array<std::string_view, 4> kPresets = {"pre", "vpre", "apre", "spre"};
constexpr std::array<std::string_view, 5> kGraphs = {"vf", "af", "filter", "filter_complex",
                                                     "lavfi"};
constexpr std::array<std::string_view, 2> kScripts = {"filter_script", "filter_complex_script"};
bool is_codec_option(const OptionUse& use) {
  if (use.name == "vcodec") return true;
  return (use.name == "c" || use.name == "codec") &&
         (use.specifier.empty() || use.specifier.starts_with('v'));
}

class FileFinder {
 public:
  FileFinder(const ParsedCommand& command, const ReadText& read_text)
      : command_(command), read_text_(read_text) {}

  Outcome<std::vector<FileUse>> find() {
    for (const OptionUse& use : command_.globals)
      if (auto found = look_at_option(use); !found) return tl::unexpected(found.error());
    for (const FileGroup& input : command_.inputs) {
      files_.group = static_cast<std::size_t>(&input - command_.inputs.data());
      if (auto found = look_at_input(input); !found) return tl::unexpected(found.error());
    }
    for (const FileGroup& output : command_.outputs) {
      files_.group = static_cast<std::size_t>(&output - command_.outputs.data());
      if (auto found = look_at_output(output); !found) return tl::unexpected(found.error());
    }
    if (command_.outputs.empty())
      return refuse(RefusalCode::nothing_to_do,
                    "the command has no output; name a file that FFmpeg is to write");
    if (command_.inputs.empty() && !has_source())
      return refuse(RefusalCode::nothing_to_do, "the command has no input; name a file behind -i");
    return std::move(files_.files);
  }

 private:
  /// A graph may make pictures and sound by itself.
  bool has_source() const {
    return std::ranges::any_of(command_.globals, [](const OptionUse& use) {
      return use.name == "filter_complex" || use.name == "lavfi" ||
             use.name == "filter_complex_script";
    });
  }

  Outcome<void> look_at_input(const FileGroup& input) {
    for (const OptionUse& use : input.options)
      if (auto found = look_at_option(use); !found) return found;
    const std::string_view format = input.value_of("f");
    const std::string extension = extension_of(input.name);
    if (is_input_device(format))
      return refuse(RefusalCode::device, fmt::format("{} reads a device, which cannot be read "
                                                     "again after a crash; record it to a file "
                                                     "first",
                                                     base::quote(format)));
    if (format == "lavfi") return find_filter_files(MarkedText(input.name), input.word, files_);
    if (format == "avisynth" || format == "vapoursynth" || extension == "avs" ||
        extension == "vpy" || extension == "avsi")
      return refuse(
          RefusalCode::script_input,
          fmt::format("{} is a script that opens files of its own", base::quote(input.name)));
    if (format == "sdp" || extension == "sdp" || format == "rtp" || format == "rtsp" ||
        format == "sap")
      return refuse(RefusalCode::live_address,
                    fmt::format("{} describes live streams: what they send cannot be read again",
                                base::quote(input.name)));
    if (!format.empty() && !retry::is_demuxer_name(format))
      return refuse(RefusalCode::unknown_format,
                    fmt::format("{} is no input format of any FFmpeg that is known here",
                                base::quote(format)));
    const auto address = read_address(MarkedText(input.name), Direction::in);
    if (!address) return tl::unexpected(address.error());
    if (address->kind == AddressKind::null_sink)
      return refuse(RefusalCode::device, fmt::format("{} is a device", base::quote(input.name)));
    for (const MarkedText& file : address->files) {
      const auto shape = shape_of_input(input, file.text(), address->kind);
      if (!shape) return tl::unexpected(shape.error());
      files_.add(Role::input, *shape, file, input.word);
      if (address->is_list) files_.files.back().origin = Origin::key_info;
      const bool is_list = format == "concat" ||
                           (format.empty() && (extension == "ffconcat" || extension == "ffcat"));
      if (address->kind == AddressKind::file) {
        if (is_list)
          if (auto found = look_into_list(file.text()); !found) return found;
        if (address->is_list)
          if (auto found = look_into_names(file.text()); !found) return found;
        if (auto found = look_into_playlist(file.text(), format, 0); !found) return found;
      }
      add_other_half(input, file.text());
    }
    return {};
  }

  /// The pictures of VobSub stand beside the index, which FFmpeg finds by its name.
  void add_other_half(const FileGroup& input, const std::string& path) {
    const std::string_view format = input.value_of("f");
    const bool is_index = format == "vobsub" || (format.empty() && extension_of(path) == "idx");
    if (!is_index || input.find("sub_name") != nullptr) return;
    const std::size_t stem = path.size() - std::string_view("idx").size();
    files_.add_unnamed(Origin::derived, Role::read, Shape::file,
                       path.substr(0, stem) + (path.ends_with("IDX") ? "SUB" : "sub"));
  }

  Outcome<Shape> shape_of_input(const FileGroup& input, std::string_view path,
                                AddressKind kind) const {
    if (kind == AddressKind::http) return Shape::address;
    const std::string_view pattern = input.value_of("pattern_type");
    if (pattern == "glob") return Shape::glob;
    if (path.find('*') != std::string_view::npos)
      return refuse(RefusalCode::shell_glob,
                    fmt::format("{} stands for names that only the shell finds; name the files, or "
                                "use -pattern_type glob",
                                base::quote(path)));
    const std::string_view format = input.value_of("f");
    const bool is_image =
        format.starts_with("image2") || (format.empty() && is_image_extension(extension_of(path)));
    return is_image && pattern != "none" && has_number_pattern(path) ? Shape::numbered
                                                                     : Shape::file;
  }

  /// The files of a list of the concat demuxer.
  Outcome<void> look_into_list(std::string_view list) {
    if (!read_text_) return {};
    const auto text = read_text_(list);
    if (!text) return {};
    for (const std::string& entry : list_concat_entries(*text))
      if (auto added = add_entry(list, entry, Shape::file); !added) return added;
    return {};
  }

  /// What a list that is an input names; relative names start at the list.
  Outcome<void> add_entry(std::string_view list, const std::string& entry, Shape shape) {
    const bool is_relative = !entry.starts_with('/') && find_scheme(entry).empty();
    const auto put = [&](const std::string& path, Shape of_path) {
      files_.add_unnamed(Origin::list_entry, Role::read, of_path,
                         (is_relative ? std::string(folder_of(list)) : std::string()) + path);
      files_.files.back().is_absolute_entry = !is_relative;
    };
    if (is_relative) {
      put(entry, shape);
      return {};
    }
    const auto address = read_address(MarkedText(entry), Direction::in);
    if (!address) return tl::unexpected(address.error());
    for (const MarkedText& file : address->files)
      put(file.text(), address->kind == AddressKind::http ? Shape::address : shape);
    return {};
  }

  /// The files of an HLS playlist or of a DASH manifest, and those of the playlists in it.
  Outcome<void> look_into_playlist(std::string_view list, std::string_view format, int depth) {
    constexpr int kDeepest = 2;  // a master, its playlists
    const std::string extension = extension_of(list);
    const bool is_dash = format == "dash" || (format.empty() && extension == "mpd");
    const bool is_hls = format == "hls" || format == "applehttp" ||
                        (format.empty() && (extension == "m3u8" || extension == "m3u"));
    if (!read_text_ || !(is_dash || is_hls) || depth == kDeepest) return {};
    const auto text = read_text_(list);
    if (!text) return {};
    for (const ListedFile& file : is_dash ? list_dash_files(*text) : list_hls_files(*text)) {
      const Shape shape = file.is_pattern ? Shape::glob : Shape::file;
      if (auto added = add_entry(list, file.name, shape); !added) return added;
      const FileUse& entry = files_.files.back();
      const bool is_local = entry.origin == Origin::list_entry && entry.shape == Shape::file;
      if (!file.is_list || !is_local) continue;
      const std::string inner = entry.path;
      if (auto found = look_into_playlist(inner, "hls", depth + 1); !found) return found;
    }
    return {};
  }

  /// What a file names that stand where the command runs, one a line.
  Outcome<void> look_into_names(std::string_view list) {
    if (!read_text_) return {};
    const auto text = read_text_(list);
    if (!text) return {};
    for (const std::string& line : base::split(*text, '\n'))
      if (const std::string_view name = base::trim(line); !name.empty())
        files_.add_unnamed(Origin::by_its_name, Role::read, Shape::file, std::string(name));
    return {};
  }

  /// The key that an HLS key info file names.
  Outcome<void> look_into_key_info(std::size_t from) {
    for (std::size_t i = from; i < files_.files.size(); ++i) {
      if (files_.files[i].origin != Origin::key_info || !read_text_) continue;
      const auto text = read_text_(files_.files[i].path);
      const std::string key = text ? find_key_file(*text) : std::string();
      if (!key.empty()) files_.add_unnamed(Origin::by_its_name, Role::read, Shape::file, key);
    }
    return {};
  }

  Outcome<void> look_at_output(const FileGroup& output) {
    pass_ = output.value_of("pass");
    names_own_log_ = false;
    for (const OptionUse& use : output.options)
      if (!is_overruled(use, output))
        if (auto found = look_at_option(use); !found) return found;
    if (auto found = look_at_passes(output); !found) return found;
    MuxerOutput muxer;
    muxer.format = output.value_of("f");
    muxer.name = MarkedText(output.name);
    muxer.word = output.word;
    for (const OptionUse& use : output.options)
      if (use.has_value && !use.is_from_file)
        muxer.options.push_back({use.name, MarkedText(use.value), use.word + 1});
    const std::size_t before = files_.files.size();
    if (auto found = find_muxer_files(muxer, files_); !found) return found;
    return look_into_key_info(before);
  }

  /// Of several graphs for the same stream FFmpeg takes the last.
  static bool is_overruled(const OptionUse& use, const FileGroup& group) {
    const std::string stream = stream_of_graph(use);
    if (stream.empty()) return false;
    const auto last =
        std::find_if(group.options.rbegin(), group.options.rend(),
                     [&](const OptionUse& other) { return stream_of_graph(other) == stream; });
    return &*last != &use;
  }

  /// "v:0" of "-filter:v:0", "v" of "-vf"; empty for what is no graph of an output.
  static std::string stream_of_graph(const OptionUse& use) {
    if (use.name == "vf") return use.specifier.empty() ? "v" : "v:" + use.specifier;
    if (use.name == "af") return use.specifier.empty() ? "a" : "a:" + use.specifier;
    if (use.name == "filter" || use.name == "filter_script")
      return use.specifier.empty() ? "all" : use.specifier;
    return {};
  }

  Outcome<void> look_at_option(const OptionUse& use) {
    const bool is_graph = contains(kGraphs, use.name);
    if (use.is_from_file || contains(kScripts, use.name)) {
      if (auto added = add(Role::read, Shape::file, use); !added) return added;
      return is_graph || contains(kScripts, use.name) ? look_into_script(use.value)
                                                      : Outcome<void>();
    }
    if (is_graph) return find_filter_files(MarkedText(use.value), use.word + 1, files_);
    if (contains(kPresets, use.name))
      return refuse(RefusalCode::preset_file,
                    fmt::format("-{} names a preset that is searched on the machine; write its "
                                "options themselves, or name the file with -fpre",
                                use.name));
    if (use.name == "omx_libname")
      return refuse(RefusalCode::plugin, "-omx_libname loads code from elsewhere");
    if (use.name == "progress") return look_at_progress(use);
    if (use.name == "report")
      files_.add_unnamed(Origin::fallback, Role::write, Shape::filled_in, "ffmpeg-%t.log");
    if (use.name == "vstats")
      files_.add_unnamed(Origin::fallback, Role::write, Shape::filled_in, "vstats_%H%M%S.log");
    if (use.name == "dump_attachment" && use.value.empty())
      return refuse(RefusalCode::unclear_file,
                    "-dump_attachment without a name writes a file that the input names; name it");
    if (is_encoder_params(use.name)) return look_at_params(use);
    for (const OptionFile& file : kOptionFiles)
      if (file.name == use.name) return add(file.role, file.shape, use);
    return {};
  }

  Outcome<void> look_at_progress(const OptionUse& use) {
    // Whoever runs the command reads its progress: a pipe is not missed by anyone.
    const std::string_view scheme = find_scheme(use.value);
    const bool is_number =
        !use.value.empty() && use.value.find_first_not_of("0123456789") == std::string::npos;
    if (use.value == "-" || scheme == "pipe" || scheme == "fd" || is_number ||
        use.value.starts_with("/dev/std"))
      return {};
    return add(Role::write, Shape::file, use);
  }

  Outcome<void> look_into_script(std::string_view path) {
    if (!read_text_) return {};
    const auto text = read_text_(path);
    if (!text) return {};
    FileList found;
    found.group = files_.group;
    if (auto looked = find_filter_files(MarkedText(*text), 0, found); !looked) return looked;
    for (FileUse& file : found.files) {
      file.place.reset();  // It stands in another file.
      files_.files.push_back(std::move(file));
    }
    return {};
  }

  Outcome<void> look_at_params(const OptionUse& use) {
    EncoderParams params{use.name, MarkedText(use.value), use.word + 1, pass_};
    // x264 and VVenC take a log of their own in the place of the one that -pass would give them.
    const auto found = find_param_files(params, files_);
    if (!found) return tl::unexpected(found.error());
    names_own_log_ = names_own_log_ || *found == OwnLog::named;
    return {};
  }

  /// The logs of -pass.
  Outcome<void> look_at_passes(const FileGroup& output) {
    const std::string_view pass = output.value_of("pass");
    const std::vector<Role> roles = roles_of_pass(pass);
    if (roles.empty() || names_own_log_) return {};
    std::string prefix(output.value_of("passlogfile"));
    if (prefix.empty()) prefix = "ffmpeg2pass";
    if (find_scheme(prefix) != "" || prefix == "-")
      return refuse(RefusalCode::unclear_file,
                    fmt::format("-passlogfile {} is no file name", base::quote(prefix)));
    const std::string log = fmt::format("{}-{}.log", prefix, find_video_index(output));
    for (const Role role : roles) {
      files_.add_unnamed(Origin::pass_log, role, Shape::file, log);
      if (keeps_tree(output))
        files_.add_unnamed(Origin::pass_log, role, Shape::file, log + ".mbtree");
    }
    return {};
  }

  /// The place of the first video stream among those of the output.
  static std::size_t find_video_index(const FileGroup& output) {
    std::size_t index = 0;
    for (const OptionUse& use : output.options) {
      if (use.name != "map" || use.value.starts_with('-')) continue;
      const std::size_t colon = use.value.find(':');
      const char kind =
          colon == std::string::npos || colon + 1 == use.value.size() ? 'v' : use.value[colon + 1];
      if (kind != 'a' && kind != 's' && kind != 'd' && kind != 't') return index;
      ++index;
    }
    return 0;
  }

  static bool keeps_tree(const FileGroup& output) {
    const auto codec =
        std::find_if(output.options.rbegin(), output.options.rend(), is_codec_option);
    if (output.value_of("preset") == "ultrafast") return false;
    for (const OptionUse& use : output.options)
      if (is_encoder_params(use.name) && (use.value.find("mbtree=0") != std::string::npos ||
                                          use.value.find("no-mbtree") != std::string::npos))
        return false;
    if (codec != output.options.rend())
      return codec->value.find("x264") != std::string::npos || codec->value == "h264";
    const std::string muxer = find_muxer(output.value_of("f"), output.name);
    return muxer == "mp4" || muxer == "mov" || muxer == "matroska" || muxer == "mkv" ||
           muxer == "m4v" || muxer == "flv";
  }

  Outcome<void> add(Role role, Shape shape, const OptionUse& use) {
    return add_value(role, shape, MarkedText(use.value), use.word + 1);
  }

  Outcome<void> add_value(Role role, Shape shape, const MarkedText& value, std::size_t word) {
    const auto address = read_address(value, role == Role::read ? Direction::in : Direction::out);
    if (!address) return tl::unexpected(address.error());
    for (const MarkedText& path : address->files)
      files_.add(role, address->kind == AddressKind::http ? Shape::address : shape, path, word);
    return {};
  }

  const ParsedCommand& command_;
  const ReadText& read_text_;
  FileList files_;
  std::string pass_;            ///< of the output that is looked at
  bool names_own_log_ = false;  ///< in the encoder's parameters
};

}  // namespace

Outcome<std::vector<FileUse>> find_files(const ParsedCommand& command, const ReadText& read_text) {
  return FileFinder(command, read_text).find();
}

}  // namespace mpegflow::command
