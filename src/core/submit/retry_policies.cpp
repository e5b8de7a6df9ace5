#include "core/submit/retry_policies.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/submit/check_spec.h"
#include "core/submit/document.h"
#include "core/submit/field.h"
#include "core/submit/fill_in.h"
#include "core/submit/read_fields.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

constexpr std::size_t kMostTenants = 10'000;

const ObjectType& retry_type() {
  return *find_field(job_type(), "retry")->object;
}

/// What a job may say of its retries, with the name of the tenant whose jobs are meant.
const ObjectType& tenant_type() {
  static const std::vector<Field> kFields = [] {
    std::vector<Field> fields = {{.name = "tenant",
                                  .presence = Presence::optional,
                                  .description = "As its API keys name it."}};
    std::ranges::copy(retry_type().fields, std::back_inserter(fields));
    return fields;
  }();
  static const ObjectType kType = {"Tenant", kFields, [] { return json::object(); }};
  return kType;
}

const ObjectType& policies_type() {
  static const std::vector<Field> kFields = {
      {.name = "default",
       .kind = FieldKind::object,
       .presence = Presence::optional,
       .description = "For every tenant.",
       .object = &retry_type()},
      {.name = "tenants",
       .kind = FieldKind::object_list,
       .presence = Presence::optional,
       .description = "For one tenant, over what stands for all.",
       .most = kMostTenants,
       .object = &tenant_type(),
       .map_key = "tenant"}};
  static const ObjectType kType = {"Retry policies", kFields, [] { return json::object(); }};
  return kType;
}

RetryPolicies make_policies(const json::object& fields, Reading& reading) {
  RetryPolicies policies;
  policies.everyone = base::object_or(fields, "default");
  check_retry(to_retry_spec(policies.everyone), "default", reading);
  const json::array tenants = base::array_or(fields, "tenants");
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    json::object settings = tenants[i].get_object();
    const std::string name = base::text_or(settings, "tenant");
    const std::string path = reading.find_place(child_path("tenants", i));
    settings.erase("tenant");
    if (name.empty())
      reading.add(child_path(path, "tenant"), FaultCode::missing,
                  "is missing; expected the name of a tenant");
    if (policies.tenants.contains(name))
      reading.add(path, FaultCode::duplicate, fmt::format("{} stands there before", quote(name)));
    policies.tenants[name] = std::move(settings);
    check_retry(to_retry_spec(settings_of(policies, name)), path, reading);
  }
  return policies;
}

}  // namespace

RetryPoliciesReading read_retry_policies(std::string_view text) {
  const Document document = read_document(text);
  RetryPoliciesReading result;
  result.faults = document.faults;
  if (const auto* object = document.value.if_object()) {
    Reading reading{std::string()};
    RetryPolicies policies = make_policies(read_fields(policies_type(), *object, reading), reading);
    result.faults.insert(result.faults.end(), reading.faults().begin(), reading.faults().end());
    if (result.faults.empty()) result.policies = std::move(policies);
  } else if (result.faults.empty()) {
    result.faults.push_back({.code = FaultCode::wrong_type,
                             .message = fmt::format("found {}; expected a map with the keys "
                                                    "default and tenants",
                                                    describe_found(document.value))});
  }
  for (Fault& fault : result.faults)
    if (fault.line == 0) fault.line = find_line(document, fault.path);
  std::ranges::stable_sort(result.faults, {}, &Fault::line);
  return result;
}

base::json::object settings_of(const RetryPolicies& policies, std::string_view tenant) {
  json::object settings;
  if (const auto own = policies.tenants.find(tenant); own != policies.tenants.end())
    settings = own->second;
  fill_in(settings, policies.everyone);
  return settings;
}

RetrySpec to_retry_spec(const base::json::object& settings) {
  return parse_job_spec({{"retry", settings}}).retry;
}

}  // namespace mpegflow::submit
