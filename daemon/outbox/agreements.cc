#include "daemon/outbox/agreements.h"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/base/error.h"
#include "daemon/journal/openings.h"
#include "daemon/outbox/person.h"
#include "daemon/partners/registry.h"
#include "daemon/policy/builtin.h"

namespace liaison::outbox {
namespace {

// HELD or RELEASED.
struct Act {
  store::StoredRecord stored;
  audit::v1::Record record;
};

absl::Status Differs(std::string_view what) {
  return base::MakeError(base::Reason::kVerificationFailed, what,
                         "run `liaison audit verify --full`; reject the draft and send it again");
}

// Of the exchange, among the first `size` records of the desk log.
absl::StatusOr<std::vector<Act>> ActsOn(const store::ExchangeName& name, store::Reader& reader,
                                        uint64_t size) {
  const absl::StatusOr<std::vector<store::StoredRecord>> records = reader.RecordsOf(name);
  if (!records.ok()) return records.status();
  std::vector<Act> acts;
  for (const store::StoredRecord& stored : *records) {
    if (stored.log != audit::v1::DESK || stored.index >= size) continue;
    Act act{stored, {}};
    if (!act.record.ParseFromString(stored.bytes)) return Differs("a record does not parse");
    const audit::v1::Event event = act.record.event();
    if (event == audit::v1::HELD || event == audit::v1::RELEASED) acts.push_back(std::move(act));
  }
  return acts;
}

// That the records stand in the log whose head is signed.
absl::Status CheckProved(const std::vector<Act>& acts, journal::Journal& journal) {
  std::vector<uint64_t> indexes;
  for (const Act& act : acts) indexes.push_back(act.stored.index);
  const absl::StatusOr<journal::Proofs> proofs = journal.Prove(audit::v1::DESK, indexes);
  if (!proofs.ok()) return proofs.status();
  for (size_t i = 0; i < acts.size(); ++i) {
    if (proofs->receipts[i].record() == acts[i].stored.bytes) continue;
    return Differs("a record of a held draft is not the one in the log");
  }
  return absl::OkStatus();
}

// Whether the row is what the record made it, as long as it is held.
bool IsAsRecorded(const store::Exchange& row, const Act& held) {
  if (row.state != desk::v1::HELD) return true;
  return row.first_log == audit::v1::DESK && row.first_index == held.stored.index &&
         absl::ToUnixMillis(row.respond_by) == static_cast<int64_t>(held.record.respond_by_ms());
}

// Those who agree, by name and by what the rows should say of them.
struct Told {
  std::vector<std::string> names;
  base::Digest submitter;
  std::vector<store::Agreement> releases;
};

absl::StatusOr<Told> Tell(const std::vector<Act>& acts, const AgreementSource& source) {
  Told told;
  std::set<base::Digest> persons;
  for (const Act& act : acts) {
    const absl::StatusOr<journal::Openings> openings = journal::Open(act.stored, source.at_rest);
    if (!openings.ok()) return openings.status();
    told.names.push_back(openings->actor.name());
    const base::Digest person = MarkOf(source.mac_key, told.names.back());
    const bool first = told.names.size() == 1;
    if (first != (act.record.event() == audit::v1::HELD) || !persons.insert(person).second) {
      return Differs("a held draft was held or released twice by one person");
    }
    if (first) told.submitter = person;
    if (!first) told.releases.push_back({person, act.stored.index});
  }
  return told;
}

using config::v1::Person;

bool MayAct(const Person& person, Person::Role role) {
  return !person.revoked() && partners::HasRole(person, role);
}

Person::Role RegisteredAs(policy::v1::Rule::Role role) {
  switch (role) {
    case policy::v1::Rule::OFFICER:
      return Person::OFFICER;
    case policy::v1::Rule::SYSTEM:
      return Person::SYSTEM;
    default:
      return Person::RELEASER;
  }
}

bool StillSubmits(const config::v1::Agency& agency, const crypto::Secret& mac_key,
                  const Submitted& submitted) {
  // What protects goes on, whatever became of its sender; the daemon itself sends nothing else.
  if (policy::IsProtective(submitted.type)) return true;
  return std::any_of(agency.person().begin(), agency.person().end(), [&](const Person& person) {
    return MayAct(person, RegisteredAs(submitted.role)) &&
           MarkOf(mac_key, person.name()) == submitted.mark;
  });
}

}  // namespace

StillMay StillMayOf(const config::v1::Agency& agency, const crypto::Secret& mac_key,
                    const Submitted& submitted, const std::vector<std::string>& agreed) {
  StillMay may;
  if (StillSubmits(agency, mac_key, submitted)) may.role = submitted.role;
  const Person::Role releases = submitted.supervised ? Person::SUPERVISOR : Person::RELEASER;
  const auto still_releases = [&](const std::string& name) {
    return std::any_of(agency.person().begin(), agency.person().end(), [&](const Person& person) {
      return person.name() == name && MayAct(person, releases);
    });
  };
  for (size_t i = 1; i < agreed.size(); ++i) {
    if (still_releases(agreed[i])) may.releasers.push_back(agreed[i]);
  }
  return may;
}

absl::StatusOr<std::vector<std::string>> ReadAgreements(const AgreementSource& source,
                                                        const store::Exchange& exchange) {
  const uint64_t size = source.journal.Head(audit::v1::DESK).size;
  const absl::StatusOr<std::vector<Act>> acts =
      ActsOn(exchange.name, source.journal.reader(), size);
  if (!acts.ok()) return acts.status();
  if (absl::Status proved = CheckProved(*acts, source.journal); !proved.ok()) return proved;
  absl::StatusOr<Told> told = Tell(*acts, source);
  if (!told.ok()) return told.status();
  absl::StatusOr<std::vector<store::Agreement>> rows =
      source.journal.reader().Agreements(exchange.name);
  if (!rows.ok()) return rows.status();
  std::erase_if(*rows, [size](const store::Agreement& row) { return row.index >= size; });
  const bool same =
      *rows == told->releases && (acts->empty() || (exchange.submitter == told->submitter &&
                                                    IsAsRecorded(exchange, acts->front())));
  if (!same) return Differs("who agreed to a held draft is not who is recorded");
  return std::move(told->names);
}

}  // namespace liaison::outbox
