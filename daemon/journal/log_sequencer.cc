#include "daemon/journal/log_sequencer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/invariant.h"
#include "daemon/crypto/digest.h"

namespace liaison::journal {
namespace {

constexpr std::string_view kNodePrefix("\x01", 1);

// Not audit::NodeHash: this is the second path.
audit::Digest Join(const audit::Digest& left, const audit::Digest& right) {
  return crypto::Sha256({kNodePrefix, left.raw(), right.raw()});
}

struct Subtree {
  uint64_t leaves;
  audit::Digest hash;
};

}  // namespace

absl::StatusOr<LogState> LogState::FromHead(store::LogHead head) {
  absl::StatusOr<audit::Frontier> frontier = audit::Frontier::Parse(head.frontier);
  if (!frontier.ok() || frontier->size() != head.size) {
    return base::MakeError(base::Reason::kVerificationFailed,
                           absl::StrCat("the head row of ", head.origin, " is damaged"),
                           "run `liaison audit verify --full`; restore as a new epoch");
  }
  return LogState{std::move(head), *std::move(frontier)};
}

absl::Status LogSequencer::Begin(absl::Span<const store::LogHead> heads) {
  for (const store::LogHead& head : heads) {
    const store::LogHead& ours = logs_[Slot(head.log)].head;
    if (head.origin == ours.origin && head.size == ours.size && head.frontier == ours.frontier) {
      continue;
    }
    return base::MakeError(
        base::Reason::kVerificationFailed,
        absl::StrCat("the head row of ", ours.origin, " is not as the last commit left it"),
        "find out who writes to the database besides this daemon");
  }
  return absl::OkStatus();
}

uint64_t LogSequencer::TimeMsOf(audit::v1::Log log) const {
  const auto now_ms = static_cast<uint64_t>(std::max<int64_t>(0, ToUnixMillis(now_.time)));
  return std::max(logs_[Slot(log)].head.last_time_ms, now_ms);
}

absl::Time LogSequencer::TimeOf(audit::v1::Log log) const {
  return absl::FromUnixMillis(static_cast<int64_t>(TimeMsOf(log)));
}

LogSequencer::Sequenced LogSequencer::Next(const store::RecordDraft& draft, uint64_t previous) {
  LogState& log = logs_[Slot(draft.log)];
  log.head.last_time_ms = TimeMsOf(draft.log);
  audit::v1::Record record = draft.record;
  record.set_time_ms(log.head.last_time_ms);
  record.set_origin(log.head.origin);
  record.set_previous(previous);
  record.set_clock_unsure(now_.unsure);

  Sequenced sequenced;
  sequenced.index = log.head.size;
  sequenced.time = absl::FromUnixMillis(static_cast<int64_t>(log.head.last_time_ms));
  sequenced.bytes = record.SerializeAsString();
  sequenced.leaf = audit::LeafHash(sequenced.bytes);
  log.frontier.Append(sequenced.leaf);
  ++log.head.size;
  return sequenced;
}

std::vector<store::LogHead> LogSequencer::End() {
  std::vector<store::LogHead> heads;
  for (LogState& log : logs_) {
    base::Invariant(log.frontier.size() == log.head.size, "a frontier grows with its log");
    log.head.frontier = log.frontier.Serialize();
    heads.push_back(log.head);
  }
  return heads;
}

audit::Digest RootAgain(const audit::Frontier& frontier, absl::Span<const audit::Digest> leaves) {
  std::vector<Subtree> trees;  // sizes strictly decreasing after each leaf
  uint64_t rest = frontier.size();
  for (const audit::Digest& hash : frontier.hashes()) {
    uint64_t size = uint64_t{1} << 63;
    while ((rest & size) == 0) size >>= 1;
    trees.push_back({size, hash});
    rest -= size;
  }
  for (const audit::Digest& leaf : leaves) {
    trees.push_back({1, leaf});
    while (trees.size() > 1 && trees[trees.size() - 2].leaves == trees.back().leaves) {
      const Subtree right = trees.back();
      trees.pop_back();
      trees.back() = {2 * right.leaves, Join(trees.back().hash, right.hash)};
    }
  }
  if (trees.empty()) return crypto::Sha256("");
  audit::Digest root = trees.back().hash;
  for (size_t i = trees.size() - 1; i > 0; --i) root = Join(trees[i - 1].hash, root);
  return root;
}

}  // namespace liaison::journal
