#pragma once

#include <string>
#include <string_view>

#include "core/command/escape.h"
#include "core/command/file_use.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// What an option such as -x264-params hands to the library of an encoder.
struct EncoderParams {
  std::string option;  ///< without the dash
  MarkedText value;
  std::size_t word = 0;  ///< in which the value stands
  std::string pass;      ///< of -pass, or empty
};

/// Does the parameters' log of the first pass take the place of the one that -pass gives?
enum class OwnLog { none, named };

bool is_encoder_params(std::string_view option);

/// The roles of what a pass keeps its statistics in: written by "1", read by "2", both by "3".
std::vector<Role> roles_of_pass(std::string_view pass);

/// Adds the files that the parameters name. Refuses those of which it cannot be told whether they
/// are files, or what becomes of them.
Outcome<OwnLog> find_param_files(const EncoderParams& params, FileList& files);

}  // namespace mpegflow::command
