#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace mpegflow::queue {

/// What a worker must have to do a task, beyond what each is taken to have, as "KIND:NAME":
/// "encoder:h264_nvenc", "filter:drawtext"; with slashes one of several, "decoder:a/b".
using Requirements = std::set<std::string>;

/// That FFmpeg sees there nothing but what its task gives it.
inline constexpr std::string_view kSandbox = "sandbox:on";

/// As the store keeps them, and back. The same requirements give the same text, none the empty one.
std::string to_text(const Requirements& requirements);
Requirements parse_requirements(std::string_view text);

/// For people: "the encoder h264_nvenc and the filter scale_cuda".
std::string describe(const Requirements& requirements);

/// The reason of the catalogue for a task that waits for them.
std::string_view find_reason(const Requirements& requirements);

/// What a worker says that it has, by kind. A kind of which it says nothing is not in it.
using Capabilities = std::map<std::string, std::set<std::string>>;

/// Of the facts that a worker registered with, JSON.
Capabilities read_capabilities(std::string_view facts);

/// Whether the worker has all of it, as far as it says: it may have what it does not speak of, but
/// for the sandbox.
bool may_meet(const Capabilities& capabilities, const Requirements& requirements);

}  // namespace mpegflow::queue
