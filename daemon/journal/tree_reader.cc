#include "daemon/journal/tree_reader.h"

#include <algorithm>

#include "daemon/audit/tree.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::journal {
namespace {

constexpr int kTileHeight = 8;

}  // namespace

void TileTree::Append(const Digest& entry) {
  rows_[0].push_back(entry);
  for (size_t height = 0; height + 1 < rows_.size() && rows_[height].size() % 2 == 0; ++height) {
    const std::vector<Digest>& row = rows_[height];
    rows_[height + 1].push_back(audit::NodeHash(row[row.size() - 2], row.back()));
  }
}

const Digest& TileTree::Node(int height, size_t index) const {
  const std::vector<Digest>& row = rows_[static_cast<size_t>(height)];
  base::Invariant(index < row.size(), "only complete nodes are asked for");
  return row[index];
}

absl::StatusOr<Digest> TreeReader::Subtree(audit::v1::Log log, uint64_t size, int level,
                                           uint64_t index) {
  if (level >= 64 || ((index + 1) << level) > size) {
    return absl::NotFoundError("this subtree is not complete");
  }
  const int tile_level = level / kTileHeight;
  const int height = level % kTileHeight;
  const uint64_t first = index << height;  // in entries of the tile's level
  const uint64_t tile = first / TileTree::kWidth;
  const uint64_t entries = size >> (kTileHeight * tile_level);
  const size_t there = std::min<uint64_t>(entries - tile * TileTree::kWidth, TileTree::kWidth);
  const size_t place = first % TileTree::kWidth;
  const size_t needed = place + (size_t{1} << height);
  const absl::StatusOr<std::shared_ptr<const TileTree>> tree =
      Get({log, tile_level, tile}, needed, there);
  if (!tree.ok()) return tree.status();
  return (*tree)->Node(height, place >> height);
}

absl::StatusOr<Digest> TreeReader::RootAt(audit::v1::Log log, uint64_t size) {
  if (size == 0) return crypto::Sha256("");
  std::vector<Digest> subtrees;  // largest first
  uint64_t begin = 0;
  for (int level = 63; level >= 0; --level) {
    if ((size >> level & 1) == 0) continue;
    absl::StatusOr<Digest> subtree = Subtree(log, size, level, begin >> level);
    if (!subtree.ok()) return subtree.status();
    subtrees.push_back(*subtree);
    begin += uint64_t{1} << level;
  }
  Digest root = subtrees.back();
  for (size_t i = subtrees.size() - 1; i > 0; --i) root = audit::NodeHash(subtrees[i - 1], root);
  return root;
}

absl::StatusOr<std::shared_ptr<const TileTree>> TreeReader::Get(const Key& key, size_t needed,
                                                                size_t there) {
  const std::shared_ptr<const TileTree> kept = Find(key);
  if (kept != nullptr && kept->width() >= needed) return kept;
  const size_t from = kept == nullptr ? 0 : kept->width();
  const absl::StatusOr<std::vector<Digest>> entries = Load(key, from, there);
  if (!entries.ok()) return entries.status();
  auto grown = kept == nullptr ? std::make_shared<TileTree>() : std::make_shared<TileTree>(*kept);
  for (const Digest& entry : *entries) grown->Append(entry);
  Keep(key, grown);
  return std::shared_ptr<const TileTree>(std::move(grown));
}

absl::StatusOr<std::vector<Digest>> TreeReader::Load(const Key& key, size_t from, size_t to) {
  const auto [log_number, level, tile] = key;
  const auto log = static_cast<audit::v1::Log>(log_number);
  if (level == 0 && to < TileTree::kWidth) {
    const uint64_t begin = tile * TileTree::kWidth;
    return reader_.Leaves(log, begin + from, begin + to);
  }
  absl::StatusOr<std::vector<Digest>> entries = reader_.Tile(log, level, tile, to);
  if (!entries.ok()) return entries.status();
  base::Invariant(entries->size() == to, "the store gives as many hashes as asked for");
  entries->erase(entries->begin(), entries->begin() + static_cast<ptrdiff_t>(from));
  return entries;
}

std::shared_ptr<const TileTree> TreeReader::Find(const Key& key) {
  base::MutexLock lock(mu_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second.place);
  return found->second.tile;
}

void TreeReader::Keep(const Key& key, std::shared_ptr<const TileTree> tile) {
  base::MutexLock lock(mu_);
  const auto found = kept_.find(key);
  if (found != kept_.end()) {
    // Another thread may have read further meanwhile.
    if (found->second.tile->width() < tile->width()) found->second.tile = std::move(tile);
    return;
  }
  recent_.push_front(key);
  kept_.emplace(key, Kept{std::move(tile), recent_.begin()});
  if (kept_.size() <= most_) return;
  kept_.erase(recent_.back());
  recent_.pop_back();
}

}  // namespace liaison::journal
