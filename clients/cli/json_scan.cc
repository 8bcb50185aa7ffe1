#include "clients/cli/json_scan.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/json_fit.h"

namespace liaison::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

constexpr int kMaxDepth = 64;
constexpr size_t kMostMisfits = 100;
// What the outermost object is called.
constexpr std::string_view kWhole = "draft";

struct Position {
  size_t line = 1;
  size_t column = 1;
};

// One column for each.
bool BeginsCodePoint(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

Position PositionOf(std::string_view text, size_t at) {
  Position position;
  for (const char c : text.substr(0, at)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if (BeginsCodePoint(c)) {
      ++position.column;
    }
  }
  return position;
}

// "line 2, column 7: "
std::string PlaceOf(std::string_view text, size_t at) {
  const Position position = PositionOf(text, at);
  return absl::StrCat("line ", position.line, ", column ", position.column, ": ");
}

void AppendUtf8(uint32_t point, std::string& out) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
    return;
  }
  const int tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static constexpr unsigned kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out.push_back(static_cast<char>(kLead[tail] | (point >> (6 * tail))));
  for (int i = tail - 1; i >= 0; --i)
    out.push_back(static_cast<char>(0x80 | ((point >> (6 * i)) & 0x3f)));
}

// The field that a member name stands for: the parser takes the proto name and the camel-case name
// alike.
std::string FieldName(std::string_view name) {
  std::string result;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      result.push_back(upper ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c);
      upper = false;
    }
  }
  return result;
}

// Recursive descent over one text. Each function expects its thing at at_ and stops behind it. With
// a shape, the message that the outermost object should be, it finds what does not fit; `type` and
// `field` are null where nothing is known.
class Scanner {
 public:
  explicit Scanner(std::string_view text, const Descriptor* shape = nullptr)
      : text_(text), shape_(shape) {}

  absl::StatusOr<std::vector<JsonMember>> Scan() {
    SkipSpace();
    if (Peek() != '{') return Fault("an object { ... } is expected");
    absl::Status status = Object("", 1, shape_);
    if (!status.ok()) return status;
    SkipSpace();
    if (at_ != text_.size()) return FaultAt(at_, "nothing may follow the object", "");
    return members_;
  }

