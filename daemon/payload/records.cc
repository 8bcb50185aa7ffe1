#include "daemon/payload/records.h"

#include "absl/strings/str_cat.h"
#include "daemon/base/invariant.h"
#include "daemon/base/nearest.h"
#include "daemon/payload/cut.h"
#include "daemon/payload/schema.h"
#include "daemon/payload/wire.h"

namespace liaison::payload {
namespace {

Leaf MakeLeaf(const Slices& slices, const Slice& slice) {
  const std::string_view path = slices.Path(slice);
  Leaf leaf;
  leaf.path = std::string(path);
  leaf.schema_path = WithoutPositions(path);
  leaf.value = std::string(slice.value);
  leaf.sens = slice.sens;
  leaf.needed = slice.needed;
  leaf.part = slice.part;
  leaf.text = slice.text;
  if (slice.bond_name != nullptr) {
    leaf.bond.append(path.substr(0, slice.bond_prefix)).append("#").append(*slice.bond_name);
  }
  return leaf;
}

// `above`: the path of `type`, which has no field `name`. Null: of a value, which has none.
absl::Status NoSuchField(const MessageSchema* type, std::string_view above, std::string_view name) {
  const std::string where =
      above.empty() ? "a message" : absl::StrCat("\"", std::string(above), "\"");
  if (type == nullptr) {
    return absl::NotFoundError(absl::StrCat(where, " is a value, with no fields; stop there"));
  }
  std::set<std::string> known;
  for (const FieldSchema& field : type->fields) known.insert(field.name);
  const std::string nearest = base::Nearest(name, known);
  const std::string fix = nearest.empty() ? "names with dots, without list positions"
                                          : absl::StrCat("\"", nearest, "\"");
  return absl::NotFoundError(
      absl::StrCat(where, " has no field \"", base::Quotable(name), "\"; write ", fix));
}

}  // namespace

absl::StatusOr<std::vector<Leaf>> Cut(const v1::Payload& payload) {
  const std::string bytes = CanonicalBytes(payload);
  const absl::StatusOr<Slices> slices = CutBytes(Schema::OfPayload().root(), bytes);
  if (!slices.ok()) return slices.status();
  std::vector<Leaf> leaves;
  leaves.reserve(slices->leaves.size());
  for (const Slice& slice : slices->leaves) leaves.push_back(MakeLeaf(*slices, slice));
  return leaves;
}

absl::StatusOr<PathInfo> Describe(std::string_view schema_path) {
  const MessageSchema* type = &Schema::OfPayload().root();
  Inherited above;
  for (std::string_view rest = schema_path;;) {
    const size_t dot = rest.find('.');
    const FieldSchema* field = type == nullptr ? nullptr : type->Find(rest.substr(0, dot));
    if (field == nullptr) {
      const size_t begin = schema_path.size() - rest.size();
      return NoSuchField(type, schema_path.substr(0, begin == 0 ? 0 : begin - 1),
                         rest.substr(0, dot));
    }
    const Inherited below = Below(above, *field);
    if (dot == std::string_view::npos) {
      PathInfo info;
      info.is_leaf = field->message == nullptr;
      info.sens = ClassOf(above, *field);
      info.needed = below.needed;
      info.part = below.part;
      info.text = field->text;
      if (field->message != nullptr) info.whole = field->message->whole;
      return info;
    }
    above = below;
    type = field->message;
    rest.remove_prefix(dot + 1);
  }
}

absl::StatusOr<Whole::Kind> FindPath(std::string_view schema_path) {
  for (const std::string_view about_others : {"forwarded_item.original", "field_opening"}) {
    if (!schema_path.starts_with(about_others)) continue;
    return absl::NotFoundError(
        absl::StrCat("no rule decides on \"", std::string(about_others),
                     "\"; write the field as its own message has it, such as \"notice.title\""));
  }
  const absl::StatusOr<PathInfo> info = Describe(schema_path);
  if (!info.ok()) return info.status();
  return info->whole;
}

bool MayBe(Kind kind, Part::Kind part, bool text) {
  using exchange::v1::FieldRecord;
  switch (kind) {
    case FieldRecord::ORIGINAL:
      return true;
    case FieldRecord::GENERALISED:
      return part == Part::DATE && text;
    case FieldRecord::MASKED:
    case FieldRecord::PSEUDONYM:
    case FieldRecord::MATCH_TOKEN:
      return text;
    default:
      return false;
  }
}

std::optional<std::string_view> TextOf(std::string_view value) {
  WireReader reader(value);
  uint32_t tag = 0;
  std::string_view text;
  const bool one = reader.Tag(&tag) && (tag & 7) == MakeTag(0, WireType::kLengthDelimited) &&
                   reader.Content(&text) && reader.done();
  return one ? std::optional(text) : std::nullopt;
}

std::string WithText(std::string_view value, std::string_view text) {
  WireReader reader(value);
  uint32_t tag = 0;
  base::Invariant(reader.Tag(&tag), "the value of a string leaf begins with a tag");
  std::string changed;
  AppendVarint(tag, &changed);
  AppendVarint(text.size(), &changed);
  return changed.append(text);
}

std::string WithoutPositions(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) out.push_back(c);
    if (c == ']') inside = false;
  }
  return out;
}

}  // namespace liaison::payload
