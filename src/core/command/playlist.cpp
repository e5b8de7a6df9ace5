#include "core/command/playlist.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace mpegflow::command {
namespace {

void add_once(std::vector<ListedFile>& files, ListedFile file) {
  if (!file.name.empty() && std::ranges::find(files, file) == files.end())
    files.push_back(std::move(file));
}

/// The value of URI="…" in the attributes of a tag.
std::string uri_of(std::string_view tag) {
  constexpr std::string_view kName = "URI=\"";
  const std::size_t begin = tag.find(kName);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + kName.size();
  return std::string(tag.substr(from, tag.find('"', from) - from));
}

std::string decode_entities(std::string_view text) {
  using Entity = std::pair<std::string_view, char>;
  constexpr std::array<Entity, 5> kEntities = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string decoded;
  while (!text.empty()) {
    const auto entity = std::ranges::find_if(
        kEntities, [&](const Entity& each) { return text.starts_with(each.first); });
    const bool is_plain = entity == kEntities.end();
    decoded += is_plain ? text.front() : entity->second;
    text.remove_prefix(is_plain ? 1 : entity->first.size());
  }
  return decoded;
}

/// One element of XML without its content.
struct Tag {
  std::string_view name;        ///< without a prefix
  std::string_view attributes;  ///< as they stand

  std::string value_of(std::string_view attribute) const {
    for (std::size_t at = attributes.find(attribute); at != std::string_view::npos;
         at = attributes.find(attribute, at + 1)) {
      const std::size_t equals = at + attribute.size();
      const bool is_whole =
          at > 0 && std::string_view(" \t\r\n").find(attributes[at - 1]) != std::string_view::npos;
      if (!is_whole || equals + 1 >= attributes.size() || attributes[equals] != '=') continue;
      const char quote = attributes[equals + 1];
      const std::size_t end = attributes.find(quote, equals + 2);
      if (end == std::string_view::npos) return {};
      return decode_entities(attributes.substr(equals + 2, end - equals - 2));
    }
    return {};
  }
};

bool is_elsewhere(std::string_view name) {
  return name.starts_with('/') || name.find(':') != std::string_view::npos;
}

/// What `name` is where `base` is the address of what speaks of it.
std::string resolve(const std::string& base, const std::string& name) {
  if (is_elsewhere(name)) return name;
  return base.substr(0, base.rfind('/') + 1) + name;
}

class DashReader {
 public:
  explicit DashReader(std::string_view text) : text_(text) {}

  std::vector<ListedFile> read() {
    while (const auto tag = next_tag()) {
      if (tag->name.starts_with('/')) close(tag->name.substr(1));
      else open(*tag);
    }
    return std::move(files_);
  }

 private:
  struct Element {
    std::string name, id, base;
    std::vector<std::string> names;  ///< of files, placeholders included
  };

  std::optional<Tag> next_tag() {
    for (;;) {
      const std::size_t begin = text_.find('<', at_);
      if (begin == std::string_view::npos) return std::nullopt;
      const bool is_comment = text_.substr(begin).starts_with("<!--");
      const std::size_t end = text_.find(is_comment ? "-->" : ">", begin);
      if (end == std::string_view::npos) return std::nullopt;
      at_ = end + (is_comment ? 3 : 1);
      const std::string_view inside = text_.substr(begin + 1, end - begin - 1);
      if (inside.starts_with('!') || inside.starts_with('?')) continue;
      const std::size_t name_end = std::min(inside.find_first_of(" \t\r\n"), inside.size());
      std::string_view name = inside.substr(0, name_end);
      if (name.size() > 1 && name.ends_with('/')) name.remove_suffix(1);
      const bool is_end = name.starts_with('/');
      if (const std::size_t colon = name.find(':'); colon != std::string_view::npos)
        name = is_end ? std::string_view() : name.substr(colon + 1);
      if (name.empty()) continue;
      return Tag{name, inside.substr(name_end)};
    }
  }