  absl::StatusOr<std::string> String() {
    if (Peek() != '"') return Fault("a string in double quotes is expected");
    ++at_;
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return Fault("a control character must be escaped in a string");
      }
      if (text_[at_] != '\\') {
        out.push_back(text_[at_++]);
        continue;
      }
      if (const absl::Status status = Escape(out); !status.ok()) return status;
    }
    if (at_ >= text_.size()) return Fault("the string has no end");
    ++at_;
    return out;
  }

  bool at_end() const { return at_ == text_.size(); }
  const std::vector<base::FieldFault>& misfits() const { return misfits_; }

 private:
  absl::Status FaultAt(size_t at, std::string_view what, std::string_view path) const {
    const std::string description = absl::StrCat(PlaceOf(text_, at), std::string(what));
    base::ErrorText error;
    error.reason = base::Reason::kValidationFailed;
    error.message = absl::StrCat("not valid JSON: ", description);
    error.fields.push_back({std::string(path.empty() ? kWhole : path), "JSON", description});
    return base::MakeError(error);
  }
  // Of the value that is read.
  absl::Status Fault(std::string_view what) const { return FaultAt(at_, what, path_); }

  void AddMisfit(size_t at, const std::string& path, const std::string& what) {
    if (what.empty() || misfits_.size() == kMostMisfits) return;
    misfits_.push_back({path, "JSON", absl::StrCat(PlaceOf(text_, at), what)});
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipSpace() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  absl::StatusOr<uint32_t> Hex4() {
    uint32_t value = 0;
    if (at_ + 4 > text_.size() || !absl::SimpleHexAtoi(std::string(text_.substr(at_, 4)), &value) ||
        text_.substr(at_, 4).find_first_not_of("0123456789abcdefABCDEF") !=
            std::string_view::npos) {
      return Fault("four hex digits are expected");
    }
    at_ += 4;
    return value;
  }

  absl::Status Escape(std::string& out) {
    ++at_;
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const char c = Peek();
    if (const size_t i = kNames.find(c); c != '\0' && i != std::string_view::npos) {
      out.push_back(kValues[i]);
      ++at_;
      return absl::OkStatus();
    }
    if (c != 'u') return Fault("not an escape of JSON");
    ++at_;
    absl::StatusOr<uint32_t> point = Hex4();
    if (!point.ok()) return point.status();
    if (*point >= 0xdc00 && *point < 0xe000) return Fault("half of a surrogate pair");
    if (*point >= 0xd800 && *point < 0xdc00) {
      if (text_.substr(at_, 2) != "\\u") return Fault("half of a surrogate pair");
      at_ += 2;
      const absl::StatusOr<uint32_t> low = Hex4();
      if (!low.ok()) return low.status();
      if (*low < 0xdc00 || *low >= 0xe000) return Fault("half of a surrogate pair");
      point = 0x10000 + ((*point - 0xd800) << 10) + (*low - 0xdc00);
    }
    AppendUtf8(*point, out);
    return absl::OkStatus();
  }

  // The members that one object has by now, and the choices that they made.
  struct Seen {
    std::set<std::string> names;
    std::set<const OneofDescriptor*> choices;
  };

  absl::Status Object(const std::string& path, int depth, const Descriptor* type) {
    if (depth > kMaxDepth) return Fault("too many levels");
    ++at_;
    Seen seen;
    SkipSpace();
    if (Peek() == '}') {
      ++at_;
      return absl::OkStatus();
    }
    while (true) {
      if (const absl::Status status = Member(path, depth, type, seen); !status.ok()) return status;
      SkipSpace();
      const char c = Peek();
      if (c != ',' && c != '}') return FaultAt(at_, "a comma or } is expected", path);
      ++at_;
      if (c == '}') return absl::OkStatus();
    }
  }

  // The field that the member which begins at `begin` stands for.
  const FieldDescriptor* Find(const Descriptor* type, const std::string& name, size_t begin,
                              const std::string& path, Seen& seen) {
    if (type == nullptr) return nullptr;
    const FieldDescriptor* field = FieldNamed(*type, name);
    if (field == nullptr) {
      AddMisfit(begin, path, NoSuchField(*type));
      return nullptr;
    }
    const OneofDescriptor* choice = field->real_containing_oneof();
    if (choice != nullptr && !seen.choices.insert(choice).second) {
      AddMisfit(begin, path, "another is there already; only one may be, so leave one out");
    }
    return field;
  }

  absl::Status Member(const std::string& path, int depth, const Descriptor* type, Seen& seen) {
    path_ = path;
    SkipSpace();
    if (Peek() != '"') return Fault("a member is expected, its name in double quotes");
    JsonMember member;
    member.begin = at_;
    absl::StatusOr<std::string> name = String();
    if (!name.ok()) return name.status();
    const std::string here = path.empty() ? *name : absl::StrCat(path, ".", *name);
    if (!seen.names.insert(FieldName(*name)).second) {
      return FaultAt(member.begin, absl::StrCat("\"", *name, "\" stands twice in one object"),
                     here);
    }
    const FieldDescriptor* field = Find(type, *name, member.begin, here, seen);
    SkipSpace();
    if (Peek() != ':') return FaultAt(at_, "a colon is expected", here);
    ++at_;
    SkipSpace();
    member.value = at_;
    if (const absl::Status status = Value(here, depth, field); !status.ok()) return status;
    member.end = at_;
    member.name = *std::move(name);
    if (depth == 1) members_.push_back(std::move(member));
    return absl::OkStatus();
  }

  absl::Status Array(const std::string& path, int depth, const FieldDescriptor* field) {
    if (depth > kMaxDepth) return Fault("too many levels");
    ++at_;
    SkipSpace();
    if (Peek() == ']') {
      ++at_;
      return absl::OkStatus();
    }
    for (size_t i = 0;; ++i) {
      SkipSpace();
      const absl::Status status = Value(absl::StrCat(path, "[", i, "]"), depth, field);
      if (!status.ok()) return status;
      SkipSpace();
      const char c = Peek();
      if (c != ',' && c != ']') return FaultAt(at_, "a comma or ] is expected", path);
      ++at_;
      if (c == ']') return absl::OkStatus();
    }
  }

  absl::Status Value(const std::string& path, int depth, const FieldDescriptor* field) {
    path_ = path;
    const size_t begin = at_;
    const absl::Status status = AnyValue(path, depth, field);
    if (!status.ok() || field == nullptr) return status;
    AddMisfit(begin, path, MisfitOf(*field, text_.substr(begin, at_ - begin)));
    return status;
  }

  absl::Status AnyValue(const std::string& path, int depth, const FieldDescriptor* field) {
    switch (Peek()) {
      case '{':
        return Object(path, depth + 1, MessageIn(field));
      case '[':
        return Array(path, depth + 1, field);
      case '"':
        return String().status();
      default:
        return Literal();
    }
  }

  absl::Status Literal() {
    const size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    if (word != "true" && word != "false" && word != "null" && !IsNumber(word)) {
      return Fault("a value is expected");
    }
    at_ = end;
    return absl::OkStatus();
  }

  // "-"? int frac? exp?, RFC 8259 section 6.
  static bool IsNumber(std::string_view word) {
    const auto digits = [&word] {
      size_t n = 0;
      while (n < word.size() && absl::ascii_isdigit(static_cast<unsigned char>(word[n]))) ++n;
      word.remove_prefix(n);
      return n;
    };
    if (!word.empty() && word[0] == '-') word.remove_prefix(1);
    const bool zero = !word.empty() && word[0] == '0';
    const size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (!word.empty() && word[0] == '.') {
      word.remove_prefix(1);
      if (digits() == 0) return false;
    }
    if (!word.empty() && (word[0] == 'e' || word[0] == 'E')) {
      word.remove_prefix(1);
      if (!word.empty() && (word[0] == '+' || word[0] == '-')) word.remove_prefix(1);
      if (digits() == 0) return false;
    }
    return word.empty();
  }

  const std::string_view text_;
  const Descriptor* const shape_;
  size_t at_ = 0;
  std::string path_;  // of what is read
  std::vector<base::FieldFault> misfits_;
  std::vector<JsonMember> members_;
};

}  // namespace

