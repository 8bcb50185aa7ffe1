#include "daemon/desk/admission.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/base/error.h"

namespace liaison::desk {
namespace {

using base::MakeError;
using base::Reason;
using config::v1::Person;
using partners::HasRole;

absl::StatusOr<const Person*> PersonOf(const partners::Registry& registry, const rpc::Call& call) {
  const Person* person = registry.PersonByKey(call.caller().spki);
  if (person != nullptr && !person->revoked()) return person;
  return MakeError(Reason::kCallerUnknown, "the key of your certificate is not registered");
}

}  // namespace

absl::StatusOr<std::string> Admit(const partners::Registry& registry, const rpc::Caller& caller) {
  const Person* person = registry.PersonByKey(caller.spki);
  if (person == nullptr) {
    return MakeError(Reason::kCallerUnknown, "the key of your certificate is not registered",
                     "ask an operator to register it in agency.textproto");
  }
  if (person->revoked()) {
    return MakeError(Reason::kCallerUnknown, "the key of your certificate is revoked",
                     "ask an operator for a new certificate");
  }
  if (std::find(caller.uris.begin(), caller.uris.end(), person->uri()) == caller.uris.end()) {
    return MakeError(Reason::kCallerUnknown,
                     "your certificate does not name the person its key is registered for",
                     "ask an operator for a certificate with the right SAN URI");
  }
  return person->name();
}

absl::Status RequireRole(const partners::Registry& registry, const rpc::Call& call,
                         std::initializer_list<Person::Role> roles) {
  const absl::StatusOr<const Person*> person = PersonOf(registry, call);
  if (!person.ok()) return person.status();
  for (Person::Role role : roles) {
    if (HasRole(**person, role)) return absl::OkStatus();
  }
  const std::string wanted = absl::StrJoin(roles, " or ", [](std::string* out, Person::Role role) {
    absl::StrAppend(out, absl::AsciiStrToLower(Person::Role_Name(role)));
  });
  return MakeError(Reason::kRoleMissing, absl::StrCat("this needs the role ", wanted),
                   "use a context of a person with that role");
}

absl::StatusOr<outbox::Submitter> SubmitterOf(const partners::Registry& registry,
                                              const rpc::Call& call) {
  const absl::Status allowed =
      RequireRole(registry, call, {Person::OFFICER, Person::RELEASER, Person::SYSTEM});
  if (!allowed.ok()) return allowed;
  const Person& person = *registry.PersonByKey(call.caller().spki);
  outbox::Submitter submitter{person.name(), person.uri(), policy::v1::Rule::SYSTEM};
  if (HasRole(person, Person::OFFICER)) {
    submitter.role = policy::v1::Rule::OFFICER;
  } else if (HasRole(person, Person::RELEASER)) {
    submitter.role = policy::v1::Rule::RELEASER;
  }
  return submitter;
}

absl::StatusOr<outbox::Submitter> ReleaserOf(const partners::Registry& registry,
                                             const rpc::Call& call) {
  const absl::Status allowed = RequireRole(registry, call, {Person::RELEASER, Person::SUPERVISOR});
  if (!allowed.ok()) return allowed;
  const Person& person = *registry.PersonByKey(call.caller().spki);
  outbox::Submitter releaser{person.name(), person.uri()};
  if (HasRole(person, Person::RELEASER)) releaser.role = policy::v1::Rule::RELEASER;
  releaser.is_supervisor = HasRole(person, Person::SUPERVISOR);
  return releaser;
}

absl::StatusOr<outbox::Submitter> RejecterOf(const partners::Registry& registry,
                                             const rpc::Call& call) {
  absl::StatusOr<outbox::Submitter> person = ReleaserOf(registry, call);
  return person.ok() ? person : SubmitterOf(registry, call);
}

absl::StatusOr<inbox::Viewer> ViewerOf(const partners::Registry& registry, const rpc::Call& call,
                                       std::initializer_list<Person::Role> roles) {
  const absl::Status allowed = RequireRole(registry, call, roles);
  if (!allowed.ok()) return allowed;
  const Person& person = *registry.PersonByKey(call.caller().spki);
  inbox::Viewer viewer{person.name(), person.uri(), "", false};
  for (Person::Role role : roles) {
    if (!HasRole(person, role)) continue;
    viewer.role = Person::Role_Name(role);
    break;
  }
  viewer.own_only = viewer.role == "SYSTEM";
  return viewer;
}

}  // namespace liaison::desk
