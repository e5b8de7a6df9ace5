#include <algorithm>
#include <limits>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"
#include "core/submit/context.h"
#include "core/submit/read_spec.h"
#include "core/submit/samples.h"

namespace mpegflow::submit {
namespace {

namespace json = base::json;

/// Words that lead deep into the reader; random text alone never would.
rc::Gen<std::string> make_word() {
  return rc::gen::oneOf(
      rc::gen::elementOf(std::vector<std::string>{
          "input",   "inputs",    "output", "uri",    "key",    "ladder",  "renditions",
          "tasks",   "args",      "needs",  "height", "crf",    "maxrate", "audio",
          "enabled", "packaging", "limits", "memory", "labels", "lane",    "a b",
          "a.b",     "a[0]",      "",       "\"",     "[",      ".",       "]"}),
      rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f)));
}

rc::Gen<std::string> make_text() {
  return rc::gen::oneOf(make_word(),
                        rc::gen::elementOf(std::vector<std::string>{"hls-h264",
                                                                    "vod",
                                                                    "5M",
                                                                    "2GiB",
                                                                    "6s",
                                                                    "720p",
                                                                    "a.mov",
                                                                    "/a",
                                                                    "https://x/y",
                                                                    "x.m3u8",
                                                                    "{input.main}",
                                                                    "{output.x}",
                                                                    "{task.a.x}",
                                                                    "{task.b.x} {output.y}",
                                                                    "'a",
                                                                    "file:///a",
                                                                    "main",
                                                                    "a",
                                                                    "b",
                                                                    "h264",
                                                                    "fast",
                                                                    "fmp4",
                                                                    "~",
                                                                    "-",
                                                                    std::string("a\0b", 3)}));
}

rc::Gen<json::value> make_value(int depth) {
  const auto leaf = rc::gen::oneOf(
      rc::gen::map(make_text(), [](const std::string& text) { return json::value(text); }),
      rc::gen::map(rc::gen::inRange<std::int64_t>(-3, 2000),
                   [](std::int64_t number) { return json::value(number); }),
      rc::gen::map(rc::gen::arbitrary<double>(), [](double number) { return json::value(number); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool truth) { return json::value(truth); }),
      rc::gen::just(json::value(nullptr)),
      rc::gen::just(json::value(std::numeric_limits<std::uint64_t>::max())));
  if (depth == 0) return leaf;
  const auto list = rc::gen::map(
      rc::gen::resize(4, rc::gen::container<std::vector<json::value>>(make_value(depth - 1))),
      [](const std::vector<json::value>& items) {
        return json::value(json::array(items.begin(), items.end()));
      });
  const auto map = rc::gen::map(
      rc::gen::resize(6, rc::gen::container<std::vector<std::pair<std::string, json::value>>>(
                             rc::gen::pair(make_word(), make_value(depth - 1)))),
      [](const std::vector<std::pair<std::string, json::value>>& entries) {
        json::object object;
        for (const auto& [key, value] : entries) object[key] = value;
        return json::value(object);
      });
  return rc::gen::oneOf(leaf, list, map);
}

void collect_paths(const json::value& value, const std::string& path, std::set<std::string>& all) {
  all.insert(path);
  if (const auto* object = value.if_object())
    for (const auto& entry : *object)
      collect_paths(entry.value(), child_path(path, entry.key()), all);
  if (const auto* array = value.if_array())
    for (std::size_t i = 0; i < array->size(); ++i)
      collect_paths((*array)[i], child_path(path, i), all);
}

/// True if `path` is a node, or could be a key of one.
bool is_place(const std::string& path, const std::set<std::string>& all) {
  if (all.contains(path)) return true;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos) return path.find('[') == std::string::npos;
  return all.contains(path.substr(0, dot));
}

/// What must hold for any document whatever.
void check_reading(const json::value& document) {
  const SpecReading reading = read_spec_value(document, kContext);
  RC_ASSERT(reading.spec.has_value() == reading.faults.empty());
  std::set<std::string> paths;
  collect_paths(document, "", paths);
  for (const Fault& fault : reading.faults) {
    RC_LOG() << fault.path << ": " << fault.message;
    RC_ASSERT(is_place(fault.path, paths));
    RC_ASSERT(!fault.message.empty());
  }
  if (!reading.spec) return;
  const SpecReading again = read_spec(base::to_canonical_json(to_json(*reading.spec)), {});
  RC_LOG() << to_text(again.faults, "again");
  RC_ASSERT(again.spec == reading.spec);
  RC_ASSERT(parse_job_spec(to_json(*reading.spec)) == *reading.spec);
}

RC_GTEST_PROP(Properties, AnyValueIsReadOrHasFaultsAtPlacesThatExist, ()) {
  const json::value document = *make_value(4);
  RC_LOG() << json::serialize(document);
  check_reading(document);
}

/// Every node of `value` in turn may be replaced; `countdown` picks which.
bool replace_node(json::value& value, int& countdown, const json::value& by) {
  if (countdown-- == 0) {
    value = by;
    return true;
  }
  if (auto* object = value.if_object()) {
    for (auto& entry : *object)
      if (replace_node(entry.value(), countdown, by)) return true;
  }
  if (auto* array = value.if_array()) {
    for (auto& item : *array)
      if (replace_node(item, countdown, by)) return true;
  }
  return false;
}

RC_GTEST_PROP(Properties, ASpecWithOneNodeChangedIsReadOrHasFaultsAtPlacesThatExist, ()) {
  const auto& sample = kSamples[*rc::gen::inRange<std::size_t>(0, std::size(kSamples))];
  json::value document = base::parse_json(sample.text, "sample").value();
  int countdown = *rc::gen::inRange(0, 12);
  replace_node(document, countdown, *make_value(2));
  RC_LOG() << json::serialize(document);
  check_reading(document);
}

RC_GTEST_PROP(Properties, AnyTextIsReadWithoutHarm, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("{}[]:,-?&*!|>'\"%@`#\n\n   abtrue01.e+~\\x\xc3\xa9\t")));
  const SpecReading reading = read_spec(text, kContext);
  RC_ASSERT(reading.spec.has_value() == reading.faults.empty());
  const auto lines = 1 + std::ranges::count(text, '\n');
  for (const Fault& fault : reading.faults) RC_ASSERT(fault.line >= 0 && fault.line <= lines);
}

}  // namespace
}  // namespace mpegflow::submit
