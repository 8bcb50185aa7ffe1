// The least that a store asks of a sequencer: indexes that grow, a clock that ticks, something in
// place of a tree.
#ifndef LIAISON_TESTS_STORE_COUNTING_SEQUENCER_H_
#define LIAISON_TESTS_STORE_COUNTING_SEQUENCER_H_

#include <string>
#include <vector>

#include "daemon/audit/tree.h"
#include "daemon/store/store.h"

namespace liaison::store {

class CountingSequencer final : public Sequencer {
 public:
  absl::Status Begin(absl::Span<const LogHead> heads) override {
    heads_.assign(heads.begin(), heads.end());
    return begin;
  }
  absl::Time TimeOf(audit::v1::Log log) const override {
    const LogHead& head = heads_[log == audit::v1::EXCHANGE ? 0 : 1];
    return absl::FromUnixMillis(static_cast<int64_t>(head.last_time_ms + 1));
  }
  Sequenced Next(const RecordDraft& draft, uint64_t previous) override {
    LogHead& head = heads_[draft.log == audit::v1::EXCHANGE ? 0 : 1];
    audit::v1::Record record = draft.record;
    head.last_time_ms += 1;
    record.set_time_ms(head.last_time_ms);
    record.set_previous(previous);
    Sequenced sequenced;
    sequenced.index = head.size++;
    head.frontier = std::to_string(head.size);
    sequenced.time = absl::FromUnixMillis(static_cast<int64_t>(head.last_time_ms));
    sequenced.bytes = record.SerializeAsString();
    sequenced.leaf = audit::LeafHash(sequenced.bytes);
    return sequenced;
  }
  std::vector<LogHead> End() override { return heads_; }

  absl::Status begin;  // what Begin answers

 private:
  std::vector<LogHead> heads_;
};

}  // namespace liaison::store

#endif  // LIAISON_TESTS_STORE_COUNTING_SEQUENCER_H_
