#include "core/command/encoder_params.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/result.h"
#include "base/text.h"
#include "core/command/address.h"

namespace mpegflow::command {
namespace {

/// How an encoder reads its parameters.
struct Family {
  std::string_view option;
  std::string_view separators;
  std::string_view stats;          ///< the parameter that names the log of the first pass
  std::string_view default_stats;  ///< the name it has if none is given
  std::string_view tree;           ///< what is appended for the second file of the log
};

constexpr Family kFamilies[] = {
    {"x264-params", ":", "stats", "x264_2pass.log", ".mbtree"},
    {"x264opts", ":", "stats", "x264_2pass.log", ".mbtree"},
    {"x265-params", ":", "stats", "x265_2pass.log", ".cutree"},
    {"vvenc-params", ":", "rcstatsfile", "", ""},
    {"svtav1-params", ":", "", "", ""},
    {"aom-params", ":", "", "", ""},
    {"rav1e-params", ":", "", "", ""},
    {"xavs2-params", ":", "", "", ""},
    {"xeve-params", ":", "", "", ""},
    {"oapv-params", ":", "", "", ""},
    {"kvazaar-params", ",", "", "", ""},
};

/// A parameter that names a file.
struct ParamFile {
  std::string_view name;
  Role role;
};

constexpr ParamFile kParamFiles[] = {
    {"analysis-load", Role::read},
    {"analysis-reuse-file", Role::write},
    {"analysis-save", Role::write},
    {"cqmfile", Role::read},
    {"csv", Role::write},
    {"dhdr10-info", Role::read},
    {"dolby-vision-rpu", Role::read},
    {"dump-yuv", Role::write},
    {"fgs-table", Role::read},
    {"film-grain-table", Role::read},
    {"lambda-file", Role::read},
    {"qpfile", Role::read},
    {"recon", Role::write},
    {"vmaf-model-path", Role::read},
    {"zonefile", Role::read},
};

/// Parameters that take a word of their own or the name of a file.
struct WordOrFile {
  std::string_view name;
  std::array<std::string_view, 3> words;
};

constexpr WordOrFile kWordsOrFiles[] = {
    {"cqm", {"flat", "jvt", ""}},
    {"scaling-list", {"off", "default", "0"}},
};

/// What other parameters that name files are called in part.
constexpr std::array<std::string_view, 4> kSuspects = {"file", "path", "table", "roi"};

const Family* find_family(std::string_view option) {
  const auto found = std::ranges::find(kFamilies, option, &Family::option);
  return found == std::end(kFamilies) ? nullptr : &*found;
}

bool is_suspect(const KeyValue& param) {
  const std::string& value = param.value.text();
  const bool is_number = value.find_first_not_of("0123456789.-") == std::string::npos;
  const bool is_switch = value == "true" || value == "false" || value == "off" || value == "none";
  if (is_number || is_switch || param.key.ends_with("profile")) return false;
  return std::ranges::any_of(
      kSuspects, [&](std::string_view part) { return param.key.find(part) != std::string::npos; });
}

class ParamsFinder {
 public:
  ParamsFinder(const Family& family, const EncoderParams& params, FileList& files)
      : family_(family), params_(params), files_(files) {}

  Outcome<OwnLog> find() {
    const auto all = split_options(params_.value, family_.separators);
    const auto pass = std::ranges::find(all, "pass", &KeyValue::key);
    const std::string number = pass != all.end() ? pass->value.text() : params_.pass;
    bool has_stats = false;
    for (const KeyValue& param : all) {
      if (param.value.size() == 0) continue;
      if (!family_.stats.empty() && param.key == family_.stats) {
        has_stats = has_stats || !number.empty();
        add_stats(param.value, number);
      } else if (auto added = add_param(param); !added) {
        return tl::unexpected(added.error());
      }
    }
    if (pass != all.end() && !has_stats) add_default_stats(number);
    // x265 keeps its own log beside the one of -pass.
    return has_stats && params_.option != "x265-params" ? OwnLog::named : OwnLog::none;
  }

 private:
  Outcome<void> add_param(const KeyValue& param) {
    for (const WordOrFile& either : kWordsOrFiles)
      if (either.name == param.key)
        return std::ranges::find(either.words, param.value.text()) != either.words.end()
                   ? Outcome<void>()
                   : add(Role::read, param.value);
    for (const ParamFile& file : kParamFiles)
      if (file.name == param.key) return add(file.role, param.value);
    if (!is_suspect(param)) return {};
    return refuse(RefusalCode::unclear_file,
                  fmt::format("\"{}\" of -{} seems to name a file, but what becomes of it is not "
                              "known here; leave it out",
                              base::to_printable(param.key), params_.option));
  }

  Outcome<void> add(Role role, const MarkedText& value) {
    const auto address = read_address(value, role == Role::read ? Direction::in : Direction::out);
    if (!address) return tl::unexpected(address.error());
    for (const MarkedText& path : address->files)
      files_.add(role, address->kind == AddressKind::http ? Shape::address : Shape::file, path,
                 params_.word);
    return {};
  }

  void add_stats(const MarkedText& path, std::string_view pass) {
    for (const Role role : roles_of_pass(pass)) {
      files_.add(role, Shape::file, path, params_.word);
      if (!family_.tree.empty())
        files_.add_unnamed(Origin::derived, role, Shape::file,
                           path.text() + std::string(family_.tree));
    }
  }

  void add_default_stats(std::string_view pass) {
    if (family_.default_stats.empty()) return;
    const std::string path(family_.default_stats);
    for (const Role role : roles_of_pass(pass)) {
      files_.add_unnamed(Origin::fallback, role, Shape::file, path);
      files_.add_unnamed(Origin::fallback, role, Shape::file, path + std::string(family_.tree));
    }
  }

  const Family& family_;
  const EncoderParams& params_;
  FileList& files_;
};

}  // namespace

bool is_encoder_params(std::string_view option) {
  return find_family(option) != nullptr;
}

std::vector<Role> roles_of_pass(std::string_view pass) {
  if (pass == "1") return {Role::write};
  if (pass == "2") return {Role::read};
  if (pass == "3") return {Role::read, Role::write};
  return {};
}

Outcome<OwnLog> find_param_files(const EncoderParams& params, FileList& files) {
  const Family* family = find_family(params.option);
  base::check(family != nullptr, "only parameters of encoders are asked for");
  return ParamsFinder(*family, params, files).find();
}

}  // namespace mpegflow::command
