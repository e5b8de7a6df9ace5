#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/json.h"
#include "core/encode/encode_command.h"
#include "core/probe/probe.h"
#include "core/queue/job_state.h"
#include "core/queue/requirements.h"
#include "core/queue/task_state.h"
#include "core/retry/finding.h"
#include "core/submit/job_spec.h"

namespace mpegflow::plan {

/// Raised whenever the same spec and probe give other tasks or commands; part of a run's identity.
inline constexpr std::int64_t kPlanVersion = 4;

/// One node of a job's graph before it has a row.
struct PlannedTask {
  std::string key;  ///< unique in the job
  queue::TaskKind kind = queue::TaskKind::probe;
  std::vector<std::string> needs;  ///< keys
  std::string pool = "cpu";
  std::string group_key;  ///< siblings that read the same pictures
  std::int64_t expected_cpu_us = 0;
  std::int64_t expected_bytes = 0;
  base::json::object params;
  queue::Need need = queue::Need::required;
  queue::Requirements requirements = {};  ///< of its worker, beyond what every one has

  bool operator==(const PlannedTask&) const = default;
};

/// Which pictures and sound are made of which input, by input key.
using Probes = std::map<std::string, probe::Probe>;

/// The tasks that a spec has whatever its inputs hold: the probe and the raw commands, and the
/// delivery if nothing else is to come.
std::vector<PlannedTask> plan_static(const submit::JobSpec& spec);

/// The tasks that the probe's result adds: renditions, audio, manifest, delivery. A finding if the
/// input cannot serve the spec. Planning twice gives the same tasks.
tl::expected<std::vector<PlannedTask>, retry::Finding> plan_expansion(
    const submit::JobSpec& spec, const Probes& probes, const encode::EncoderFacts& encoder);

/// The name of an input in every attempt's working folder: "in/KEY.EXT".
std::string input_name_of(const submit::InputSpec& input);

/// The id of a job's task: derived, so that whoever plans gives it the same.
std::string derive_task_id(const std::string& job_id, const std::string& key);

}  // namespace mpegflow::plan
