#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "core/upkeep/retention.h"
#include "records/api_key_records.h"
#include "store/api_keys.h"

namespace mpegflow::cli {
namespace {

std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& part : base::split(text, ','))
    if (const std::string_view word = base::trim(part); !word.empty()) words.emplace_back(word);
  return words;
}

base::Result<records::KeyWish> read_wish(const KeyWords& words, base::WallTime now) {
  records::KeyWish wish;
  wish.name = words.name;
  wish.tenant = words.tenant;
  wish.scopes = split_words(words.scopes);
  wish.pools = split_words(words.pools);
  if (words.expires.empty()) return wish;
  const auto age = upkeep::parse_age(words.expires);
  if (!age)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("--expires \"{}\" is not an age; write {}",
                                  base::to_printable(words.expires), upkeep::kAgeForm));
  wish.expires = now + *age;
  return wish;
}

std::string show_seconds(const std::optional<base::WallTime>& time) {
  return time ? base::to_rfc3339(*time).substr(0, 19) : "-";
}

}  // namespace

ExitCode key_create(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto wish, read_wish(arguments.key_words, context.clock->now()));
  ASSIGN_OR_REPORT(const auto key, records::make_key(wish, *context.clock, *context.entropy));
  if (auto made = store->execute(store::CreateApiKey{key.row}); !made)
    return report_error(context, arguments, made.error());
  if (arguments.wants_json) {
    print_record(context,
                 base::json::object{{"key", records::to_record(key.row)}, {"token", key.token}});
    return ExitCode::done;
  }
  *context.err.stream << "mpegflow: key " << key.row.id
                      << "; its token is printed this once and kept nowhere\n";
  *context.out.stream << key.token << "\n";
  return ExitCode::done;
}

ExitCode key_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto keys, store::list_api_keys(*store));
  if (arguments.wants_json) {
    base::json::array list;
    for (const store::ApiKeyRow& key : keys) list.push_back(records::to_record(key));
    print_record(context, base::json::object{{"keys", list}});
    return ExitCode::done;
  }
  Table table({{"KEY"},
               {"TENANT"},
               {"SCOPES"},
               {"POOLS"},
               {"CREATED"},
               {"EXPIRES"},
               {"REVOKED"},
               {"NAME", Align::left, true}});
  for (const store::ApiKeyRow& key : keys)
    table.add({key.id, key.tenant, fmt::format("{}", fmt::join(key.scopes, ",")),
               key.pools.empty() ? "-" : fmt::format("{}", fmt::join(key.pools, ",")),
               show_seconds(key.created), show_seconds(key.expires), show_seconds(key.revoked),
               key.name.empty() ? "-" : key.name});
  if (keys.empty()) *context.out.stream << "no keys\n";
  else *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

ExitCode key_revoke(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  if (auto revoked = store->execute(store::RevokeApiKey{arguments.key}); !revoked)
    return report_error(context, arguments, revoked.error());
  if (arguments.wants_json)
    print_record(context, base::json::object{{"key", arguments.key}, {"revoked", true}});
  else *context.out.stream << "key " << arguments.key << " is revoked\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
