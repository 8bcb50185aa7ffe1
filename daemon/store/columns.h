// How values stand in columns, both ways. Private to the room.
#ifndef LIAISON_DAEMON_STORE_COLUMNS_H_
#define LIAISON_DAEMON_STORE_COLUMNS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/store/rows.h"
#include "daemon/store/sqlite.h"

namespace liaison::store {

// The columns that ReadExchange takes, in its order; column 0 is the row.
extern const char kExchangeColumns[];
inline constexpr int kExchangeColumnCount = 24;
// Kept beside the exchange, for the writer.
struct ExchangeRow {
  int64_t row = 0;
  bool answered = false;
  Exchange exchange;
};
// kVerificationFailed when a column holds what cannot be.
absl::StatusOr<ExchangeRow> ReadExchange(const Statement& statement);

// The columns of `INSERT INTO exchange`, and their values in its order.
extern const char kInsertExchange[];
void BindExchange(const Exchange& exchange, Statement& statement);

// What an idempotency key was used for, if it was.
absl::StatusOr<std::optional<Submitted>> ReadSubmitted(Connection& connection,
                                                       const Digest& idempotency_key);

// Who agreed that a held draft goes, in this order.
absl::StatusOr<std::vector<Agreement>> ReadAgreements(Connection& connection,
                                                      const ExchangeName& name);

// Columns `first` to `first` + 3: key_id, wrapped, first, second.
Sealed ReadSealed(const Statement& statement, int first);
void BindSealed(const Sealed& sealed, Statement& statement);

// An id or digest. kVerificationFailed when the length is wrong.
template <typename T>
absl::StatusOr<T> ReadId(const Statement& statement, int column) {
  absl::StatusOr<T> id = T::FromRaw(statement.ColumnBytes(column));
  if (!id.ok()) return Damaged("an id or a digest has a wrong length");
  return id;
}

// "exchange" or "desk": how the tables of a log begin. REQUIRES: one of the two logs.
const char* LogPrefix(audit::v1::Log log);

}  // namespace liaison::store

#endif  // LIAISON_DAEMON_STORE_COLUMNS_H_
