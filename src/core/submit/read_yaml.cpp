#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <re2/re2.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/submit/document.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

constexpr std::size_t kBytesPerNode = 16;

/// What the parser meets at the end it may place in the marker that we put behind the text.
int line_of(const YAML::Mark& mark, int last_line) {
  return std::min(mark.line + 1, last_line);
}

std::optional<json::value> parse_int(std::string_view text) {
  static const re2::RE2 kDecimal("[-+]?[0-9]+");
  static const re2::RE2 kOctal("0o[0-7]+");
  static const re2::RE2 kHex("0x[0-9a-fA-F]+");
  const re2::StringPiece piece(text.data(), text.size());
  int base = 0;
  if (re2::RE2::FullMatch(piece, kDecimal)) base = 10;
  if (re2::RE2::FullMatch(piece, kOctal)) base = 8;
  if (re2::RE2::FullMatch(piece, kHex)) base = 16;
  if (base == 0) return std::nullopt;
  if (base != 10) text.remove_prefix(2);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error == std::errc{}) return json::value(number);
  // Beyond 64 bits nothing of ours fits; as infinity it is refused where it stands.
  return json::value(std::numeric_limits<double>::infinity());
}

std::optional<json::value> parse_float(std::string_view text) {
  static const re2::RE2 kFloat(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  static const re2::RE2 kInfinity(R"([-+]?\.(inf|Inf|INF)|\.nan|\.NaN|\.NAN)");
  const re2::StringPiece piece(text.data(), text.size());
  if (re2::RE2::FullMatch(piece, kInfinity))
    return json::value(std::numeric_limits<double>::infinity());
  if (!re2::RE2::FullMatch(piece, kFloat)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) number = std::numeric_limits<double>::infinity();
  return json::value(number);
}

/// A plain scalar by the core schema of YAML 1.2.
json::value resolve_plain(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = parse_int(text)) return *number;
  if (auto number = parse_float(text)) return *number;
  return json::string(text);
}

/// Builds the value from the parser's events, so that quoting, places and repeated keys, which a
/// finished tree no longer shows, are still there to see.
class ValueBuilder final : public YAML::EventHandler {
 public:
  ValueBuilder(Document& document, int last_line) : document_(document), last_line_(last_line) {}

