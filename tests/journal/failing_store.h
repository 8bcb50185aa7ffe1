// A store that does what another does until told to fail, or to write something else than it was
// given.
#ifndef LIAISON_TESTS_JOURNAL_FAILING_STORE_H_
#define LIAISON_TESTS_JOURNAL_FAILING_STORE_H_

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/store.h"

namespace liaison::journal {

class FailingStore final : public store::Store {
 public:
  explicit FailingStore(store::Store& real) : real_(real) {}

  std::atomic<bool> fail_commit = false;      // the commit's outcome is not known
  std::atomic<bool> corrupt_leaves = false;   // the rows are not what was written
  std::atomic<bool> drop_an_outcome = false;  // one answer less than there were changes
  std::atomic<bool> fail_sample = false;      // the free space is not known
  std::atomic<uint64_t> free_bytes = uint64_t{1} << 40;
  std::function<void()> before_return;  // after a commit, before the journal knows
  std::function<void(const store::ExchangeName&)> on_find;
  std::function<void()> on_records;  // of an exchange
  std::function<void()> on_sample;  // of the free space

  absl::StatusOr<std::vector<store::Outcome>> Commit(absl::Span<const store::Change> changes,
                                                     store::Sequencer& sequencer) override {
    auto outcomes = real_.Commit(changes, sequencer);
    if (before_return) before_return();
    if (fail_commit) return absl::InternalError("the disk says nothing");
    if (drop_an_outcome && outcomes.ok()) outcomes->pop_back();
    return outcomes;
  }
  absl::StatusOr<std::vector<store::LogHead>> Acquire(const std::string& exchange_origin,
                                                      const std::string& desk_origin) override {
    return real_.Acquire(exchange_origin, desk_origin);
  }
  absl::StatusOr<store::Exchange> Find(const store::ExchangeName& name) override {
    if (on_find) on_find(name);
    return real_.Find(name);
  }
  absl::StatusOr<std::vector<store::Exchange>> FindByPrefix(
      const base::ExchangePrefix& prefix) override {
    return real_.FindByPrefix(prefix);
  }
  absl::StatusOr<std::pair<std::vector<store::Exchange>, int64_t>> List(
      const store::ExchangeFilter& filter) override {
    return real_.List(filter);
  }
  absl::StatusOr<std::pair<std::vector<store::Exchange>, int64_t>> OfConversation(
      const store::ExchangeId& conversation, int64_t after_row, size_t limit) override {
    return real_.OfConversation(conversation, after_row, limit);
  }
  absl::StatusOr<std::pair<std::vector<store::Exchange>, int64_t>> RepliesTo(
      const store::Exchange& original, payload::v1::MessageType type, int64_t after_row,
      size_t limit) override {
    return real_.RepliesTo(original, type, after_row, limit);
  }
  absl::StatusOr<std::pair<std::vector<store::Exchange>, int64_t>> PassedOn(
      const store::ExchangeName& original, int64_t after_row, size_t limit) override {
    return real_.PassedOn(original, after_row, limit);
  }
  absl::StatusOr<std::pair<std::vector<store::Exchange>, int64_t>> AllPassedOn(
      int64_t after_row, size_t limit) override {
    return real_.AllPassedOn(after_row, limit);
  }
  absl::StatusOr<store::StoredBody> Body(const store::ExchangeName& name) override {
    return real_.Body(name);
  }
  absl::StatusOr<store::Submitted> FindSubmitted(const base::Digest& idempotency_key) override {
    return real_.FindSubmitted(idempotency_key);
  }
  absl::StatusOr<std::vector<store::Exchange>> DueOutgoing(std::string_view partner,
                                                           size_t limit) override {
    return real_.DueOutgoing(partner, limit);
  }
  absl::StatusOr<std::vector<store::Exchange>> ExpiredOutgoing(std::string_view partner,
                                                               absl::Time now,
                                                               size_t limit) override {
    return real_.ExpiredOutgoing(partner, now, limit);
  }
  absl::StatusOr<uint64_t> CountQueued(std::string_view partner) override {
    return real_.CountQueued(partner);
  }
  absl::StatusOr<store::QuotaStanding> StandingOf(const store::QuotaUse& use) override {
    return real_.StandingOf(use);
  }
  absl::StatusOr<std::vector<store::QuotaCounter>> QuotaCounters() override {
    return real_.QuotaCounters();
  }
  absl::StatusOr<std::vector<store::Exchange>> LapsedHeld(absl::Time now, size_t limit) override {
    return real_.LapsedHeld(now, limit);
  }
  absl::StatusOr<std::vector<store::Agreement>> Agreements(
      const store::ExchangeName& name) override {
    return real_.Agreements(name);
  }
  absl::StatusOr<store::LogHead> Head(audit::v1::Log log) override { return real_.Head(log); }
  absl::StatusOr<store::StoredRecord> Record(audit::v1::Log log, uint64_t index) override {
    return real_.Record(log, index);
  }
  absl::StatusOr<std::string> RecordBytes(audit::v1::Log log, uint64_t index) override {
    return real_.RecordBytes(log, index);
  }
  absl::StatusOr<std::pair<std::vector<store::StoredRecord>, bool>> Records(
      const store::RecordFilter& filter) override {
    return real_.Records(filter);
  }
  absl::StatusOr<std::vector<store::StoredRecord>> RecordsOf(
      const store::ExchangeName& name) override {
    if (on_records) on_records();
    return real_.RecordsOf(name);
  }
  absl::StatusOr<std::vector<base::Digest>> Leaves(audit::v1::Log log, uint64_t from,
                                                   uint64_t to) override {
    auto leaves = real_.Leaves(log, from, to);
    if (corrupt_leaves && leaves.ok() && !leaves->empty()) leaves->back().mutable_data()[0] ^= 1;
    return leaves;
  }
  absl::StatusOr<std::vector<base::Digest>> Tile(audit::v1::Log log, int level, uint64_t index,
                                                 size_t width) override {
    return real_.Tile(log, level, index, width);
  }
  absl::StatusOr<store::InForce> FindInForce(std::string_view kind) override {
    return real_.FindInForce(kind);
  }
  absl::StatusOr<std::vector<store::InForceEntry>> InForceHistory() override {
    return real_.InForceHistory();
  }
  absl::StatusOr<std::string> Content(std::string_view kind, const base::Digest& digest) override {
    return real_.Content(kind, digest);
  }
  absl::Status ForEachExchange(
      absl::FunctionRef<absl::Status(const store::WholeRow&)> visit) override {
    return real_.ForEachExchange(visit);
  }
  absl::StatusOr<std::map<std::string, store::PartnerCounts>> CountsOfPartners() override {
    return real_.CountsOfPartners();
  }
  absl::StatusOr<std::unique_ptr<store::Reader>> Snapshot() override { return real_.Snapshot(); }
  absl::Status CheckIntegrity(bool full) override { return real_.CheckIntegrity(full); }
  absl::StatusOr<uint64_t> FreeDiskBytes() override {
    if (on_sample) on_sample();
    if (fail_sample) return absl::InternalError("the disk says nothing");
    return free_bytes.load();
  }

 private:
  store::Store& real_;
};

}  // namespace liaison::journal

#endif  // LIAISON_TESTS_JOURNAL_FAILING_STORE_H_
