#include "core/probe/ffprobe_command.h"

#include <fmt/format.h>

#include "core/probe/sniff.h"

namespace mpegflow::probe {

std::string_view format_whitelist() {
  return "mov,matroska,mpegts,mpeg,avi,flv,asf,ogg,wav,w64,mxf,gxf,dv,ivf,yuv4mpegpipe,nut,rm,ivr,"
         "wtv,nsv,swf,bink,smk,thp,dhav,"
         "mp3,aac,loas,flac,ac3,eac3,dts,dtshd,truehd,mlp,aiff,iff,dsf,caf,au,amr,wv,tta,tak,ape,"
         "mpc,mpc8,ofr,voc,"
         "h264,hevc,mpegvideo,m4v,vc1,obu,dirac,"
         "png_pipe,jpeg_pipe,webp_pipe,gif,apng,bmp_pipe,tiff_pipe,psd_pipe,exr_pipe,dpx_pipe,j2k_"
         "pipe,"
         "jpegxl_pipe,srt,webvtt,ass,microdvd,scc";
}

std::string_view protocol_whitelist() {
  return "file,pipe";
}

namespace {

/// Playlists that a command of ours has just written: what they name lies beside them.
std::vector<std::string> playlist_options(std::string_view container) {
  std::vector<std::string> options = {
      "-f",
      std::string(container),
      "-format_whitelist",
      std::string(container) + ",mov,mpegts,matroska,aac,ac3,eac3,mp3",
      "-protocol_whitelist",
      "file"};
  if (container == "hls") options.insert(options.end(), {"-allowed_extensions", "ALL"});
  return options;
}

}  // namespace

std::vector<std::string> input_options(std::string_view container) {
  if (container == "hls" || container == "dash") return playlist_options(container);
  return {"-f",
          std::string(container),
          "-format_whitelist",
          std::string(format_whitelist()),
          "-protocol_whitelist",
          std::string(protocol_whitelist())};
}

std::vector<std::string> ffprobe_argv(std::string_view container, std::string_view input) {
  std::vector<std::string> argv = {"-v",   "error",        "-print_format",
                                   "json", "-show_format", "-show_streams"};
  for (std::string& option : input_options(container)) argv.push_back(std::move(option));
  argv.insert(argv.end(),
              {"-max_pixels", std::to_string(kMaximumPixels), "-i", fmt::format("file:{}", input)});
  return argv;
}

}  // namespace mpegflow::probe
