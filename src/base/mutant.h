#pragma once

// Bugs that are planted on purpose, to see whether the simulator and the explorer find them. Only
// the preset `mutants` compiles them in; everywhere else MPEGFLOW_MUTANT(x) is false.

#ifdef MPEGFLOW_MUTANTS

#include <span>
#include <string>
#include <string_view>

namespace mpegflow::base {

struct Mutant {
  std::string_view name;
  std::string_view what;
  /// A bug in the SQL: in this query `from` becomes `to`. Empty: the bug is at the place that asks
  /// for it by name.
  std::string_view query, from, to;
};

std::span<const Mutant> all_mutants();
/// Plants one, or none if `name` is empty; for the whole program.
void plant(std::string_view name);
bool is_planted(std::string_view name);
/// Whether anything has passed the place of the planted bug since it was planted. A bug that was
/// never reached says nothing about who finds it.
bool was_reached();
/// The text of a query with the planted bug, if it is one of that query.
std::string plant_in_query(std::string_view query, std::string text);

}  // namespace mpegflow::base

#define MPEGFLOW_MUTANT(name) (::mpegflow::base::is_planted(#name))
#define MPEGFLOW_MUTATED_SQL(query, text) (::mpegflow::base::plant_in_query(query, text))

#else

#define MPEGFLOW_MUTANT(name) false
#define MPEGFLOW_MUTATED_SQL(query, text) (text)

#endif
