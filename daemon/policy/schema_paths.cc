#include "daemon/policy/schema_paths.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "daemon/policy/axes.h"
#include "daemon/policy/builtin.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::MessageType;

// `path` is `above` or lies below it.
bool IsAtOrBelow(std::string_view path, std::string_view above) {
  return path.substr(0, above.size()) == above &&
         (path.size() == above.size() || path[above.size()] == '.');
}

}  // namespace

const std::vector<SchemaLeaf>& SchemaPaths::Leaves(int type) {
  const auto [found, is_new] = by_type_.try_emplace(type);
  std::vector<SchemaLeaf>& leaves = found->second;
  if (!is_new) return leaves;
  Append(type, leaves);
  if (IsAboutAnother(static_cast<MessageType>(type))) {
    const auto& types = *liaison::payload::v1::MessageType_descriptor();
    const std::vector<int> all = ClassesOf(types, {}, Zero::kNever).front();
    for (const int inner : all) {
      if (MayBeInside(static_cast<MessageType>(inner))) Append(inner, leaves);
    }
  }
  std::sort(leaves.begin(), leaves.end(),
            [](const SchemaLeaf& a, const SchemaLeaf& b) { return a.path < b.path; });
  const auto same = [](const SchemaLeaf& a, const SchemaLeaf& b) { return a.path == b.path; };
  leaves.erase(std::unique(leaves.begin(), leaves.end(), same), leaves.end());
  return leaves;
}

// In a sorted list they stand together: '.' comes before every character of a name.
absl::Span<const SchemaLeaf> SchemaPaths::Below(std::string_view path, int type) {
  const std::vector<SchemaLeaf>& leaves = Leaves(type);
  const auto first = std::lower_bound(
      leaves.begin(), leaves.end(), path,
      [](const SchemaLeaf& leaf, std::string_view what) { return leaf.path < what; });
  const auto end = std::find_if_not(
      first, leaves.end(), [&](const SchemaLeaf& leaf) { return IsAtOrBelow(leaf.path, path); });
  return absl::MakeConstSpan(leaves).subspan(static_cast<size_t>(first - leaves.begin()),
                                             static_cast<size_t>(end - first));
}

void SchemaPaths::Append(int type, std::vector<SchemaLeaf>& leaves) {
  std::vector<SchemaLeaf> more = leaves_of_(static_cast<MessageType>(type));
  std::move(more.begin(), more.end(), std::back_inserter(leaves));
}

}  // namespace liaison::policy
