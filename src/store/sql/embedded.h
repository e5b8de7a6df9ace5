#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace mpegflow::store::sql {

/// The text of a named query ("-- name: …" in queries/*.sql). A name that does not exist is a bug.
std::string_view query(std::string_view name);

/// All named queries, for the test that prepares every one of them.
const std::map<std::string_view, std::string_view>& all_queries();

/// The migrations in order; the first brings an empty database to version 1.
std::span<const std::string_view> migrations();

/// `text` for one dialect: /*MARK:…*/ of this `mark` becomes its content, other marks vanish.
std::string for_dialect(std::string_view text, std::string_view mark);

}  // namespace mpegflow::store::sql
