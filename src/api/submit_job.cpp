#include "api/submit_job.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "core/access/api_key.h"
#include "core/submit/idempotency.h"
#include "core/submit/read_spec.h"
#include "engine/submit.h"
#include "protocol/job_files.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

base::Result<void> check_raw(const submit::JobSpec& spec, const http::Caller& caller) {
  if (spec.tasks.empty() || access::may(caller.scopes, "raw")) return {};
  return base::fail(ErrorCode::forbidden,
                    "tasks with raw FFmpeg arguments need a key with the scope raw; mpegflow key "
                    "create makes one");
}

base::Result<void> check_roots(const submit::JobSpec& spec, const std::vector<base::Path>& roots) {
  std::vector<std::string> uris = {spec.output_uri};
  for (const submit::InputSpec& input : spec.inputs) uris.push_back(input.uri);
  for (const std::string& uri : uris) {
    const auto path = base::parse_file_uri(uri);
    if (!path) continue;  // not on this machine
    if (!is_below(*path, roots))
      return base::fail(
          ErrorCode::input_forbidden,
          fmt::format("{} is outside the folders that clients on the network may use; the server's "
                      "--root names them",
                      base::to_printable(*path)));
  }
  return {};
}

/// The job that has the key already: the same spec gets it, another one is refused.
base::Result<std::optional<store::JobRow>> find_keyed(store::Store& store,
                                                      const std::string& tenant,
                                                      const submit::JobSpec& spec) {
  if (spec.idempotency_key.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(auto job, store::find_job_with_key(store, tenant, spec.idempotency_key));
  if (!job) return std::nullopt;
  ASSIGN_OR_RETURN(const base::json::value there, base::parse_json(job->spec, "spec"));
  const auto differences = submit::list_differences(there, submit::to_json(spec));
  if (differences.empty()) return job;
  return base::fail(ErrorCode::illegal_transition,
                    fmt::format("the idempotency key stands for job {}, whose spec is another one "
                                "({})",
                                job->id.value, fmt::join(differences, "; ")));
}

base::Result<submit::JobSpec> finish_spec(submit::JobSpec spec, const std::string& key) {
  if (key.empty()) return spec;
  if (key.size() > 200 || !base::is_valid_utf8(key))
    return base::fail(ErrorCode::invalid_argument, "an Idempotency-Key has at most 200 bytes");
  if (!spec.idempotency_key.empty() && spec.idempotency_key != key)
    return base::fail(ErrorCode::invalid_argument,
                      "the header Idempotency-Key and the spec's idempotency_key differ");
  spec.idempotency_key = key;
  return spec;
}

base::Result<store::JobRow> load_job(store::Store& store, const base::JobId& id) {
  ASSIGN_OR_RETURN(auto job, store::find_job(store, id));
  base::check(job.has_value(), "a job that was submitted exists");
  return std::move(*job);
}

}  // namespace

bool is_below(const base::Path& path, const std::vector<base::Path>& roots) {
  std::error_code error;
  const base::Path real = std::filesystem::weakly_canonical(path, error);
  if (error) return false;
  return std::ranges::any_of(roots, [&](const base::Path& root) {
    const base::Path real_root = std::filesystem::weakly_canonical(root, error);
    if (error) return false;
    const auto [at, rest] =
        std::mismatch(real_root.begin(), real_root.end(), real.begin(), real.end());
    return at == real_root.end();
  });
}

base::Result<Submitted> submit_job(const Services& services, const http::Caller& caller,
                                   bool is_local, std::string_view text,
                                   const std::string& idempotency_key) {
  submit::SpecReading reading = submit::read_spec(
      text, {.retry = submit::settings_of(services.retry_policies, caller.tenant)});
  if (!reading.spec) return Submitted{{}, false, submit::to_json(reading.faults)};
  ASSIGN_OR_RETURN(const submit::JobSpec spec,
                   finish_spec(std::move(*reading.spec), idempotency_key));
  RETURN_IF_ERROR(check_raw(spec, caller));
  if (!is_local) RETURN_IF_ERROR(check_roots(spec, services.roots));
  ASSIGN_OR_RETURN(auto keyed, find_keyed(services.store, caller.tenant, spec));
  if (keyed) return Submitted{std::move(*keyed), true, {}};
  engine::Submission submission;
  ASSIGN_OR_RETURN(submission.inputs, protocol::check_inputs(spec));
  ASSIGN_OR_RETURN(const base::Path output, protocol::check_output(spec));
  ASSIGN_OR_RETURN(submission.encoder_revision, services.find_revision());
  const base::JobId id(base::make_id(services.clock.now().us, services.entropy));
  submission.spec = spec;
  submission.spec_text = std::string(text);
  submission.command = {{"server", true}, {"api_key", caller.key}};
  submission.scratch_uri = base::to_file_uri(protocol::scratch_of(output, id).native());
  submission.tenant = caller.tenant;
  submission.isolates_raw_tasks = true;
  ASSIGN_OR_RETURN(const auto answer, engine::submit(services.store, id, submission));
  if (answer.existed) {
    // Another request with the key came in between, and may have meant another job.
    ASSIGN_OR_RETURN(keyed, find_keyed(services.store, caller.tenant, spec));
    if (keyed) return Submitted{std::move(*keyed), true, {}};
  }
  if (!services.alert_endpoints.empty() && !answer.existed)
    RETURN_IF_ERROR(
        services.store.execute(store::SetSubscriptions{answer.job, services.alert_endpoints}));
  services.changes.notify();
  ASSIGN_OR_RETURN(auto job, load_job(services.store, answer.job));
  return Submitted{std::move(job), answer.existed, {}};
}

}  // namespace mpegflow::api
