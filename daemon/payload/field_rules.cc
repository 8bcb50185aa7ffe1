#include "daemon/payload/field_rules.h"

#include <algorithm>
#include <array>

#include "liaison/options.pb.h"

namespace liaison::payload {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr Need kMust = Need::kRequired;
constexpr Need kMay = Need::kOptional;

// Sorted by message.
constexpr std::array kRules = {
    FieldRule{"Alert", "kind", kMust},
    FieldRule{"Alert", "headline", kMust, Format::kTitle},
    FieldRule{"Alert", "headline_lang", kMust, Format::kLanguage},
    FieldRule{"Alert", "valid_from", kMust, Format::kInstant},
    FieldRule{"Alert", "valid_to", kMust, Format::kInstant},
    FieldRule{"Alert", "area", kMust},
    FieldRule{"Alert", "what_to_do", kMust},
    FieldRule{"Alert", "contact_24h", kMust},
    FieldRule{"Alert", "evaluation", kMust},
    FieldRule{"Alert", "hit_reporting", kMust},
    FieldRule{"Alert", "alert_ref", kMay, Format::kShort},
    FieldRule{"AlertCancel", "alert_ref", kMay, Format::kShort},
    FieldRule{"AlertCancel", "reason", kMust},
    FieldRule{"AlertCancel", "effective_at", kMust, Format::kInstant},
    FieldRule{"AlertHit", "alert_ref", kMay, Format::kShort},
    FieldRule{"AlertHit", "country", kMust, Format::kCountry},
    FieldRule{"AlertHit", "when", kMust, Format::kInstant},
    FieldRule{"AlertHit", "indicator_matched", kMust},
    FieldRule{"AlertHit", "indicator_ref", kMay, Format::kLocalId},
    FieldRule{"AlertHit", "action_taken", kMust},
    FieldRule{"AlertHit", "person_safe", kMust},
    FieldRule{"Biometric", "kind", kMust},
    FieldRule{"Biometric", "held_by", kMay, Format::kAgency},
    FieldRule{"BorderPoint", "gate_name", kMay, Format::kShort},
    FieldRule{"BorderPoint", "marker_no", kMay, Format::kShort},
    FieldRule{"BorderPoint", "station_id", kMay, Format::kShort},
    FieldRule{"BorderPoint", "between_countries", kMay, Format::kCountry},
    FieldRule{"CaseReference", "agency_id", kMust, Format::kAgency},
    FieldRule{"CaseReference", "ref", kMust, Format::kShort},
    FieldRule{"ChildSafeguard", "guardian_role", kMust, Format::kShort},
    FieldRule{"ChildSafeguard", "best_interests_note", kMust},
    FieldRule{"ClaimedIdentity", "identity_number", kMay, Format::kDocumentNumber},
    FieldRule{"Consent", "state", kMust},
    FieldRule{"Consent", "covered_agencies", kMay, Format::kAgency},
    FieldRule{"Consent", "covered_countries", kMay, Format::kCountryOrOrganisation},
    FieldRule{"ConsentRecord", "lang", kMay, Format::kLanguage},
    FieldRule{"ConsentRecord", "guardian_role", kMay, Format::kShort},
    FieldRule{"Contact", "kind", kMust},
    FieldRule{"Contact", "value", kMust},
    FieldRule{"DutyContact", "agency_id", kMay, Format::kAgency},
    FieldRule{"DutyContact", "phone", kMay, Format::kPhone},
    FieldRule{"DutyContact", "email", kMay, Format::kEmail},
    FieldRule{"DutyContact", "handle", kMay, Format::kShort},
    FieldRule{"Evaluation", "source", kMust},
    FieldRule{"Evaluation", "info", kMust},
    FieldRule{"Evaluation", "original_code", kMay, Format::kShort},
    FieldRule{"FinancialAccount", "iban", kMay, Format::kIban},
    FieldRule{"FinancialAccount", "account_no", kMay, Format::kDocumentNumber},
    FieldRule{"FinancialAccount", "wallet_chain", kMay, Format::kShort},
    FieldRule{"FinancialAccount", "holder_name", kMay, Format::kName},
    FieldRule{"ForwardedItem", "original", kMust},
    FieldRule{"HandlingNotes", "instructions", kMay, Format::kProse},
    FieldRule{"HandlingNotes", "instructions_lang", kMay, Format::kLanguage},
    FieldRule{"HandlingNotes", "named_recipients", kMay, Format::kShort},
    FieldRule{"IdentityDocument", "type", kMust},
    FieldRule{"IdentityDocument", "issuer", kMay, Format::kIssuer},
    FieldRule{"IdentityDocument", "number", kMay, Format::kDocumentNumber},
    FieldRule{"IdentityDocument", "mrz", kMay, Format::kMrzLine},
    FieldRule{"IloIndicator", "code", kMust, Format::kIlo},
    FieldRule{"IloIndicator", "present", kMust},
    FieldRule{"IntelligenceNotice", "title", kMust, Format::kTitle},
    FieldRule{"IntelligenceNotice", "title_lang", kMust, Format::kLanguage},
    FieldRule{"IntelligenceNotice", "date_of_intelligence", kMust},
    FieldRule{"IntelligenceNotice", "created_at", kMust, Format::kInstant},
    FieldRule{"IntelligenceNotice", "threats", kMust},
    FieldRule{"IntelligenceNotice", "items", kMust},
    FieldRule{"IntelligenceNotice", "provenance", kMust},
    FieldRule{"IntelligenceNotice", "intelligence_confidence", kMust},
    FieldRule{"IntelligenceNotice", "sensitive_source", kMust},
    FieldRule{"IntelligenceNotice", "public_interest_immunity", kMust},
    FieldRule{"IntelligenceNotice", "threats_to_life", kMust},
    FieldRule{"LegacyCode", "scheme", kMust},
    FieldRule{"LegacyCode", "code", kMust, Format::kShort},
    FieldRule{"Link", "from", kMust, Format::kLocalId},
    FieldRule{"Link", "to", kMust, Format::kLocalId},
    FieldRule{"Link", "type", kMust},
    FieldRule{"MigrationStatus", "country", kMay, Format::kCountry},
    FieldRule{"Money", "minor_units", kMust},
    FieldRule{"Money", "currency", kMust, Format::kCurrency},
    FieldRule{"NamePart", "kind", kMust},
    FieldRule{"NamePart", "value", kMust, Format::kNamePart},
    FieldRule{"NoticeItem", "no", kMust},
    FieldRule{"NoticeItem", "text", kMust, Format::kProse},
    FieldRule{"NoticeItem", "lang", kMust, Format::kLanguage},
    FieldRule{"NoticeItem", "evaluation", kMust},
    FieldRule{"NoticeItem", "subject_refs", kMay, Format::kLocalId},
    FieldRule{"Object", "local_id", kMay, Format::kLocalId},
    FieldRule{"OnlineAccount", "url", kMay, Format::kUrl},
    FieldRule{"OnlineAccount", "handle", kMay, Format::kName},
    FieldRule{"OnlineAccount", "user_id", kMay, Format::kName},
    FieldRule{"OnlineAccount", "display_name", kMay, Format::kName},
    FieldRule{"OnwardSharingDecision", "outcome", kMust},
    FieldRule{"OnwardSharingDecision", "agencies", kMay, Format::kAgency},
    FieldRule{"OnwardSharingDecision", "until", kMay, Format::kDay},
    FieldRule{"OnwardSharingNotice", "agency", kMust, Format::kAgency},
    FieldRule{"OnwardSharingNotice", "item", kMust},
    FieldRule{"OnwardSharingRequest", "agencies", kMust, Format::kAgency},
    FieldRule{"OnwardSharingRequest", "purposes", kMust},
    FieldRule{"OnwardSharingRequest", "tlp", kMust},
    FieldRule{"OnwardSharingRequest", "justification", kMust},
    FieldRule{"Organisation", "local_id", kMay, Format::kLocalId},
    FieldRule{"Organisation", "name", kMust, Format::kName},
    FieldRule{"Organisation", "reg_no", kMay, Format::kDocumentNumber},
    FieldRule{"Organisation", "country", kMay, Format::kCountry},
    FieldRule{"PartialDate", "edtf", kMay, Format::kShort},
    FieldRule{"PartialDate", "as_written", kMay, Format::kShort},
    FieldRule{"PerpetratorContext", "organisation_ref", kMay, Format::kLocalId},
    FieldRule{"Person", "local_id", kMay, Format::kLocalId},
    FieldRule{"Person", "category", kMust},
    FieldRule{"Person", "citizenships", kMay, Format::kIssuer},
    FieldRule{"Person", "languages", kMay, Format::kLanguage},
    FieldRule{"PersonName", "full_original", kMust, Format::kName},
    FieldRule{"PersonName", "script", kMay, Format::kScript},
    FieldRule{"PersonName", "mrz_form", kMay, Format::kMrzName},
    FieldRule{"PersonName", "latin_form", kMay, Format::kName},
    FieldRule{"PhoneDevice", "e164", kMay, Format::kPhone},
    FieldRule{"PhoneDevice", "imei", kMay, Format::kImei},
    FieldRule{"PhoneDevice", "imsi", kMay, Format::kImsi},
    FieldRule{"Place", "country", kMay, Format::kCountry},
    FieldRule{"Place", "district", kMay, Format::kNamePart},
    FieldRule{"Place", "locality", kMay, Format::kNamePart},
    FieldRule{"Provenance", "text", kMust, Format::kProse},
    FieldRule{"Provenance", "lang", kMust, Format::kLanguage},
    FieldRule{"Provenance", "evaluation", kMust},
    FieldRule{"Quantity", "qualifier", kMust},
    FieldRule{"Quantity", "unit", kMay, Format::kShort},
    FieldRule{"Quantity", "population", kMay, Format::kTitle},
    FieldRule{"Recall", "reason", kMust},
    FieldRule{"RecallConfirmation", "action", kMust},
    FieldRule{"RecallConfirmation", "recalled_from", kMay, Format::kAgency},
    FieldRule{"Release", "officer_handle", kMust, Format::kShort},
    FieldRule{"Release", "at", kMust, Format::kInstant},
    FieldRule{"ScopeResult", "scope", kMust},
    FieldRule{"ScopeResult", "outcome", kMust},
    FieldRule{"ScopeResult", "basis", kMust},
    FieldRule{"ScopeResult", "evaluation", kMust},
    FieldRule{"Subdivision", "code", kMay, Format::kSubdivision},
    FieldRule{"Subdivision", "name", kMay, Format::kNamePart},
    FieldRule{"Subdivision", "lang", kMay, Format::kLanguage},
    FieldRule{"Subdivision", "list_version", kMay, Format::kShort},
    FieldRule{"Text", "text", kMust, Format::kProse},
    FieldRule{"Text", "lang", kMust, Format::kLanguage},
    FieldRule{"Threat", "family", kMust},
    FieldRule{"Threat", "subtype", kMay, Format::kNamePart},
    FieldRule{"Translation", "text", kMust, Format::kProse},
    FieldRule{"Translation", "lang", kMust, Format::kLanguage},
    FieldRule{"Translation", "tool", kMust},
    FieldRule{"TravelDocument", "state", kMust},
    FieldRule{"TravelDocument", "number", kMay, Format::kDocumentNumber},
    FieldRule{"Vehicle", "plate", kMay, Format::kPlate},
    FieldRule{"Vehicle", "plate_country", kMay, Format::kCountry},
    FieldRule{"Vehicle", "plate_raw", kMay, Format::kShort},
    FieldRule{"Vehicle", "vin", kMay, Format::kVin},
    FieldRule{"Vehicle", "make", kMay, Format::kShort},
    FieldRule{"Vehicle", "model", kMay, Format::kShort},
    FieldRule{"Vehicle", "colour", kMay, Format::kShort},
    FieldRule{"Vessel", "name", kMay, Format::kName},
    FieldRule{"Vessel", "imo", kMay, Format::kImo},
    FieldRule{"Vessel", "mmsi", kMay, Format::kMmsi},
    FieldRule{"Vessel", "call_sign", kMay, Format::kShort},
    FieldRule{"Vessel", "flag", kMay, Format::kCountry},
    FieldRule{"Vessel", "registration_no", kMay, Format::kShort},
    FieldRule{"VictimAssertion", "status", kMust},
    FieldRule{"VictimAssertion", "deciding_body", kMust},
    FieldRule{"VictimAssertion", "certificate_ref", kMay, Format::kShort},
    FieldRule{"VictimContext", "labour_industries", kMay, Format::kIndustry},
    FieldRule{"VictimVerificationRequest", "scopes", kMust},
    FieldRule{"VictimVerificationRequest", "subject", kMust},
    FieldRule{"VictimVerificationRequest", "present_situation", kMust},
    FieldRule{"VictimVerificationRequest", "present_country", kMust, Format::kCountry},
    FieldRule{"VictimVerificationRequest", "claimed_by_subject", kMust},
    FieldRule{"VictimVerificationRequest", "family_contact_allowed", kMust},
    FieldRule{"VictimVerificationRequest", "risk_if_authorities_informed", kMust},
    FieldRule{"VictimVerificationResponse", "per_scope", kMust},
    FieldRule{"VictimVerificationResponse", "next_contact", kMust},
};

bool EndsInOther(std::string_view name) {
  constexpr std::string_view kSuffix = "_other";
  return name.size() > kSuffix.size() && name.substr(name.size() - kSuffix.size()) == kSuffix;
}

}  // namespace

absl::Span<const FieldRule> AllFieldRules() { return kRules; }

absl::Span<const FieldRule> FieldRulesOf(const Descriptor& message) {
  struct Order {
    bool operator()(const FieldRule& rule, std::string_view name) const {
      return rule.message < name;
    }
    bool operator()(std::string_view name, const FieldRule& rule) const {
      return name < rule.message;
    }
  };
  const auto [first, last] =
      std::equal_range(kRules.begin(), kRules.end(), std::string_view(message.name()), Order());
  return absl::Span<const FieldRule>(kRules).subspan(static_cast<size_t>(first - kRules.begin()),
                                                     static_cast<size_t>(last - first));
}

FieldRule RuleOf(absl::Span<const FieldRule> rows, const FieldDescriptor& field) {
  for (const FieldRule& row : rows) {
    if (row.field == field.name()) return row;
  }
  FieldRule rule = {field.containing_type()->name(), field.name()};
  if (EndsInOther(field.name())) {
    rule.format = Format::kOther;
  } else if (field.options().GetExtension(sens) == Sensitivity::L8) {
    rule.format = Format::kProse;
  }
  return rule;
}

}  // namespace liaison::payload
