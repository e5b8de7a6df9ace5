#pragma once

#include <string_view>

namespace mpegflow::retry {

/// Names that some build of FFmpeg 4 to 9 has. A worker that lacks such a name lacks a component; a
/// name that is nowhere in FFmpeg is a slip in the job.
bool is_encoder_name(std::string_view name);
bool is_decoder_name(std::string_view name);
bool is_filter_name(std::string_view name);
bool is_muxer_name(std::string_view name);
bool is_demuxer_name(std::string_view name);
bool is_protocol_name(std::string_view name);
bool is_bitstream_filter_name(std::string_view name);
/// Codecs, whether anything can encode or decode them.
bool is_codec_name(std::string_view name);
/// Options that belong to a muxer or device and vanish from a build that lacks it.
bool is_muxer_option(std::string_view name);
/// Methods of -hwaccel and kinds of -init_hw_device.
bool is_hardware_kind(std::string_view name);
bool is_hardware_option(std::string_view name);
/// "h264_nvenc": a codec and a family of hardware, whichever pairs a release has.
bool is_hardware_codec(std::string_view name);
/// File name extensions that FFmpeg knows a muxer for, without the dot.
bool is_muxer_extension(std::string_view extension);

}  // namespace mpegflow::retry
