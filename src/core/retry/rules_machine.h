#pragma once

#include "core/retry/stderr_rules.h"

// The program itself, the limits of the machine, and the network. Patterns see a message without
// its contexts. Order matters among the rules that match one line: the first wins.

namespace mpegflow::retry::rules {

using enum Weight;
using enum Refinement;

// clang-format off
inline constexpr StderrRule kProgram[] = {
    {"loader_library", cause, R"(error while loading shared libraries|version `.*' not found \(required|undefined symbol:|symbol lookup error|[Ll]ibrary not loaded:|dyld\[\d+\]|The code execution cannot proceed because|was not found\. Reinstalling the program)", "shared_library_missing"},
    {"exec_format", cause, R"(Exec format error|cannot execute binary file|cannot execute: required file not found|Bad CPU type in executable|not a valid Win32 application)", "binary_not_executable"},
    {"exec_denied", cause, R"(^\S*(?:sh|ffmpeg|ffprobe|env|exec): (?:line )?(?:\d+: )?\S*(?:ffmpeg|ffprobe)\S*: Permission denied$|^spawn \S*ff(?:mpeg|probe)\S* EACCES|Permission denied: '\S*ff(?:mpeg|probe)')", "binary_not_executable"},
    {"exec_missing", cause, R"(^\S*(?:sh|ffmpeg|ffprobe|env|exec|nohup|timeout): (?:line )?(?:\d+: )?[‘']?\S*(?:ffmpeg|ffprobe)\S*?[’']?: (?:No such file or directory|not found|command not found)|ff(?:mpeg|probe): (?:command )?not found|spawn \S*ff(?:mpeg|probe)\S* ENOENT|executable file not found in \$PATH|'ff(?:mpeg|probe)' is not recognized as|No such file or directory: '\S*ff(?:mpeg|probe)')", "binary_missing"},
    {"illegal_instruction", cause, R"(Illegal instruction|[Yy]our CPU does not support|CPU feature .* not available|CPU ISA level is lower than required|This CPU does not support)", "cpu_unsupported"},
    {"segmentation_fault", symptom, R"(^(?:Segmentation fault|Aborted|Bus error|Floating point exception)(?: \(core dumped\))?$|\*\*\* stack smashing|free\(\): invalid|double free|malloc\(\): |corrupted size vs|munmap_chunk\(\)|AddressSanitizer|terminate called after throwing|SIGSEGV)", "crashed"},
    {"assertion", cause, R"(^Assertion .* failed at |: Assertion [`'].*' failed|panicked at )", "crashed"},
};

inline constexpr StderrRule kMachine[] = {
    {"no_space", cause, R"(No space left on device|Disk quota exceeded|not enough space on the disk|ENOSPC|error code: -28\b)", "", Refinement::no_space},
    {"read_only", cause, R"(Read-only file system)", "output_readonly"},
    {"open_files", cause, R"(Too many open files|error code: -24\b)", "fd_exhausted"},
    {"malloc", cause, R"(malloc of size \d+ failed|bad_alloc|^Out of memory|[Oo]ut of memory!|memory allocation (?:failed|error)|x265 \[error\]: malloc|cannot allocate \d+ bytes|Failed to allocate memory|Memory allocation failed|Instance \d+: .*[Ii]nsufficient [Rr]esources|failed to allocate \d)", "oom_alloc"},
    {"cannot_allocate", symptom, R"(Cannot allocate memory|ENOMEM)", "oom_alloc"},
    {"allocation", symptom, R"(^(?:Could not|Failed to|Error|Unable to) (?:\(re\))?alloc(?:ate|ating)?\b)", "oom_alloc"},
    {"no_threads", symptom, R"(Resource temporarily unavailable|pthread_create(?:\(\))? failed|[Cc]annot create thread|failed to create thread|Failed to create (?:worker )?threads?|Thread creation failed)", "", Refinement::no_threads},
    {"file_too_large", cause, R"(File too large)", "output_size_limit"},
    {"stats_file", symptom, R"(ratecontrol_init: can't open stats file|[Uu]nable to open stats file|Cannot write log file '.*' for pass-1)", "", pass_log},
    {"pass_log", cause, R"(Error reading log file|Cannot read log file|pass-2 encoding|ratecontrol_init: (?:first pass|can't open mbtree|.*stats file)|incomplete 2pass stats|[Ss]tats file (?:could not|is empty|cannot)|rc_twopass_stats_in\.sz|can't rename 2-pass|2pass curve failed|failed to (?:open|read) 2?-?pass|Invalid stats file|number of frames in 1st pass)", "pass_log_missing"},
    {"fontconfig", symptom, R"(Fontconfig error: Cannot load default config|No usable fontconfig configuration)", "dependency_config_missing"},
    {"font", cause, R"(Cannot find a valid font|Could not load (?:font|fontconfig)|impossible to find a matching font|fontselect: failed to find any fallback|failed to find any fallback with glyph|can't find selected font provider|No fonts? (?:found|available)|Fontconfig (?:error|warning): no fonts)", "font_missing"},
    {"glyph", symptom, R"(^Glyph 0x[0-9A-Fa-f]+ not found)", "font_missing"},
    {"dependency_data", cause, R"(could not (?:load|open|find|read) (?:libvmaf )?model|problem loading model|libvmaf encountered an error|(?:frei0r|ladspa|lv2).*(?:path|not found)|Could not find module '|vmaf.*\.(?:json|pkl)\b.*(?:not|fail))", "dependency_config_missing"},
    {"licence", cause, R"((?i:licen[cs]e)[^\n]*(?:expired|missing|invalid|not found|not valid|fail|denied|error)|(?:no|invalid|expired|missing) licen[cs]e|not licen[cs]ed|activation (?:failed|expired))", "licence_missing"},
};

inline constexpr StderrRule kNetwork[] = {
    {"protocol_whitelist", cause, R"(^Protocol '.*' (?:not on whitelist|on blacklist)|not allowed by (?:protocol|the) whitelist)", "input_protocol_blocked"},
    {"format_whitelist", cause, R"(^(?:Format|Codec \(.*\)) not on whitelist)", "input_protocol_blocked"},
    {"unsafe_name", cause, R"(^Unsafe file ?name|^Filename .* is unsafe|is not in allowed_(?:segment_)?extensions|not a common multimedia extension|Not detected as a valid|blocked for security|[Ff]ilename extension of .* is not)", "input_protocol_blocked"},
    {"http_429", cause, R"((?:HTTP error|Server returned) 429|429 Too Many|Too Many Requests)", "http_429"},
    {"http_408", cause, R"((?:HTTP error|Server returned) (?:408|425))", "network_timeout"},
    {"http_gone", cause, R"((?:HTTP error|Server returned) (?:404|410)|method DESCRIBE failed: 404|\b404 Not Found)", "", http_status},
    {"http_forbidden", cause, R"((?:HTTP error|Server returned) (?:401|402|403|407|451)|method \w+ failed: 40[13]|authorization failed|\b40[13] (?:Unauthorized|Forbidden))", "", http_status},
    {"http_4xx", symptom, R"((?:HTTP error|Server returned) 4(?:\d\d|XX)|method \w+ failed: 4\d\d)", "", http_status},
    {"http_5xx", cause, R"((?:HTTP error|Server returned) 5(?:\d\d|XX)|method \w+ failed: 5\d\d|50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time))", "", http_status},
    {"dns", cause, R"([Ff]ailed to resolve hostname|Name or service not known|Temporary failure in name resolution|getaddrinfo|nodename nor servname|No address associated with hostname|[Cc]ould not resolve host|Unknown host)", "network_dns"},
    {"refused", cause, R"(Connection refused|connection rejected|error code: -111\b)", "network_refused"},
    {"unreachable", cause, R"(Network is unreachable|No route to host|Host is unreachable|Network is down|Cannot assign requested address|ENETUNREACH|EHOSTUNREACH)", "network_unreachable"},
    {"not_tls", cause, R"((?:An unexpected TLS packet was received|wrong version number|unknown protocol|packet length too long|record layer failure|http request)\b)", "network_tls"},
    {"tls", cause, R"((?i:\b(?:tls|ssl|gnutls|openssl|mbedtls|schannel)\b)[^\n]*(?i:handshake|certificate|alert|error|fail|verif|connect)|The TLS connection was non-properly terminated|[Cc]ertificate (?:verif|has expired|is not trusted|signed by)|self.signed certificate|Peer certificate|error:0[0-9A-F]{7}:|unable to get local issuer|Unable to set up.*TLS)", "network_tls"},
    {"timed_out", cause, R"(Connection timed out|Operation timed out|[Tt]imed? ?out(?: |$)|ETIMEDOUT|error code: -110\b|Immediate exit requested)", "", timed_out},
    {"cut_transfer", cause, R"(Connection reset by peer|[Ss]tream ends prematurely|Connection aborted|[Cc]onnection abort|Will reconnect at|connection (?:was )?(?:lost|broken|closed by|interrupted)|Error in the (?:pull|push) function|premature(?:ly)? end of (?:stream|transfer)|ECONNRESET|error code: -104\b|Server disconnected|session closed)", "network_reset"},
    {"scheme", cause, R"(Invalid (?:RTSP|RTMP|HTTP) (?:handshake|response|version)|Missing status line|RTMP_ReadPacket|Not an? (?:HTTP|RTSP|RTMP) (?:server|response)|Cannot read RTMP handshake|Invalid HTTP)", "network_scheme_mismatch"},
    {"pipe", cause, R"(Broken pipe|EPIPE|error code: -32\b)", "", closed_pipe},
    {"protocol", cause, R"(^(?:\[\S+\] )?(?:Error opening input file |Error opening output file |Could not open |Failed to open |Impossible to open |)?'?([a-z][a-z0-9+.-]*):.*: Protocol not found|^(?:Error opening (?:input|output)[^:]*|Input\w*): Protocol not found)", "", protocol_name},
};
// clang-format on

}  // namespace mpegflow::retry::rules
