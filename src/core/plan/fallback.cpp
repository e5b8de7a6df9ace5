#include "core/plan/fallback.h"

#include "base/result.h"

namespace mpegflow::plan {

base::json::object to_json(const Fallback& fallback) {
  base::json::array argv;
  for (const std::string& word : fallback.argv) argv.emplace_back(word);
  return {{"encoder", fallback.encoder}, {"argv", argv}};
}

std::optional<Fallback> find_fallback(const base::json::object& params) {
  const base::json::object record = base::object_or(params, "fallback");
  if (record.empty()) return std::nullopt;
  Fallback fallback{base::text_or(record, "encoder"), {}};
  for (const auto& word : base::array_or(record, "argv"))
    if (word.is_string()) fallback.argv.emplace_back(word.get_string());
  return fallback;
}

base::json::object take_fallback(base::json::object params, const std::string& note) {
  const base::json::object record = base::object_or(params, "fallback");
  base::check(!record.empty(), "a task takes a fallback that it has");
  params["argv"] = base::array_or(record, "argv");
  params.erase("fallback");
  base::json::array notes = base::array_or(params, "notes");
  notes.emplace_back(note);
  params["notes"] = std::move(notes);
  return params;
}

}  // namespace mpegflow::plan