absl::StatusOr<std::vector<JsonMember>> ScanJson(std::string_view text) {
  return Scanner(text).Scan();
}

absl::StatusOr<std::vector<base::FieldFault>> FindMisfits(std::string_view text,
                                                          const Descriptor& shape) {
  Scanner scanner(text, &shape);
  const auto members = scanner.Scan();
  if (!members.ok()) return members.status();
  return scanner.misfits();
}

TakenMember TakeMember(std::string_view text, const std::vector<JsonMember>& members,
                       std::string_view name) {
  for (size_t i = 0; i < members.size(); ++i) {
    if (FieldName(members[i].name) != FieldName(name)) continue;
    // One comma goes with it: the one behind, or for the last member the one in front.
    size_t begin = members[i].begin;
    size_t end = members[i].end;
    if (i + 1 < members.size()) {
      end = members[i + 1].begin;
    } else if (i > 0) {
      begin = members[i - 1].end;
    }
    std::string rest(text.substr(0, begin));
    for (const char c : text.substr(begin, end - begin)) {
      if (BeginsCodePoint(c)) rest.push_back(c == '\n' ? '\n' : ' ');
    }
    return {rest.append(text.substr(end)),
            std::string(text.substr(members[i].value, members[i].end - members[i].value))};
  }
  return {std::string(text), ""};
}

absl::StatusOr<std::string> DecodeJsonString(std::string_view json) {
  Scanner scanner(json);
  absl::StatusOr<std::string> result = scanner.String();
  if (result.ok() && !scanner.at_end()) {
    return base::MakeError(base::Reason::kValidationFailed, "a string is expected");
  }
  return result;
}

}  // namespace liaison::cli
