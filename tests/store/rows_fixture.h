// Changes as the flows make them, and directories that go away. Agencies and ids are invented.
#ifndef LIAISON_TESTS_STORE_ROWS_FIXTURE_H_
#define LIAISON_TESTS_STORE_ROWS_FIXTURE_H_

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/store/rows.h"

namespace liaison::store {

// A directory of its own, removed at the end.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr char kUs[] = "bgc";
inline constexpr char kPartner[] = "nca-example";

// An id that begins with `number`, and a digest alike.
ExchangeId IdOf(uint64_t number);
Digest DigestOf(uint64_t number);

// A person, as rows remember one.
Digest PersonOf(uint64_t number);

// SENT of a message to `partner`, with a body of `body` bytes.
AddExchange Sent(uint64_t number, const std::string& partner = kPartner, size_t body = 100);
// RECEIVED of a message from `partner`.
AddExchange Received(uint64_t number, const std::string& partner = kPartner);
// The same with another first event: DENIED_IN, DENIED_OUT.
AddExchange Denied(AddExchange add);
// HELD for `partner`, which lapses at `lapses` and was submitted by person 1.
AddExchange Held(uint64_t number, absl::Time lapses = absl::FromUnixMillis(1'000'000),
                 const std::string& partner = kPartner);
// Person number `person` agrees, after `others`; with `send` it goes.
Release Released(const ExchangeName& name, uint64_t person, size_t others, bool send);
// A step of an exchange of ours, or of the partner's.
Advance Step(const ExchangeName& name, audit::v1::Event event, std::vector<desk::v1::State> from);
PutInForce InForceOf(const std::string& kind, uint64_t number, audit::v1::Event event);
// A record alone, in the desk log.
Append Note(audit::v1::Event event = audit::v1::ADMIN);

}  // namespace liaison::store

#endif  // LIAISON_TESTS_STORE_ROWS_FIXTURE_H_
