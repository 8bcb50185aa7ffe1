#include <bit>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"

namespace liaison::audit {
namespace {

// A run of leaves [begin, end) of which the proof needs the root. It begins at a multiple of the
// smallest power of two that is not below its length, as every subtree of RFC 6962 does.
struct Range {
  uint64_t begin;
  uint64_t end;
  uint64_t size() const { return end - begin; }
};

// The largest power of two below `size`. REQUIRES: size > 1.
uint64_t SplitOf(uint64_t size) { return std::bit_floor(size - 1); }

// Root of a range: its complete subtrees, joined from the right.
absl::StatusOr<Digest> RangeRoot(Range range, SubtreeReader read) {
  std::vector<Digest> complete;
  for (uint64_t at = range.begin; at < range.end;) {
    const uint64_t size = std::bit_floor(range.end - at);
    const int level = std::countr_zero(size);
    absl::StatusOr<Digest> hash = read(level, at >> level);
    if (!hash.ok()) return hash.status();
    complete.push_back(*hash);
    at += size;
  }
  Digest root = complete.back();
  for (size_t i = complete.size() - 1; i > 0; --i) root = NodeHash(complete[i - 1], root);
  return root;
}

absl::StatusOr<std::vector<Digest>> RootsOf(const std::vector<Range>& top_down,
                                            SubtreeReader read) {
  std::vector<Digest> path;
  path.reserve(top_down.size());
  for (auto range = top_down.rbegin(); range != top_down.rend(); ++range) {
    absl::StatusOr<Digest> root = RangeRoot(*range, read);
    if (!root.ok()) return root.status();
    path.push_back(*root);
  }
  return path;
}

absl::Status Wrong(const char* what) {
  return base::MakeError(base::Reason::kVerificationFailed, what);
}

// How many hashes lie on the way from a leaf (or node) up to the root: `inner` where the way is
// still inside the complete part and left or right is decided by the index, `border` where it runs
// along the right edge.
struct PathShape {
  size_t inner;
  size_t border;
};
PathShape ShapeOf(uint64_t index, uint64_t size) {
  const size_t inner = static_cast<size_t>(std::bit_width(index ^ (size - 1)));
  // Shifting by 64 is undefined, and with an inner part of 64 levels no border is left.
  const size_t border = inner < 64 ? static_cast<size_t>(std::popcount(index >> inner)) : 0;
  return {inner, border};
}

}  // namespace

absl::StatusOr<std::vector<Digest>> InclusionPath(uint64_t index, uint64_t size,
                                                  SubtreeReader read) {
  base::Invariant(index < size, "the leaf lies in the tree");
  std::vector<Range> siblings;
  for (Range range{0, size}; range.size() > 1;) {
    const uint64_t middle = range.begin + SplitOf(range.size());
    if (index < middle) {
      siblings.push_back({middle, range.end});
      range.end = middle;
    } else {
      siblings.push_back({range.begin, middle});
      range.begin = middle;
    }
  }
  return RootsOf(siblings, read);
}

absl::StatusOr<std::vector<Digest>> ConsistencyPath(uint64_t from, uint64_t to,
                                                    SubtreeReader read) {
  base::Invariant(from <= to, "a tree grows");
  if (from == 0 || from == to) return std::vector<Digest>();
  std::vector<Range> pieces;
  Range range{0, to};
  // Down the right edge of the first tree, until it fills the range.
  while (range.end != from) {
    const uint64_t middle = range.begin + SplitOf(range.size());
    if (from <= middle) {
      pieces.push_back({middle, range.end});
      range.end = middle;
    } else {
      pieces.push_back({range.begin, middle});
      range.begin = middle;
    }
  }
  // The verifier knows this subtree when it is the whole first tree.
  if (range.begin != 0) pieces.push_back(range);
  return RootsOf(pieces, read);
}

absl::Status VerifyInclusion(const Digest& leaf, uint64_t index, uint64_t size,
                             absl::Span<const Digest> path, const Digest& root) {
  if (index >= size) return Wrong("the leaf does not lie in the tree");
  const PathShape shape = ShapeOf(index, size);
  if (path.size() != shape.inner + shape.border) return Wrong("inclusion path of the wrong length");
  Digest hash = leaf;
  for (size_t level = 0; level < path.size(); ++level) {
    const bool is_left = level < shape.inner && (index >> level & 1) == 0;
    hash = is_left ? NodeHash(hash, path[level]) : NodeHash(path[level], hash);
  }
  if (hash != root) return Wrong("inclusion path does not lead to the root");
  return absl::OkStatus();
}

absl::Status VerifyConsistency(uint64_t from, const Digest& from_root, uint64_t to,
                               const Digest& to_root, absl::Span<const Digest> path) {
  if (from > to) return Wrong("the second tree is smaller than the first");
  if (from == 0 && !path.empty()) return Wrong("consistency path from a tree without leaves");
  if (from == to && !path.empty()) return Wrong("consistency path between trees of one size");
  if (from == to && from_root != to_root) return Wrong("two roots of trees of one size");
  if (from == 0 || from == to) return absl::OkStatus();

  // The path starts at the largest complete subtree that ends where the first tree ends; when that
  // is the whole first tree, its root is known and left out of the path.
  const auto level = static_cast<size_t>(std::countr_zero(from));
  const bool known = std::has_single_bit(from);
  PathShape shape = ShapeOf(from - 1, to);
  shape.inner -= level;
  if (path.size() != shape.inner + shape.border + (known ? 0 : 1)) {
    return Wrong("consistency path of the wrong length");
  }
  Digest first = known ? from_root : path[0];
  Digest second = first;
  if (!known) path.remove_prefix(1);
  const uint64_t index = (from - 1) >> level;
  for (size_t i = 0; i < path.size(); ++i) {
    if (i < shape.inner && (index >> i & 1) == 0) {
      second = NodeHash(second, path[i]);
    } else {
      first = NodeHash(path[i], first);
      second = NodeHash(path[i], second);
    }
  }
  if (first != from_root) return Wrong("consistency path does not lead to the first root");
  if (second != to_root) return Wrong("consistency path does not lead to the second root");
  return absl::OkStatus();
}

}  // namespace liaison::audit
