#include "core/probe/input_record.h"

namespace mpegflow::probe {

base::json::object to_json(const InputRecord& record) {
  base::json::object sniff{
      {"container", record.sniff.container},           {"description", record.sniff.description},
      {"is_still_image", record.sniff.is_still_image}, {"is_subtitle", record.sniff.is_subtitle},
      {"is_surely_cut", record.sniff.is_surely_cut},   {"is_encrypted", record.sniff.is_encrypted}};
  if (record.sniff.cut_short) sniff["cut_short"] = *record.sniff.cut_short;
  return {{"probe", to_json(record.probe)}, {"sniff", sniff}};
}

InputRecord parse_input_record(const base::json::object& record) {
  const base::json::object sniff = base::object_or(record, "sniff");
  InputRecord parsed;
  parsed.probe = parse_probe(base::object_or(record, "probe"));
  parsed.sniff.container = base::text_or(sniff, "container");
  parsed.sniff.description = base::text_or(sniff, "description");
  parsed.sniff.is_still_image = base::bool_or(sniff, "is_still_image");
  parsed.sniff.is_subtitle = base::bool_or(sniff, "is_subtitle");
  parsed.sniff.is_surely_cut = base::bool_or(sniff, "is_surely_cut");
  parsed.sniff.is_encrypted = base::bool_or(sniff, "is_encrypted");
  if (sniff.contains("cut_short")) parsed.sniff.cut_short = base::text_or(sniff, "cut_short");
  return parsed;
}

}  // namespace mpegflow::probe