  bool is_stopped() const { return stopped_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (wants_key()) return refuse_key(mark);
    add({nullptr}, mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (stopped_) return;
    if (wants_key()) return refuse_key(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      fault(path_of_next(), FaultCode::cycle, "this anchor contains itself", mark);
      return add({nullptr}, mark, 0);
    }
    add(found->second, mark, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (stopped_) return;
    if (wants_key()) return take_key(mark, text);
    // Long text weighs more than one node: an alias to it repeats all of it.
    add({resolve(mark, tag, text), 1 + text.size() / kBytesPerNode}, mark, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(json::array(), mark, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(json::object(), mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A value with its size, so that copies of it can be counted before they are made.
  struct Node {
    json::value value;
    std::size_t nodes = 1;
    std::size_t height = 1;
  };
  struct Frame {
    Node node;
    std::string path;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    bool is_key = false;             ///< a list or map in the place of a key: read and dropped
    std::optional<std::string> key;  ///< of the value that comes next
    bool drop_next = false;          ///< that value stands under a key that was there before
  };

  bool wants_key() const {
    return !frames_.empty() && frames_.back().node.value.is_object() && !frames_.back().key;
  }

  void fault(std::string path, FaultCode code, std::string message, const YAML::Mark& mark) {
    document_.faults.push_back({.path = std::move(path),
                                .code = code,
                                .message = std::move(message),
                                .nearest = "",
                                .line = line_of(mark, last_line_)});
  }

  void refuse_key(const YAML::Mark& mark) {
    if (stopped_) return;
    fault(frames_.back().path, FaultCode::malformed, "a key must be text", mark);
    frames_.back().key = "";
    frames_.back().drop_next = true;
  }

  void take_key(const YAML::Mark& mark, const std::string& text) {
    Frame& frame = frames_.back();
    const std::string path = child_path(frame.path, text);
    frame.key = text;
    frame.node.nodes += text.size() / kBytesPerNode;
    frame.drop_next = frame.node.value.get_object().contains(text);
    if (frame.drop_next)
      fault(path, FaultCode::duplicate, fmt::format("{} stands here twice", quote(text)), mark);
    document_.lines.emplace(path, line_of(mark, last_line_));
  }

  std::string path_of_next() const {
    if (frames_.empty()) return "";
    const Frame& frame = frames_.back();
    if (frame.key) return child_path(frame.path, *frame.key);
    if (const auto* array = frame.node.value.if_array())
      return child_path(frame.path, array->size());
    return frame.path;
  }

  json::value resolve(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    static constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    if (tag == "?" || tag.empty()) return resolve_plain(text);
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return json::string(text);
    if (tag.starts_with(kStandard)) return resolve_plain(text);
    fault(path_of_next(), FaultCode::unsupported,
          fmt::format("the tag {} is not supported", quote(tag)), mark);
    return json::string(text);
  }

  void open(json::value container, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (stopped_) return;
    const bool is_key = wants_key();
    const std::string path = path_of_next();
    if (is_key) refuse_key(mark);
    else document_.lines.emplace(path, line_of(mark, last_line_));
    if (frames_.size() >= kMaxDocumentDepth) return stop_for_depth(mark);
    frames_.push_back({.node = {std::move(container)},
                       .path = path,
                       .mark = mark,
                       .anchor = anchor,
                       .is_key = is_key,
                       .key = {}});
  }

  void close() {
    if (stopped_) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (!frame.is_key) add(std::move(frame.node), frame.mark, frame.anchor);
  }

  void add(Node node, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (stopped_) return;
    if (anchor != 0) anchors_[anchor] = node;
    document_.lines.emplace(path_of_next(), line_of(mark, last_line_));
    if (frames_.empty()) {
      document_.value = std::move(node.value);
      return;
    }
    Frame& frame = frames_.back();
    frame.node.nodes += node.nodes;
    frame.node.height = std::max(frame.node.height, node.height + 1);
    if (frame.node.nodes > kMaxDocumentNodes) {
      fault("", FaultCode::too_large,
            fmt::format("more than {} nodes, counting what anchors repeat", kMaxDocumentNodes),
            mark);
      stopped_ = true;
    } else if (frames_.size() + node.height > kMaxDocumentDepth + 1) {
      stop_for_depth(mark);
    } else if (auto* array = frame.node.value.if_array()) {
      array->emplace_back(std::move(node.value));
    } else {
      if (!frame.drop_next) frame.node.value.get_object().emplace(*frame.key, node.value);
      frame.key.reset();
    }
  }

  void stop_for_depth(const YAML::Mark& mark) {
    fault("", FaultCode::too_large,
          fmt::format("nested more than {} levels deep", kMaxDocumentDepth), mark);
    stopped_ = true;
  }

  Document& document_;
  int last_line_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Node> anchors_;
  bool stopped_ = false;
};

}  // namespace

Document read_yaml(std::string_view text) {
  const int last_line = static_cast<int>(1 + std::ranges::count(text, '\n'));
  // The parser throws; this is the adapter where that ends.
  try {
    // yaml-cpp takes the end of the text for the end of an open quote; an end marker in a quote is
    // refused by it, so that a spec that was cut off is not read as a whole one.
    std::istringstream stream(fmt::format("{}{}...\n", text, text.ends_with('\n') ? "" : "\n"));
    YAML::Parser parser(stream);
    Document document;
    ValueBuilder builder(document, last_line);
    parser.HandleNextDocument(builder);
    Document rest;
    ValueBuilder rest_builder(rest, last_line);
    if (!builder.is_stopped() && parser.HandleNextDocument(rest_builder)) {
      return make_faulty_document(FaultCode::syntax, "expected one YAML document, found several",
                                  find_line(rest, ""));
    }
    if (builder.is_stopped()) document.value = nullptr;
    if (document.value.is_null() && document.faults.empty())
      return make_faulty_document(FaultCode::missing, "the document is empty", 0);
    return document;
  } catch (const YAML::Exception& error) {
    return make_faulty_document(FaultCode::syntax, fmt::format("not valid YAML: {}", error.msg),
                                error.mark.is_null() ? 0 : line_of(error.mark, last_line));
  } catch (const std::exception& error) {
    return make_faulty_document(FaultCode::syntax, fmt::format("not valid YAML: {}", error.what()),
                                0);
  }
}

}  // namespace mpegflow::submit
