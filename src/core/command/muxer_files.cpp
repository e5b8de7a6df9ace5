#include "core/command/muxer_files.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "core/command/address.h"
#include "core/command/formats.h"
#include "core/command/words.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::command {
namespace {

constexpr std::array<std::string_view, 5> kNetworkMuxers = {"rtp", "rtsp", "rtp_mpegts", "sap",
                                                            "whip"};

bool is_on(std::string_view value) {
  return !value.empty() && value != "0" && value != "false" && value != "no";
}

/// The name without what stands from its last dot on.
std::string_view stem_of(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

/// The folder in which the master playlist stands: that of the playlists, or if each variant has a
/// folder of its own the one above.
std::string master_folder(std::string_view playlist) {
  std::string_view folder = folder_of(playlist);
  if (!folder.empty() && folder.find("%v") != std::string_view::npos) {
    const std::string_view above = folder_of(folder.substr(0, folder.size() - 1));
    if (folder.substr(above.size()).find("%v") != std::string_view::npos) folder = above;
  }
  return std::string(folder);
}

class MuxerFinder {
 public:
  MuxerFinder(const MuxerOutput& output, FileList& files) : output_(output), files_(files) {}

  Outcome<void> find() {
    std::string format = output_.format;
    if (format == "fifo") format = output_.value_of("fifo_format");
    if (format == "null") return {};
    if (format == "tee") return find_slaves();
    if (auto checked = check_format(format); !checked) return checked;
    auto address = read_address(output_.name, Direction::out);
    if (!address) return tl::unexpected(address.error());
    if (address->kind == AddressKind::null_sink && !format.empty()) return {};
    if (address->kind != AddressKind::file)
      return refuse(RefusalCode::unclear_file, fmt::format("{} is no file that can be written",
                                                           base::quote(output_.name.text())));
    const MarkedText& path = address->files.front();
    const std::string muxer = find_muxer(format, path.text());
    if (muxer.empty())
      return refuse(RefusalCode::unknown_format,
                    fmt::format("no format can be told from the output's name {}; say it with -f, "
                                "or check what stands before it",
                                base::quote(path.text())));
    files_.add(Role::output, shape_of(muxer, path.text()), path, output_.word);
    if (muxer == "hls") return find_hls(path.text());
    if (muxer == "dash") return find_dash(path.text());
    if (muxer == "segment" || muxer == "ssegment" || muxer == "stream_segment")
      return add_options({"segment_list", "segment_header_filename"});
    if (muxer == "webm_chunk") return add_options({"header"});
    return {};
  }

 private:
  Outcome<void> check_format(std::string_view format) const {
    if (format.empty()) return {};
    if (is_output_device(format))
      return refuse(RefusalCode::device,
                    fmt::format("{} plays on a device; name a file", base::quote(format)));
    if (contains(kNetworkMuxers, format))
      return refuse(RefusalCode::network_output,
                    fmt::format("{} sends to the network; write a file and deliver that",
                                base::quote(format)));
    if (retry::is_muxer_name(format)) return {};
    return refuse(RefusalCode::unknown_format,
                  fmt::format("{} is no output format of any FFmpeg that is known here",
                              base::quote(format)));
  }

  Shape shape_of(std::string_view muxer, std::string_view path) const {
    if (muxer == "hds" || muxer == "smoothstreaming") return Shape::folder;
    if (muxer == "hls" && path.find("%v") != std::string_view::npos) return Shape::filled_in;
    const bool is_list = muxer == "image2" || muxer.ends_with("segment") || muxer == "webm_chunk";
    if (is_list && is_on(output_.value_of("strftime"))) return Shape::filled_in;
    if (is_list && has_number_pattern(path)) return Shape::numbered;
    return Shape::file;
  }

  Outcome<void> add_options(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      const MuxerOption* option = output_.find(name);
      if (option == nullptr || option->value.size() == 0) continue;
      if (auto added = add_option(*option, Role::write); !added) return added;
    }
    return {};
  }

  Outcome<void> add_option(const MuxerOption& option, Role role) {
    const auto address =
        read_address(option.value, role == Role::read ? Direction::in : Direction::out);
    if (!address) return tl::unexpected(address.error());
    for (const MarkedText& path : address->files) {
      const bool is_template =
          path.text().find("%v") != std::string::npos || is_on(output_.value_of("strftime"));
      files_.add(role,
                 is_template                       ? Shape::filled_in
                 : has_number_pattern(path.text()) ? Shape::numbered
                                                   : Shape::file,
                 path, option.word);
    }
    return {};
  }

  Outcome<void> find_hls(const std::string& playlist) {
    const bool is_single = output_.value_of("hls_flags").find("single_file") != std::string::npos;
    const bool is_fmp4 = output_.value_of("hls_segment_type") == "fmp4";
    if (const MuxerOption* names = output_.find("hls_segment_filename"); names != nullptr) {
      if (auto added = add_option(*names, Role::write); !added) return added;
    } else {
      const std::string_view extension = is_fmp4 ? ".m4s" : ".ts";
      const std::string_view number = is_single                             ? ""
                                      : is_on(output_.value_of("strftime")) ? "-%s"
                                                                            : "%d";
      files_.add_unnamed(Origin::derived, Role::write, is_single ? Shape::file : Shape::numbered,
                         fmt::format("{}{}{}", stem_of(playlist), number, extension));
    }
    if (is_fmp4 && !is_single) {
      std::string name(output_.value_of("hls_fmp4_init_filename"));
      if (name.empty()) name = "init.mp4";
      const bool has_variants =
          output_.value_of("var_stream_map").find(' ') != std::string_view::npos;
      if (has_variants && name.find("%v") == std::string::npos)
        name = std::string(stem_of(name)) + "_%v." + extension_of(name);
      files_.add_unnamed(Origin::derived, Role::write, Shape::filled_in,
                         std::string(folder_of(playlist)) + name);
    }
    if (const std::string_view master = output_.value_of("master_pl_name"); !master.empty())
      files_.add_unnamed(Origin::derived, Role::write, Shape::file,
                         master_folder(playlist) + std::string(master));
    if (const MuxerOption* keys = output_.find("hls_key_info_file"); keys != nullptr) {
      if (auto added = add_option(*keys, Role::read); !added) return added;
      files_.files.back().origin = Origin::key_info;
    }
    if (is_on(output_.value_of("hls_enc"))) {
      const std::string_view key = output_.value_of("hls_enc_key_url");
      files_.add_unnamed(Origin::fallback, Role::write, Shape::file,
                         key.empty() ? playlist + ".key" : std::string(key));
    }
    return add_options({"hls_subtitle_path"});
  }

  Outcome<void> find_dash(const std::string& manifest) {
    const std::string folder(folder_of(manifest));
    const auto name_of = [&](std::string_view option, std::string_view fallback) {
      const std::string_view given = output_.value_of(option);
      return folder + std::string(given.empty() ? fallback : given);
    };
    const auto add = [&](std::string path) {
      files_.add_unnamed(Origin::derived, Role::write, Shape::filled_in, std::move(path));
    };
    if (const std::string_view name = output_.value_of("single_file_name"); !name.empty()) {
      add(folder + std::string(name));
    } else if (is_on(output_.value_of("single_file"))) {
      add(std::string(stem_of(manifest)) + "-stream$RepresentationID$.$ext$");
    } else {
      add(name_of("init_seg_name", "init-stream$RepresentationID$.$ext$"));
      add(name_of("media_seg_name", "chunk-stream$RepresentationID$-$Number%05d$.$ext$"));
    }
    if (is_on(output_.value_of("hls_playlist"))) {
      files_.add_unnamed(Origin::derived, Role::write, Shape::file,
                         name_of("hls_master_name", "master.m3u8"));
      files_.add_unnamed(Origin::derived, Role::write, Shape::numbered, folder + "media_%d.m3u8");
    }
    return {};
  }

  /// "[f=mp4:select=v]a.mp4|[f=mpegts]b.ts"
  Outcome<void> find_slaves() {
    std::size_t at = 0;
    while (at < output_.name.size()) {
      const MarkedText slave = take_token(output_.name, at, "|");
      if (at < output_.name.size()) ++at;
      MuxerOutput output;
      output.word = output_.word;
      std::size_t begin = 0;
      if (slave.size() > 0 && slave[0] == '[') {
        begin = 1;
        for (KeyValue& option : take_options(slave, begin, ":", ']')) {
          if (option.key == "f") output.format = option.value.text();
          else output.options.push_back({option.key, std::move(option.value), output_.word});
        }
        if (begin < slave.size()) ++begin;
      }
      output.name = slave.part(begin, slave.size());
      if (auto found = MuxerFinder(output, files_).find(); !found) return found;
    }
    return {};
  }

  const MuxerOutput& output_;
  FileList& files_;
};

}  // namespace

const MuxerOption* MuxerOutput::find(std::string_view option) const {
  for (auto at = options.rbegin(); at != options.rend(); ++at)
    if (at->name == option) return &*at;
  return nullptr;
}

std::string_view MuxerOutput::value_of(std::string_view option) const {
  const MuxerOption* found = find(option);
  return found == nullptr ? std::string_view() : std::string_view(found->value.text());
}

Outcome<void> find_muxer_files(const MuxerOutput& output, FileList& files) {
  return MuxerFinder(output, files).find();
}

}  // namespace mpegflow::command
