// Rules of persons: how they are reached, what they agreed to, what stands for a child.
#include "daemon/payload/consent.h"
#include "daemon/payload/formats.h"
#include "daemon/payload/message_rules.h"

namespace liaison::payload {
namespace {

// An adult victim's data goes only as far as the victim agreed. The recipient's policy asks again
// with the day's date.
void CheckAdultVictim(const v1::Person& person, const FieldPath& at, const Context& context) {
  const FieldPath consent(at, "consent");
  if (IsAnonymousRefusal(person, context.payload)) return;  // D-07
  if (AvertsThreatToLife(context.frame)) {
    if (!context.payload.notes().has_no_consent_reason() &&
        !ConsentGap(person, context.frame, std::nullopt).empty()) {
      context.faults.Add(FieldPath("notes.no_consent_reason"), "D-06",
                         "write why consent was not awaited");
    }
    return;
  }
  if (person.consent().state() == v1::ConsentState::WITHDRAWN) {
    context.faults.Add(FieldPath(consent, "state"), "D-08",
                       "consent is withdrawn: leave this person out");
    return;
  }
  const std::string gap = ConsentGap(person, context.frame, std::nullopt);
  if (gap.empty()) return;
  context.faults.Add(consent, "D-04",
                     "an adult victim's consent must cover this message; missing: " + gap);
}

void CheckChild(const v1::Person& person, const FieldPath& at, const Context& context) {
  if (!person.has_child_safeguard()) {
    context.faults.Add(FieldPath(at, "child_safeguard"), "D-05",
                       "who is or may be a child needs a guardian's role and a note on the child's "
                       "best interests");
  }
  if (context.frame.handling.tlp() != v1::Tlp::RED) {
    context.faults.Add(FieldPath("handling.tlp"), "D-05",
                       "data of who is or may be a child goes as RED, to named recipients");
  }
}

}  // namespace

void CheckContact(const v1::Contact& contact, const FieldPath& at, const Context& context) {
  const FieldPath value(at, "value");
  if (!contact.has_value() || !context.IsOriginal(value)) return;
  Format format = Format::kLine;
  if (contact.kind() == v1::ContactKind::PHONE) format = Format::kPhone;
  if (contact.kind() == v1::ContactKind::EMAIL) format = Format::kEmail;
  if (format == Format::kLine) return;  // checked as any line is
  const std::optional<Complaint> complaint =
      CheckFormat(format, contact.value(), context.mode, context.limits);
  if (complaint.has_value()) {
    context.faults.Add(value, complaint->rule, complaint->description);
  }
}

void CheckConsent(const v1::Consent& consent, const FieldPath& at, const Context& context) {
  if (!context.draft() || consent.state() != v1::ConsentState::GIVEN) return;
  const auto need = [&](bool there, std::string_view name, std::string_view description) {
    if (!there) context.faults.Add(FieldPath(at, name), "REQUIRED", description);
  };
  need(!consent.scopes().empty(), "scopes", "write what the consent is for");
  need(!consent.covered_agencies().empty(), "covered_agencies", "write the agencies it covers");
  need(!consent.covered_countries().empty(), "covered_countries", "write the countries it covers");
  need(consent.has_given_on(), "given_on", "write when consent was given");
}

void CheckVictimContext(const v1::VictimContext& victim, const FieldPath& at,
                        const Context& context) {
  // Consent to exploitation is irrelevant in law; a code list must not bring it in by the back
  // door.
  const auto check = [&](std::string_view name, const std::string& text) {
    if (!SpeaksOfConsent(text)) return;
    context.faults.Add(
        FieldPath(at, name), "D-37",
        "consent to exploitation is not recorded; write what was done to the person");
  };
  check("purposes_other", victim.purposes_other());
  check("recruitment_other", victim.recruitment_other());
  check("control_other", victim.control_other());
  check("exploitation_other", victim.exploitation_other());
  check("sexual_exploitation_other", victim.sexual_exploitation_other());
  check("forced_criminality_other", victim.forced_criminality_other());
}

void CheckPerson(const v1::Person& person, const FieldPath& at, const Context& context) {
  if (!context.draft()) return;
  if (!IsVictim(person, context.payload)) {
    if (IsSaidToBeChild(person, std::nullopt)) CheckChild(person, at, context);
    return;
  }
  if (!person.has_is_child() && !person.has_age()) {
    context.faults.Add(FieldPath(at, "is_child"), "REQUIRED",
                       "say YES, NO or UNKNOWN; in doubt a victim is treated as a child");
    return;
  }
  // Without the day's date: whoever is known to be an adult here is looked at again by policy.
  if (MayBeChild(person, std::nullopt)) {
    CheckChild(person, at, context);
  } else {
    CheckAdultVictim(person, at, context);
  }
}

}  // namespace liaison::payload
