// State rows rebuilt from records and compared: rows are a cache of the log. Private to the room.
#ifndef LIAISON_DAEMON_JOURNAL_VERIFY_ROWS_H_
#define LIAISON_DAEMON_JOURNAL_VERIFY_ROWS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "daemon/journal/faults.h"
#include "daemon/journal/verify.h"
#include "daemon/journal/verify_quotas.h"

namespace liaison::journal {

// Owned by one check. `reader` is a snapshot.
class RowCheck {
 public:
  RowCheck(store::Reader& reader, const VerifyOptions& options, Faults& faults)
      : reader_(reader), options_(options), faults_(faults), quotas_(reader, options, faults) {}

  absl::Status CheckExchanges();
  absl::Status CheckInForce();

  uint64_t rows() const { return rows_; }
  uint64_t bodies() const { return bodies_; }

 private:
  struct Reply {
    store::Direction direction;
    std::string partner;
    uint64_t index;
  };
  // An exchange as its records tell it.
  struct Told {
    store::Exchange exchange;
    bool keeps_body = false;  // it is held, or was sent or received and not erased
    std::optional<audit::v1::PeerReceipt> peer_receipt;
    std::optional<store::StoredRecord> first;     // the record that made the row
    std::vector<store::StoredRecord> agreements;  // RELEASED
  };

  absl::Status CheckAll();
  absl::Status NoteReply(const store::Exchange& exchange);
  absl::Status CheckExchange(const store::WholeRow& whole);
  absl::StatusOr<Told> Tell(const store::Exchange& row);
  static void TellNext(const store::StoredRecord& stored, const audit::v1::Record& record,
                       Told& told);
  // What differs; empty: nothing.
  absl::StatusOr<std::string> Compare(const store::WholeRow& whole, Told& told);
  // Of what the first record committed to.
  std::string CompareKept(const store::WholeRow& whole, const Told& told);
  // Of who agreed that it goes.
  absl::StatusOr<std::string> CompareAgreements(const store::Exchange& row, const Told& told);
  bool IsPerson(const base::Digest& person, const store::StoredRecord& stored);
  bool IsAnswered(const store::Exchange& row) const;
  absl::Status CheckBody(const store::Exchange& row, const Told& told);
  void Count(const store::Exchange& row, const Told& told);
  absl::Status CheckCounts();
  absl::Status CheckAllListed(audit::v1::Log log,
                              const std::set<std::pair<audit::v1::Log, uint64_t>>& listed);
  std::string InForceFault(const store::InForceEntry& entry);
  std::string ContentFault(const store::InForceEntry& entry, const store::StoredRecord& stored,
                           const audit::v1::Record& record);
  void BadRow(const store::Exchange& row, std::string_view kind, std::string what);

  store::Reader& reader_;
  const VerifyOptions& options_;
  Faults& faults_;
  QuotaCheck quotas_;
  uint64_t rows_ = 0;
  uint64_t bodies_ = 0;
  absl::flat_hash_map<std::string, std::vector<Reply>> replies_;  // by name of the original
  std::map<std::string, store::PartnerCounts> counts_;            // as the rows tell them
};

}  // namespace liaison::journal

#endif  // LIAISON_DAEMON_JOURNAL_VERIFY_ROWS_H_
