#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/submit/fault.h"
#include "core/submit/field.h"

namespace mpegflow::submit {

/// The state of one reading: what was found wrong, and where things of the canonical form stand in
/// the document as it was written.
class Reading {
 public:
  explicit Reading(std::string working_directory)
      : working_directory_(std::move(working_directory)) {}

  const std::string& working_directory() const { return working_directory_; }
  const std::vector<Fault>& faults() const { return faults_; }

  void add(std::string path, FaultCode code, std::string message, std::string nearest = {});
  /// True if something at `path` or below it is at fault: what depends on it is then not judged.
  bool is_faulty(std::string_view path) const;

  /// `canonical` stands at `written` in the document. If `is_whole`, what is below it in the
  /// canonical form has no path of its own there: a short form.
  void note_place(std::string canonical, std::string written, bool is_whole);
  /// Where the node of a canonical path stands in the document.
  std::string find_place(std::string_view canonical) const;

 private:
  struct Place {
    std::string written;
    bool is_whole = false;
  };
  std::string working_directory_;
  std::vector<Fault> faults_;
  std::map<std::string, Place, std::less<>> places_;
};

/// Reads a document against a table: every fault goes to `reading`, every sound value into the
/// canonical object that is returned (lists keep the places of unsound items, as empty objects).
base::json::object read_fields(const ObjectType& type, const base::json::object& document,
                               Reading& reading);

}  // namespace mpegflow::submit
