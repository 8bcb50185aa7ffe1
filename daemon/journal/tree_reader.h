// Hashes of the tree, from tiles: what proofs are made of.
#ifndef LIAISON_DAEMON_JOURNAL_TREE_READER_H_
#define LIAISON_DAEMON_JOURNAL_TREE_READER_H_

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/base/ids.h"
#include "daemon/base/mutex.h"
#include "daemon/store/reader.h"

namespace liaison::journal {

using base::Digest;

// A tile of up to 256 hashes with the nodes above them, as far as they are complete. Immutable once
// shared.
class TileTree {
 public:
  static constexpr size_t kWidth = 256;

  void Append(const Digest& entry);
  size_t width() const { return rows_[0].size(); }
  // Node `index` of `height` 0 to 8. REQUIRES: it is complete.
  const Digest& Node(int height, size_t index) const;

 private:
  std::array<std::vector<Digest>, 9> rows_;
};

// Keeps a bounded number of tiles. What is read once of a growing tile is not read again: complete
// nodes never change. Thread-safe.
class TreeReader {
 public:
  // `tiles`: how many are kept, of 16 KiB each.
  TreeReader(store::Reader& reader, size_t tiles) : reader_(reader), most_(tiles) {}

  // The subtree of 2^level leaves that begins at leaf index * 2^level, in the tree of `size`
  // leaves. Errors: those of the store; NOT_FOUND when the subtree is not complete in that tree.
  absl::StatusOr<Digest> Subtree(audit::v1::Log log, uint64_t size, int level, uint64_t index);
  // The root that the first `size` leaves have.
  absl::StatusOr<Digest> RootAt(audit::v1::Log log, uint64_t size);

 private:
  using Key = std::tuple<int, int, uint64_t>;  // log, level, index
  struct Kept {
    std::shared_ptr<const TileTree> tile;
    std::list<Key>::iterator place;
  };

  // The tile with at least `needed` entries; reads up to `there`, how many the tree has.
  absl::StatusOr<std::shared_ptr<const TileTree>> Get(const Key& key, size_t needed, size_t there);
  std::shared_ptr<const TileTree> Find(const Key& key);
  void Keep(const Key& key, std::shared_ptr<const TileTree> tile);
  absl::StatusOr<std::vector<Digest>> Load(const Key& key, size_t from, size_t to);

  store::Reader& reader_;
  const size_t most_;
  base::Mutex mu_;
  std::list<Key> recent_ ABSL_GUARDED_BY(mu_);  // newest first
  absl::flat_hash_map<Key, Kept> kept_ ABSL_GUARDED_BY(mu_);
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_TREE_READER_H_
