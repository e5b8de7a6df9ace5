#include "core/command/formats.h"

#include <algorithm>
#include <array>

#include "core/command/address.h"
#include "core/command/words.h"
#include "core/retry/ffmpeg_names.h"

namespace mpegflow::command {
namespace {

constexpr std::array<std::string_view, 27> kInputDevices = {
    "v4l2",   "video4linux2",  "video4linux", "dshow",     "gdigrab", "avfoundation",
    "qtkit",  "x11grab",       "xcbgrab",     "alsa",      "pulse",   "oss",
    "fbdev",  "jack",          "kmsgrab",     "sndio",     "openal",  "decklink",
    "bktr",   "iec61883",      "libcdio",     "libdc1394", "dc1394",  "android_camera",
    "vfwcap", "libndi_newtek", "dv1394"};
constexpr std::array<std::string_view, 16> kOutputDevices = {
    "alsa", "pulse", "oss",  "fbdev",    "sdl",          "sdl2",         "opengl",        "xv",
    "caca", "sndio", "v4l2", "decklink", "video4linux2", "audiotoolbox", "libndi_newtek", "uvc"};
constexpr std::array<std::string_view, 42> kImageExtensions = {
    "png", "jpg",  "jpeg", "bmp",  "tif",      "tiff",   "webp", "tga", "dpx", "exr", "pgm",
    "ppm", "pbm",  "pam",  "pcx",  "sgi",      "rgb",    "ras",  "sun", "xwd", "xbm", "jp2",
    "j2k", "j2c",  "jls",  "ljpg", "jpeg2000", "pgmyuv", "gif",  "psd", "pfm", "phm", "qoi",
    "svg", "svgz", "hdr",  "jxl",  "im1",      "im8",    "dds",  "cin", "gem"};

}  // namespace

bool is_input_device(std::string_view format) {
  return contains(kInputDevices, format);
}

bool is_output_device(std::string_view format) {
  return contains(kOutputDevices, format);
}

bool is_image_extension(std::string_view extension) {
  return contains(kImageExtensions, extension);
}

std::string find_muxer(std::string_view forced, std::string_view name) {
  if (!forced.empty()) return std::string(forced);
  std::string extension = extension_of(name);
  if (extension == "m3u8") return "hls";
  if (extension == "mpd") return "dash";
  if (is_image_extension(extension) && extension != "gif") return "image2";
  if (retry::is_muxer_extension(extension)) return extension;
  // FFmpeg takes the part behind the last dot, whatever it is, and any name with a number for
  // images.
  return {};
}

}  // namespace mpegflow::command
