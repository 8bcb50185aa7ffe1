#include "daemon/audit/tree.h"

#include "daemon/crypto/digest.h"

namespace liaison::audit {
namespace {

constexpr std::string_view kLeafPrefix("\x00", 1);
constexpr std::string_view kNodePrefix("\x01", 1);

}  // namespace

Digest LeafHash(std::string_view record) { return crypto::Sha256({kLeafPrefix, record}); }

Digest NodeHash(const Digest& left, const Digest& right) {
  return crypto::Sha256({kNodePrefix, left.raw(), right.raw()});
}

Digest TreeRoot(absl::Span<const Digest> leaves) {
  Frontier frontier;
  for (const Digest& leaf : leaves) frontier.Append(leaf);
  return frontier.Root();
}

}  // namespace liaison::audit
