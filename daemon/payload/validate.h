// What a payload may say: required fields, code lists, formats, consistency, text limits. Reports
// every fault at once.
#ifndef LIAISON_DAEMON_PAYLOAD_VALIDATE_H_
#define LIAISON_DAEMON_PAYLOAD_VALIDATE_H_

#include <string>
#include <vector>

#include "daemon/base/error.h"
#include "daemon/payload/records.h"
#include "liaison/payload/v1/handling.pb.h"
#include "liaison/payload/v1/payload.pb.h"

namespace liaison::payload {

// The facts of a draft or statement that the payload must agree with.
struct Frame {
  v1::Handling handling;
  v1::Urgency::Code urgency = v1::Urgency::URGENCY_UNSPECIFIED;
  std::vector<v1::Purpose::Code> purposes;
  std::string recipient_agency;   // empty: not checked (consent must cover it)
  std::string recipient_country;  // ISO 3166-1 alpha-2; empty: not checked
};

enum class Mode {
  kDraft,  // our own: everything
  kView,   // a partner's, after its policy: formats, limits, code lists and consistency of what is
           // there
};

struct Limits {
  size_t text_code_points = 20'000;  // of one text field
  size_t text_bytes = 80'000;
  size_t payload_bytes = 768 * 1024;
  size_t faults = 200;  // reported at most; the last then says how many more there are
};

// Empty when the payload is fine. Paths are relative to Payload ("notice.title"); those of the
// frame begin with "handling.", "urgency" or "purposes"; a fault of the whole payload, and the
// count of those left out, have none. Never repeats a value. Knows no day: whether consent has
// expired, and who is a child by birth, is for FactsOf.
std::vector<base::FieldFault> Validate(const v1::Payload& payload, const Frame& frame, Mode mode,
                                       const Limits& limits = {});

// A partner's message with its changed values, in kView. A masked text need not have its field's
// format, and neither must a date that is not generalised; lengths and characters count for all. A
// pseudonym and a match token have their own shape.
std::vector<base::FieldFault> ValidateView(const Merged& body, const Frame& frame,
                                           const Limits& limits = {});

// The protection facts of a payload that policy needs beside its fields.
struct SubjectFacts {
  bool has_personal_data = false;  // any leaf of class L2 or above
  // A victim (IsVictim, consent.h) by is_child NO, by age or birth an adult.
  bool has_adult_victim = false;
  // A victim who may be one, whatever is_child says; anybody else who is said to be one.
  bool has_possible_child = false;
  bool lacks_child_safeguard = false;  // one of those without child_safeguard
  // True when every adult victim has consent GIVEN, unexpired, that covers the frame's agency,
  // country and what its purposes need. True when there is none.
  bool consent_covers = true;
  std::string consent_missing;  // the path and what is missing, without values; for the decision
  // True when each adult victim whose consent does not cover it is an anonymous refusal, and every
  // other person is anonymous, too.
  bool has_only_anonymous_refusals = false;
  // Of every person, in order of place; SUSPECTED_VICTIM behind another one of a victim.
  std::vector<v1::SubjectCategory::Code> subjects;
  // True when every victim, children too, has such consent and it covers INVESTIGATION.
  bool victims_consent_to_investigation = true;
  std::vector<std::string> named_recipients;  // those that are not blank (IsBlank, text_rules.h)
  bool has_instructions = false;              // HandlingNotes.instructions is not blank
  bool has_no_consent_reason = false;         // nor is HandlingNotes.no_consent_reason
};
SubjectFacts FactsOf(const v1::Payload& payload, const Frame& frame, const std::string& today);

// ICAO 9303 check digits of every document of the payload that has an MRZ.
struct MrzReport {
  std::string path;    // of the document
  std::string format;  // "TD1", "TD2", "TD3", or "" when the lines are none of them
  std::vector<std::pair<std::string, std::string>> checks;  // name -> "ok", "failed", "absent"
};
std::vector<MrzReport> CheckMrz(const v1::Payload& payload);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_VALIDATE_H_
