// Which of our own people calls, and what they may do: from the registered key, on every call.
#ifndef LIAISON_DAEMON_DESK_ADMISSION_H_
#define LIAISON_DAEMON_DESK_ADMISSION_H_

#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/inbox/mailbox.h"
#include "daemon/outbox/outbox.h"
#include "daemon/partners/registry.h"
#include "daemon/rpc/identity.h"
#include "daemon/rpc/serve.h"

namespace liaison::desk {

// The registered name. CALLER_UNKNOWN when the key is not registered or revoked, or the certificate
// names another.
absl::StatusOr<std::string> Admit(const partners::Registry& registry, const rpc::Caller& caller);

// OK when the caller has one of the roles; ROLE_MISSING, naming them, otherwise.
absl::Status RequireRole(const partners::Registry& registry, const rpc::Call& call,
                         std::initializer_list<config::v1::Person::Role> roles);

// Who submits: as OFFICER when the caller is one, else as RELEASER or SYSTEM.
absl::StatusOr<outbox::Submitter> SubmitterOf(const partners::Registry& registry,
                                              const rpc::Call& call);

// Who releases what is held: with the role RELEASER, or as a supervisor, or both.
absl::StatusOr<outbox::Submitter> ReleaserOf(const partners::Registry& registry,
                                             const rpc::Call& call);

// Who rejects what is held: who releases, else who submits.
absl::StatusOr<outbox::Submitter> RejecterOf(const partners::Registry& registry,
                                             const rpc::Call& call);

// Who reads. Systems see their own exchanges only.
absl::StatusOr<inbox::Viewer> ViewerOf(const partners::Registry& registry, const rpc::Call& call,
                                       std::initializer_list<config::v1::Person::Role> roles);

}  // namespace liaison::desk

#endif  // LIAISON_DAEMON_DESK_ADMISSION_H_
