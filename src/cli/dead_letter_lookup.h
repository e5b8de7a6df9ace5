#pragma once

#include "records/dead_letter_lookup.h"

namespace mpegflow::cli {

using records::find_named_letter;
using records::name_task;
using records::NamedLetter;

}  // namespace mpegflow::cli
