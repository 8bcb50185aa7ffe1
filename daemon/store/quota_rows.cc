#include "daemon/store/quota_rows.h"

#include <algorithm>
#include <optional>

namespace liaison::store {
namespace {

constexpr char kPerDay[] = "per_day";
constexpr char kDistinctSubjects[] = "distinct_subjects_per_day";

struct Day {
  int64_t row = 0;  // 0: nothing is counted yet
  uint64_t attempts = 0;
  uint64_t subjects = 0;
};

absl::StatusOr<Day> FindDay(Connection& connection, const QuotaUse& use) {
  absl::StatusOr<Statement> find = connection.Prepare(
      "SELECT row, attempts, subjects FROM quota_day"
      " WHERE quota = ? AND caller = ? AND begin_ms = ? AND end_ms = ?");
  if (!find.ok()) return find.status();
  find->Text(use.quota).Id(use.caller).Int(Millis(use.begin)).Int(Millis(use.end));
  const absl::StatusOr<bool> found = find->Step();
  if (!found.ok()) return found.status();
  if (!*found) return Day();
  return Day{find->ColumnInt(0), static_cast<uint64_t>(find->ColumnInt(1)),
             static_cast<uint64_t>(find->ColumnInt(2))};
}

// In which place of the day the person came; nullopt: not yet.
absl::StatusOr<std::optional<uint64_t>> PlaceOf(Connection& connection, int64_t day,
                                                const Digest& subject) {
  absl::StatusOr<Statement> find =
      connection.Prepare("SELECT place FROM quota_subject WHERE day = ? AND subject = ?");
  if (!find.ok()) return find.status();
  const absl::StatusOr<bool> found = find->Int(day).Id(subject).Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::optional<uint64_t>();
  return std::optional<uint64_t>(static_cast<uint64_t>(find->ColumnInt(0)));
}

// The last place that a person of the attempt has or would get; 0: there is no person in it.
absl::StatusOr<uint64_t> LastPlace(Connection& connection, const QuotaUse& use, const Day& day) {
  uint64_t last = 0;
  uint64_t next = day.subjects;
  for (const Digest& subject : use.subjects) {
    const absl::StatusOr<std::optional<uint64_t>> place = PlaceOf(connection, day.row, subject);
    if (!place.ok()) return place.status();
    last = std::max(last, *place ? **place : ++next);
  }
  return last;
}

absl::Status DropDaysBefore(Connection& connection, absl::Time begin) {
  for (const char* sql :
       {"DELETE FROM quota_subject WHERE day IN (SELECT row FROM quota_day WHERE end_ms <= ?)",
        "DELETE FROM quota_day WHERE end_ms <= ?"}) {
    absl::StatusOr<Statement> drop = connection.Prepare(sql);
    if (!drop.ok()) return drop.status();
    if (absl::Status dropped = drop->Int(Millis(begin)).Run(); !dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

absl::StatusOr<Day> BeginDay(Connection& connection, const QuotaUse& use) {
  if (absl::Status dropped = DropDaysBefore(connection, use.begin); !dropped.ok()) return dropped;
  absl::StatusOr<Statement> insert = connection.Prepare(
      "INSERT INTO quota_day (quota, caller, begin_ms, end_ms) VALUES (?,?,?,?)");
  if (!insert.ok()) return insert.status();
  insert->Text(use.quota).Id(use.caller).Int(Millis(use.begin)).Int(Millis(use.end));
  if (absl::Status inserted = insert->Run(); !inserted.ok()) return inserted;
  return Day{connection.last_row(), 0, 0};
}

absl::Status AddSubject(Connection& connection, const Digest& subject, Day& day) {
  const absl::StatusOr<std::optional<uint64_t>> place = PlaceOf(connection, day.row, subject);
  if (!place.ok()) return place.status();
  if (*place) return absl::OkStatus();
  absl::StatusOr<Statement> insert =
      connection.Prepare("INSERT INTO quota_subject (day, subject, place) VALUES (?,?,?)");
  if (!insert.ok()) return insert.status();
  ++day.subjects;
  return insert->Int(day.row).Id(subject).Int(static_cast<int64_t>(day.subjects)).Run();
}

}  // namespace

absl::StatusOr<QuotaStanding> ReadStanding(Connection& connection, const QuotaUse& use) {
  const absl::StatusOr<Day> day = FindDay(connection, use);
  if (!day.ok()) return day.status();
  QuotaStanding standing{day->attempts, day->subjects, ""};
  if (use.per_day > 0 && day->attempts >= use.per_day) {
    standing.spent = kPerDay;
    return standing;
  }
  if (use.distinct_subjects_per_day == 0) return standing;
  const absl::StatusOr<uint64_t> last = LastPlace(connection, use, *day);
  if (!last.ok()) return last.status();
  if (*last > use.distinct_subjects_per_day) standing.spent = kDistinctSubjects;
  return standing;
}

absl::Status Count(Connection& connection, const QuotaUse& use) {
  absl::StatusOr<Day> day = FindDay(connection, use);
  if (day.ok() && day->row == 0) day = BeginDay(connection, use);
  if (!day.ok()) return day.status();
  for (const Digest& subject : use.subjects) {
    if (absl::Status added = AddSubject(connection, subject, *day); !added.ok()) return added;
  }
  absl::StatusOr<Statement> count = connection.Prepare(
      "UPDATE quota_day SET attempts = attempts + 1, subjects = ? WHERE row = ?");
  if (!count.ok()) return count.status();
  return count->Int(static_cast<int64_t>(day->subjects)).Int(day->row).Run();
}

absl::StatusOr<std::vector<QuotaCounter>> ReadCounters(Connection& connection) {
  absl::StatusOr<Statement> find = connection.Prepare(
      "SELECT quota, begin_ms, end_ms, SUM(attempts) FROM quota_day"
      " GROUP BY quota, begin_ms, end_ms ORDER BY begin_ms, quota");
  if (!find.ok()) return find.status();
  std::vector<QuotaCounter> counters;
  while (true) {
    const absl::StatusOr<bool> found = find->Step();
    if (!found.ok()) return found.status();
    if (!*found) return counters;
    counters.push_back({find->ColumnString(0), absl::FromUnixMillis(find->ColumnInt(1)),
                        absl::FromUnixMillis(find->ColumnInt(2)),
                        static_cast<uint64_t>(find->ColumnInt(3))});
  }
}

}  // namespace liaison::store
