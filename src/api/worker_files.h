#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
#include "store/store.h"

/// Which bytes a worker may bring and take. What it brings was announced by `stage` under a claim
/// that stands; what it takes belongs to a job of which it holds a task.
namespace mpegflow::api {

/// The staged output that is to be stored under `key`. Errors: superseded (there is none, or its
/// claim does not stand any more).
base::Result<store::OutputRow> find_expected_output(store::Store& store, const std::string& key);

/// The committed output that the holder of the session may read. Errors: superseded,
/// object_missing.
base::Result<store::OutputRow> find_readable_output(store::Store& store,
                                                    const base::SessionId& session,
                                                    const std::string& key);

/// That the attempt of this claim has not ended. Errors: superseded.
base::Result<void> check_runs(store::Store& store, const store::Claim& claim);

/// That `key` is the one for the log of an attempt which has not ended. Errors: superseded.
base::Result<void> check_log(store::Store& store, const std::string& key,
                             const store::Claim& claim);

struct ReadableInput {
  base::Path path;
  std::string identity;  ///< as it was at submit
};

/// The file behind an input, below one of `roots`, unchanged since the job was submitted. Errors:
/// superseded, input_not_found, input_forbidden, input_invalid, input_changed.
base::Result<ReadableInput> find_readable_input(store::Store& store, const base::SessionId& session,
                                                const base::JobId& job, const std::string& input,
                                                const std::vector<base::Path>& roots);

/// That the file is still the one that was submitted. Errors: input_changed, input_not_found.
base::Result<void> check_unchanged(const ReadableInput& input);

}  // namespace mpegflow::api
