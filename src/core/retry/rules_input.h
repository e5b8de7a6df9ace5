#pragma once

#include "core/retry/stderr_rules.h"

// What is wrong with the input, and the messages that only pass an error on.

namespace mpegflow::retry::rules {

using enum Weight;
using enum Refinement;

// clang-format off
inline constexpr StderrRule kInput[] = {
    {"wav_empty", cause, R"(no 'data' tag found)", "input_empty"},
    {"parameters", symptom, R"(^Invalid sample[ _]rate|channel count but channels not set|requires channel (?:count|layout)|^Invalid (?:number of channels|channel count|frame rate|bits per sample)|^sample_rate 0|^Invalid sample_rate|^Unspecified (?:sample|pixel|channel)|^Sample rate 0|channels? 0 (?:is )?(?:invalid|unsupported)|^Sample rate \d+ invalid)", "input_parameters_invalid"},
    {"encrypted", cause, R"((?:is|are|stream|track|file|sample|content|AES|protection)[^\n]*encrypted|[Ee]ncrypted (?:media|track|stream|content|sample|key)|[Dd]ecryption (?:key|fail|error)|in encryption info|\bDRM\b (?:protected|content|is|encrypt)|(?:PlayReady|Widevine|FairPlay)|[Ii]ncorrect (?:decryption )?key|Unable to (?:decrypt|open key file|read key file))", "", Refinement::encrypted},
    {"input_size", cause, R"(^Picture size \d+x\d+ (?:exceeds|is invalid)|^Invalid (?:image size|dimensions|picture dimension)|^Video (?:width|height) .* invalid|^Dimensions? \d+x\d+ (?:too|invalid)|^video dimensions)", "", Refinement::picture_size},
    {"not_media_score", symptom, R"(detected only with low score of 1\b|Failed to find two consecutive MPEG audio frames|EBML header parsing failed)", "input_not_media"},
    {"moov", symptom, R"(moov atom not found)", "moov_missing"},
    {"reading_header", symptom, R"(^error reading header|^Sample size \d+ is too large|^Invalid (?:stsz|stco|stts|stsc|stsd|sample|atom|chunk|index)|invalid (?:header|signature|magic)|[Hh]eader (?:is )?(?:damaged|corrupt|missing|too short|truncated|parsing failed)|[Nn]ot a valid \w+ (?:file|stream)|^Error (?:parsing|reading) (?:the )?(?:header|index))", "input_corrupt"},
    {"no_codec_parameters", wrapper, R"(^Cannot determine format of input (?:stream )?|could not find codec parameters)", "input_corrupt"},
    {"input_nan", cause, R"(Input contains \(near\) NaN)", "input_corrupt"},
    {"timestamps", symptom, R"([Nn]on-monoton|Application provided invalid|[Tt]imestamps are unset|[Ii]nvalid DTS|Can't write packet with unknown timestamp|first pts value must be set|packet with unknown timestamp|pts \(?-?\d+\)? < dts|Invalid timestamps|frame duplication too large|Queue input is backward)", "input_timestamps_broken"},
    {"decode_error_rate", symptom, R"(Decode error rate .* exceeds maximum)", "bitstream_corrupt"},
    {"damage", symptom, R"(corrupt (?:decoded frame|input packet)|^Error while decoding stream|^Error submitting (?:a )?packet to (?:the )?decoder|^Decoding error:|No start code is found|error while decoding MB|^concealing \d+|^Error processing packet in decoder|non-existing [PS]PS|^Reserved bit set|^Error decoding (?:the extradata|AAC frame)|^channel element .* is not allocated|^decode_slice_header error|^Header missing|CRC (?:mismatch|error|check failed))", "bitstream_corrupt"},
    {"ended_early", wrapper, R"(partial file$|^File ended prematurely|atom truncated|^Stream ends prematurely|^[Tt]runcat(?:ed|ing) (?:packet|file|atom|frame|header)|^File (?:is )?truncated|filesize and duration do not match|end of file (?:reached|found) (?:unexpectedly|while)|^Unexpected end of (?:file|data|stream))", "input_truncated"},
    {"packet_corrupt", wrapper, R"(^Packet corrupt \()", "input_truncated"},
};

inline constexpr StderrRule kWrappers[] = {
    {"rename", wrapper, R"(^failed to rename file)", "io_error"},
    {"opened_output", symptom, R"(^Error opening output (\S.*): ([^:]+)$)", "", opened_path},
    {"opened_input", symptom, R"(^Error opening input: (.*)$)", "", opened_input},
    {"interleaved_write", symptom, R"(^(?:av_interleaved_write_frame\(\)|Error (?:muxing|submitting) a packet.*|Error writing trailer.*|Error closing file.*): (?:Input/output error|I/O error))", "io_error"},
    {"demuxing_io", symptom, R"(^Error (?:during demuxing|retrieving a packet from demuxer)[^\n]*: (?:Input/output error|I/O error))", "", Refinement::demuxing_io},
    {"opened_path", symptom, R"(^(?:Error opening file |Error opening |Failed to open segment |Failed to open |Could not open )?'?(\S.*?)'?: (Invalid data found when processing input|No such file or directory|Permission denied|Operation not permitted|Is a directory|Not a directory|File name too long|End of file|Invalid argument|Input/output error|I/O error|No such device(?: or address)?|Unknown error|Server returned .*)$)", "", opened_path},
    {"permission", symptom, R"(Permission denied)", "permission_denied"},
    {"io", wrapper, R"(Input/output error|I/O error)", "io_error"},
    {"task_error", wrapper, R"(^(?:Task finished with error code|Terminating thread with return code): -5 )", "io_error"},
    {"header", wrapper, R"(Could not write header|^Error initiali[sz]ing output stream \d+:\d+ -- ?$|^Error initiali[sz]ing output: )", "codec_container_mismatch"},
    {"muxing", wrapper, R"(^(?:av_interleaved_write_frame\(\)|Error (?:muxing|submitting) a packet[^:]*|Error writing trailer[^\n]*): Invalid (?:argument|data))", "codec_container_mismatch"},
    {"encoder_open", wrapper, R"(Error while opening encoder|^Error initiali[sz]ing output stream|^Could not open encoder|^(?:Audio|Video|Subtitle|\w+) encoding failed|^Error (?:submitting|encoding) .*(?:encoder|frame)|^Error (?:initiali[sz]ing|creating|opening) (?:the )?encoder)", "encoder_params_invalid"},
    {"filters", wrapper, R"(^Error reinitiali[sz]ing filters|^Failed to inject frame|^Error (?:while|binding) filter|^Error configuring filter graph|^Error while filtering|^Error while processing the decoded data|^Error marking filters|^Error initiali[sz]ing (?:a simple|filters)|^Error (?:requesting a frame from|sending frames to))", "filtergraph_invalid"},
    {"external", wrapper, R"(Generic error in an external library)", "encoder_params_invalid"},
    {"decoder_open", wrapper, R"(Error while opening decoder|^Error initiali[sz]ing the decoder|^Cannot initialize a)", "input_corrupt"},
    {"unset_option", wrapper, R"(^Option .* not found|Option not found)", "invalid_option"},
    {"range", wrapper, R"(Numerical result out of range)", "invalid_option_value"},
    {"invalid_data", wrapper, R"(Invalid data found when processing input)", "input_corrupt"},
    {"decoder_complaint", wrapper, R"([Cc]orrupt|[Ii]nvalid (?:code|NAL|data|header|picture|bitstream))", "bitstream_corrupt"},
    {"received_signal", cause, R"(^Exiting normally, received signal|^Received > 3 system signals|^\[q\] command received)", "worker_terminated"},
};
// clang-format on

}  // namespace mpegflow::retry::rules
