#include "cli/another_way.h"

#include "cli/lookup.h"

namespace mpegflow::cli {

base::Result<store::AnotherWay> find_another_way(store::Store& store, const Arguments& arguments) {
  store::AnotherWay way;
  way.pool = arguments.pool;
  if (arguments.revision.empty()) return way;
  ASSIGN_OR_RETURN(way.encoder_revision, find_named_revision(store, arguments.revision));
  return way;
}

}  // namespace mpegflow::cli
