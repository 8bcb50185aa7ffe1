#include "daemon/app/in_force.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/base/text_format.h"
#include "daemon/crypto/digest.h"
#include "daemon/journal/openings.h"

namespace liaison::app {
namespace {

struct Item {
  std::string kind;
  audit::v1::Event event;
  base::Digest digest;
  const std::string& content;
};

absl::StatusOr<bool> Differs(const Item& item, journal::Journal& journal) {
  const absl::StatusOr<store::InForce> last = journal.reader().FindInForce(item.kind);
  if (absl::IsNotFound(last.status())) return true;
  if (!last.ok()) return last.status();
  return last->digest != item.digest;
}

// Versions grow, also over a restart.
absl::Status CheckNotOlder(const partners::Registry& registry, journal::Journal& journal) {
  const absl::StatusOr<store::InForce> last = journal.reader().FindInForce("policy");
  if (absl::IsNotFound(last.status())) return absl::OkStatus();
  if (!last.ok()) return last.status();
  const absl::StatusOr<std::string> text = journal.reader().Content("policy", last->digest);
  if (!text.ok()) return text.status();
  policy::v1::PolicyFile file;
  if (!base::ParseTextFormat(*text, "policy.textproto", file).ok()) {
    return base::MakeError(base::Reason::kVerificationFailed,
                           "the policy that is kept as the one last in force does not parse",
                           "run `liaisond --verify`");
  }
  if (registry.policy().version() >= file.policy().version()) return absl::OkStatus();
  return base::MakeError(
      base::Reason::kValidationFailed,
      absl::StrCat("the policy is older than the one in force: version ",
                   registry.policy().version(), " after ", file.policy().version()),
      "raise policy.version");
}

}  // namespace

absl::StatusOr<bool> PutInForce(const partners::Registry& registry,
                                const audit::v1::ActorOpening& actor, journal::Journal& journal,
                                message::AtRestKeys& at_rest, base::Clock& clock) {
  if (absl::Status newer = CheckNotOlder(registry, journal); !newer.ok()) return newer;
  static const std::string* const kNothing = new std::string;
  std::vector<store::Change> changes;
  for (const Item& item : {
           Item{"policy", audit::v1::POLICY, registry.policy_digest(), registry.policy_text()},
           Item{"registry", audit::v1::PARTNER, registry.registry_digest(), registry.config_text()},
           Item{"snapshot", audit::v1::CONFIG, registry.snapshot_digest(), *kNothing},
       }) {
    const absl::StatusOr<bool> differs = Differs(item, journal);
    if (!differs.ok()) return differs.status();
    if (!*differs) continue;
    store::PutInForce put;
    put.kind = item.kind;
    put.digest = item.digest;
    put.content = item.content;
    put.record.log = audit::v1::DESK;
    put.record.record.set_event(item.event);
    put.record.record.set_subject_digest(std::string(item.digest.raw()));
    audit::v1::DecisionOpening text;
    if (!item.content.empty()) text.set_kept(std::string(crypto::Sha256(item.content).raw()));
    const absl::Status attached = journal::Attach({text, actor}, at_rest, clock.Now(), put.record);
    if (!attached.ok()) return attached;
    changes.push_back(std::move(put));
  }
  if (changes.empty()) return false;
  const auto outcomes = journal.Commit(std::move(changes));
  if (!outcomes.ok()) return outcomes.status();
  return true;
}

}  // namespace liaison::app
