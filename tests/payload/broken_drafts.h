// Drafts that are broken in one place each, and the faults that are found in them.
#ifndef LIAISON_TESTS_PAYLOAD_BROKEN_DRAFTS_H_
#define LIAISON_TESTS_PAYLOAD_BROKEN_DRAFTS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "daemon/payload/validate.h"
#include "tests/payload/example_drafts.h"

namespace liaison::payload {

using desk::v1::Draft;

inline constexpr char kNotice[] = "intelligence_notice";
inline constexpr char kAlert[] = "alert";
inline constexpr char kRequest[] = "victim_verification_request";
inline constexpr char kResponse[] = "victim_verification_response";

inline v1::IntelligenceNotice& Notice(Draft& d) { return *d.mutable_payload()->mutable_notice(); }
inline v1::Alert& Alert(Draft& d) { return *d.mutable_payload()->mutable_alert(); }
inline v1::VictimVerificationRequest& Request(Draft& d) {
  return *d.mutable_payload()->mutable_victim_verification_request();
}
inline v1::Person& Victim(Draft& d) { return *Notice(d).mutable_persons(1); }
inline v1::Handling& Handling(Draft& d) { return *d.mutable_handling(); }

struct Case {
  const char* draft;
  std::function<void(Draft&)> change;
  std::vector<std::string> faults;
};

inline void Expect(const std::vector<Case>& cases, Mode mode = Mode::kDraft) {
  for (size_t i = 0; i < cases.size(); ++i) {
    Draft draft = ExampleDraft(cases[i].draft);
    cases[i].change(draft);
    EXPECT_THAT(Summary(FaultsOf(draft, mode)), testing::UnorderedElementsAreArray(cases[i].faults))
        << cases[i].draft << " case " << i;
  }
}

}  // namespace liaison::payload

#endif  // LIAISON_TESTS_PAYLOAD_BROKEN_DRAFTS_H_
