// A policy that holds what a machine wrote of a victim, and the hands that it passes through.
#ifndef LIAISON_TESTS_OUTBOX_HOLDS_FIXTURE_H_
#define LIAISON_TESTS_OUTBOX_HOLDS_FIXTURE_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/base/error.h"
#include "daemon/journal/openings.h"
#include "daemon/outbox/holds.h"
#include "tests/outbox/two_agencies.h"

namespace liaison::outbox {

// The rule of the example policies by which what a machine wrote of a victim is looked at twice.
inline constexpr char kRelease[] =
    "carries: [L2, L3, L4, L5, L8]\n    obligations { release { persons: 2  within: \"24h\" } }";
// Beside what of a request always goes.
inline constexpr char kKept[] = "keep: \"victim_verification_request.present_situation\"";

inline Submitter Releaser(int number) {
  const std::string name = absl::StrCat("releaser-", number);
  return {name, "liaison://agency/bgc-example/person/" + name, policy::v1::Rule::RELEASER};
}

inline inbox::Viewer ViewerFor(const std::string& name) { return {name, "", "RELEASER", false}; }

inline store::ExchangeName NameOf(const std::string& id) {
  return {"bgc-example", *base::ParseExchangeId(id)};
}

// Shows it whole to `person`, who then releases what that showed; `view`: what they say they saw,
// when it is something else.
inline absl::StatusOr<desk::v1::ReleaseResponse> ReleaseShown(testing::Agency& agency,
                                                              const Submitter& person,
                                                              const std::string& id,
                                                              std::optional<std::string> view = {}) {
  desk::v1::GetRequest look;
  look.set_id(id);
  look.set_reveal(true);
  look.set_reason("case work");
  const auto shown = agency.mailbox->Show(ViewerFor(person.name), look);
  if (!view.has_value() && shown.ok()) view = shown->held().view_digest();
  desk::v1::ReleaseRequest request;
  request.set_view_digest(view.value_or(""));
  request.set_reason("checked");
  return agency.holds->Release(person, NameOf(id), request);
}

class HoldsTest : public ::testing::Test {
 protected:
  // Beside those of deploy/prepare.sh.
  HoldsTest() {
    std::string people;
    for (const int i : {0, 2, 3, 4}) {
      absl::StrAppend(&people, "person { name: \"releaser-", i,
                      "\" uri: \"liaison://agency/bgc-example/person/releaser-", i,
                      "\" spki_sha256: \"", std::string(63, 'a'), i, "\" roles: [RELEASER] }\n");
    }
    const std::string officer = "person {\n  name: \"officer-1\"";
    bgc().Change("agency.textproto", officer, people + officer);
  }
  // A request that a machine wrote.
  static desk::v1::Draft Draft() {
    desk::v1::Draft draft = testing::TwoAgencies::Draft("victim_verification_request");
    draft.mutable_payload()->mutable_notes()->set_origin(payload::v1::Origin::AI_GENERATED);
    return draft;
  }
  std::string Hold(const desk::v1::Draft& draft = Draft(), const std::string& key = "") {
    const auto sent = agencies_.Send(draft, key);
    EXPECT_TRUE(sent.ok()) << sent.status();
    if (!sent.ok()) return "";
    EXPECT_EQ(sent->state(), desk::v1::HELD) << sent->decision().DebugString();
    return sent->id();
  }
  void NeedPersons(int persons, const std::string& within = "24h") {
    bgc().Change(
        "policy.textproto", kRelease,
        absl::StrCat("carries: [L2, L3, L4, L5, L8]\n    obligations { release { persons: ",
                     persons, " within: \"", within, "\" } }"));
  }
  desk::v1::ShownMessage Show(const std::string& id, const std::string& reason = "") {
    desk::v1::GetRequest request;
    request.set_id(id);
    request.set_reveal(!reason.empty());
    request.set_reason(reason);
    const auto shown = bgc().mailbox->Show(ViewerFor("releaser-1"), request);
    EXPECT_TRUE(shown.ok()) << shown.status();
    return shown.ok() ? *shown : desk::v1::ShownMessage();
  }
  // Shown whole, to releaser-1.
  std::string ViewOf(const std::string& id) { return Show(id, "case work").held().view_digest(); }
  // After it was shown to `person`, whole.
  absl::StatusOr<desk::v1::ReleaseResponse> Release(const Submitter& person, const std::string& id,
                                                    const std::string& view) {
    return ReleaseShown(bgc(), person, id, view);
  }
  absl::StatusOr<desk::v1::ReleaseResponse> ReleaseUnseen(const Submitter& person,
                                                          const std::string& id,
                                                          const std::string& view) {
    desk::v1::ReleaseRequest request;
    request.set_view_digest(view);
    request.set_reason("checked");
    return bgc().holds->Release(person, Name(id), request);
  }
  absl::StatusOr<desk::v1::RejectResponse> Reject(const Submitter& person, const std::string& id) {
    return bgc().holds->Reject(person, Name(id), "not needed");
  }
  static store::ExchangeName Name(const std::string& id) { return NameOf(id); }
  desk::v1::State StateOf(const std::string& id) { return bgc().StateOf("bgc-example", id); }
  // Decision and actor of the newest record of this event.
  journal::Openings LastOpenings(audit::v1::Log log, audit::v1::Event event) {
    store::RecordFilter filter;
    filter.log = log;
    filter.events = {event};
    const auto page = bgc().store->Records(filter);
    EXPECT_TRUE(page.ok() && !page->first.empty());
    const auto openings = journal::Open(page->first.back(), *bgc().at_rest);
    EXPECT_TRUE(openings.ok()) << openings.status();
    return *openings;
  }
  testing::Agency& bgc() { return *agencies_.bgc; }

  testing::TwoAgencies agencies_;
};

inline base::Reason ReasonOf(const absl::Status& status) {
  return base::GetReason(status).value_or(base::Reason::kInternal);
}

}  // namespace liaison::outbox

#endif  // LIAISON_TESTS_OUTBOX_HOLDS_FIXTURE_H_