  void open(const Tag& tag) {
    const bool is_empty = text_.substr(0, at_).ends_with("/>");
    if (tag.name == "BaseURL") return take_base(is_empty);
    if (tag.name == "SegmentTemplate")
      take({tag.value_of("initialization"), tag.value_of("media")});
    if (tag.name == "Initialization") take({tag.value_of("sourceURL")});
    if (tag.name == "SegmentURL") take({tag.value_of("media")});
    if (is_empty && tag.name != "Representation") return;
    const std::string base = open_.empty() ? std::string() : open_.back().base;
    open_.push_back({std::string(tag.name), tag.value_of("id"), base, {}});
    if (is_empty) close(tag.name);
  }

  /// The text up to the end of the element.
  void take_base(bool is_empty) {
    if (is_empty || open_.empty()) return;
    const std::size_t end = text_.find('<', at_);
    const std::string name =
        decode_entities(base::trim(text_.substr(at_, std::min(end, text_.size()) - at_)));
    open_.back().base = resolve(open_.back().base, name);
  }

  void take(std::vector<std::string> names) {
    if (open_.empty()) return;
    // Those of a SegmentList stand in elements of their own, within the one that they are for.
    for (std::string& name : names)
      if (!name.empty()) open_.back().names.push_back(std::move(name));
  }

  void close(std::string_view name) {
    while (!open_.empty() && open_.back().name != name && is_open(name)) open_.pop_back();
    if (open_.empty() || open_.back().name != name) return;
    Element element = std::move(open_.back());
    open_.pop_back();
    if (name == "Representation") return list(element);
    if (name.starts_with("Segment") && !open_.empty())
      for (std::string& each : element.names) open_.back().names.push_back(std::move(each));
  }

  bool is_open(std::string_view name) const {
    return std::ranges::find(open_, name, &Element::name) != open_.end();
  }

  void list(const Element& representation) {
    std::vector<std::string> names = representation.names;
    for (const Element& outer : open_)
      names.insert(names.end(), outer.names.begin(), outer.names.end());
    const std::string& base = representation.base;
    if (names.empty() && !base.empty() && !base.ends_with('/'))
      add_once(files_, {base, false, false});
    for (const std::string& each : names)
      add_once(files_, fill_in(resolve(base, each), representation.id));
  }

  /// "$Number%05d$" and the like are for the player to count.
  static ListedFile fill_in(const std::string& name, const std::string& id) {
    constexpr std::string_view kSpecial = "*?[\\";
    ListedFile plain{"", false, false}, pattern{"", false, true};
    for (std::size_t at = 0; at < name.size(); ++at) {
      const std::size_t end = name[at] == '$' ? name.find('$', at + 1) : std::string::npos;
      if (end == std::string::npos || end == at + 1) {
        if (kSpecial.find(name[at]) != std::string_view::npos) pattern.name += '\\';
        pattern.name += name[at];
        plain.name += name[at];
        if (end == at + 1) ++at;  // "$$" is a dollar
        continue;
      }
      const bool is_id = name.compare(at + 1, end - at - 1, "RepresentationID") == 0;
      pattern.name += is_id ? id : "*";
      plain.name += is_id ? id : "*";
      plain.is_pattern |= !is_id;
      at = end;
    }
    return plain.is_pattern ? pattern : plain;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Element> open_;
  std::vector<ListedFile> files_;
};

}  // namespace

std::vector<ListedFile> list_hls_files(std::string_view playlist) {
  std::vector<ListedFile> files;
  bool is_variant = false;
  for (const std::string& whole : base::split(playlist, '\n')) {
    const std::string_view line = base::trim(whole);
    if (line.starts_with("#EXT-X-STREAM-INF:")) {
      is_variant = true;
    } else if (line.starts_with("#EXT-X-MEDIA:")) {
      add_once(files, {uri_of(line), true, false});
    } else if (line.starts_with("#EXT-X-MAP:") || line.starts_with("#EXT-X-KEY:")) {
      add_once(files, {uri_of(line), false, false});
    } else if (!line.empty() && !line.starts_with('#')) {
      add_once(files, {std::string(line), is_variant, false});
      is_variant = false;
    }
  }
  return files;
}

std::vector<ListedFile> list_dash_files(std::string_view manifest) {
  return DashReader(manifest).read();
}

std::string find_key_file(std::string_view key_info) {
  const std::vector<std::string> lines = base::split(key_info, '\n');
  return lines.size() < 2 ? std::string() : std::string(base::trim(lines[1]));
}

}  // namespace mpegflow::command
