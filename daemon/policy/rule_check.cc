#include "daemon/policy/rule_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "daemon/base/ids.h"
#include "daemon/policy/terms.h"

namespace liaison::policy {
namespace {

using google::protobuf::RepeatedField;
using google::protobuf::RepeatedPtrField;

constexpr uint32_t kMostPersons = 5;
constexpr uint32_t kMostKeptCharacters = 4;
constexpr absl::Duration kMostWithin = absl::Hours(24 * 30);
constexpr absl::Duration kMostDerogation = absl::Hours(24 * 3);
constexpr absl::Duration kLeastRetention = absl::Hours(24);
constexpr absl::Duration kMostRetention = absl::Hours(24 * 3650);

class RuleChecker {
 public:
  RuleChecker(const RuleContext& context, const v1::Rule& rule, std::string path, FaultList& faults)
      : context_(context),
        rule_(rule),
        path_(std::move(path)),
        permit_(rule.effect() == v1::Rule::PERMIT),
        faults_(faults) {}

  void Run() {
    CheckHead();
    CheckConditions();
    CheckCarries();
    CheckAgreement();
    CheckFields();
    CheckObligations();
    CheckDerogation();
  }

 private:
  void Fault(std::string_view field, std::string_view rule, std::string what) {
    faults_.Add(absl::StrCat(path_, std::string(field)), rule, std::move(what));
  }

  bool Is(v1::Rule::Effect effect) const { return rule_.effect() == effect; }

  void CheckHead() {
    if (Is(v1::Rule::EFFECT_UNSPECIFIED)) {
      Fault(".effect", "REQUIRED", "write PERMIT, FORBID, RESTRICT or HOLD");
    }
    if (rule_.direction() == v1::Rule::DIRECTION_UNSPECIFIED) {
      Fault(".direction", "REQUIRED", "write OUT or IN");
    } else if (Is(v1::Rule::HOLD) && rule_.direction() == v1::Rule::IN) {
      Fault(".direction", "OUT_ONLY", "what comes in cannot be held; write OUT, or FORBID it");
    }
  }

  void CheckConditions() {
    if (permit_ || !rule_.partner().empty()) {
      faults_.AddBadPartner(rule_.partner(), context_.own_agency, path_ + ".partner");
    }
    const bool out = rule_.direction() == v1::Rule::OUT;
    faults_.AddUnnamed(rule_.types(), path_ + ".types", permit_);
    faults_.AddUnnamed(rule_.purposes(), path_ + ".purposes", permit_);
    faults_.AddUnnamed(rule_.roles(), path_ + ".roles", permit_ && out);
    faults_.AddUnnamed(rule_.partner_classes(), path_ + ".partner_classes", false);
    faults_.AddUnnamed(rule_.urgencies(), path_ + ".urgencies", false);
    faults_.AddUnnamed(rule_.subjects(), path_ + ".subjects", false);
    faults_.AddUnnamed(rule_.origins(), path_ + ".origins", false);
    for (int i = 0; i < rule_.countries_size(); ++i) {
      faults_.AddBadCountry(rule_.countries(i), absl::StrCat(path_, ".countries[", i, "]"));
    }
  }

  void CheckCarries() {
    if (!rule_.carries().empty() && !Is(v1::Rule::FORBID) && !Is(v1::Rule::HOLD)) {
      Fault(".carries", "EFFECT", "only FORBID and HOLD ask this; name the classes in fields");
    }
    faults_.AddUnnamed(rule_.carries(), path_ + ".carries", false);
    if (Is(v1::Rule::HOLD)) RefuseSources(rule_.carries(), ".carries");
  }

  void CheckAgreement() {
    if (rule_.agreement().empty()) return;
    for (const v1::Agreement& agreement : context_.policy.agreement()) {
      if (agreement.id() != rule_.agreement()) continue;
      if (!rule_.partner().empty() && agreement.partner() != rule_.partner()) {
        Fault(".agreement", "UNKNOWN",
              "this agreement is with another partner; name one with this partner");
      }
      return;
    }
    Fault(".agreement", "UNKNOWN", "no agreement has this id; write the id of one of this file");
  }

  void CheckFields() {
    const v1::FieldRules& fields = rule_.fields();
    if (Is(v1::Rule::RESTRICT)) CheckRestrictFields(fields);
    if ((Is(v1::Rule::FORBID) || Is(v1::Rule::HOLD)) && rule_.has_fields()) {
      Fault(".fields", "EFFECT",
            "only PERMIT and RESTRICT have fields; take them out, or make it a RESTRICT");
    }
    const std::pair<const RepeatedField<int>&, std::string_view> classes[] = {
        {fields.keep_class(), ".fields.keep_class"},
        {fields.withhold_class(), ".fields.withhold_class"},
        {fields.omit_class(), ".fields.omit_class"}};
    for (const auto& [list, name] : classes) {
      faults_.AddUnnamed(list, absl::StrCat(path_, std::string(name)), false);
    }
    RefuseSources(fields.keep_class(), ".fields.keep_class");
    RefuseSources(fields.withhold_class(), ".fields.withhold_class");
    CheckPaths(fields.keep(), ".fields.keep");
    CheckPaths(fields.withhold(), ".fields.withhold");
    CheckPaths(fields.omit(), ".fields.omit");
    CheckPaths(fields.pseudonymise(), ".fields.pseudonymise");
    CheckPaths(fields.match_token(), ".fields.match_token");
    for (int i = 0; i < fields.generalise_size(); ++i) CheckGeneralise(i);
    for (int i = 0; i < fields.mask_size(); ++i) CheckMask(i);
  }

  void CheckRestrictFields(const v1::FieldRules& fields) {
    if (fields.ByteSizeLong() == 0) {
      Fault(".fields", "REQUIRED", "name what to change, withhold or omit");
    }
    const std::string what = "a RESTRICT keeps nothing; name in a PERMIT what goes";
    if (!fields.keep_class().empty()) Fault(".fields.keep_class", "EFFECT", what);
    if (!fields.keep().empty()) Fault(".fields.keep", "EFFECT", what);
  }

  // L6 never goes, so a rule that lets it go would be read as more than it is.
  void RefuseSources(const RepeatedField<int>& classes, std::string_view field) {
    for (int i = 0; i < classes.size(); ++i) {
      if (classes[i] != Sensitivity::L6) continue;
      Fault(absl::StrCat(std::string(field), "[", i, "]"), "D-13",
            "L6 is always omitted; take it out");
    }
  }

  // What is at a path; nullopt, with a fault, when there is nothing.
  std::optional<Whole::Kind> CheckPath(const std::string& schema_path, const std::string& field) {
    const absl::StatusOr<Whole::Kind> found = context_.find_path(schema_path);
    if (found.ok()) return *found;
    Fault(field, "UNKNOWN", std::string(found.status().message()));
    return std::nullopt;
  }

  void CheckPaths(const RepeatedPtrField<std::string>& paths, std::string_view field) {
    for (int i = 0; i < paths.size(); ++i) {
      CheckPath(paths[i], absl::StrCat(std::string(field), "[", i, "]"));
    }
  }

  void CheckGeneralise(int i) {
    const v1::Generalise& change = rule_.fields().generalise(i);
    const std::string field = absl::StrCat(".fields.generalise[", i, "]");
    const std::optional<Whole::Kind> found = CheckPath(change.path(), field + ".path");
    if (!found) return;
    if (*found == Whole::WHOLE_UNSPECIFIED) {
      return Fault(field + ".path", "NOT_GENERAL",
                   "only a date or a place as a whole can be generalised; name one, without the "
                   "fields below it, or mask, withhold or omit this");
    }
    if (*found == Whole::DATE && !IsDateLevel(change.to())) {
      Fault(field + ".to", "LEVEL", "this is a date; write MONTH, YEAR or AGE_BAND");
    }
    if (*found == Whole::PLACE && !IsPlaceLevel(change.to())) {
      Fault(field + ".to", "LEVEL",
            "this is a place; write LOCALITY, DISTRICT, PROVINCE or COUNTRY");
    }
  }

  void CheckMask(int i) {
    const v1::Mask& mask = rule_.fields().mask(i);
    const std::string field = absl::StrCat(".fields.mask[", i, "]");
    CheckPath(mask.path(), field + ".path");
    if (mask.keep_last() > kMostKeptCharacters) {
      Fault(field + ".keep_last", "LIMIT", absl::StrCat("write 0 to ", kMostKeptCharacters));
    }
  }

  void CheckObligations() {
    const v1::Obligations& obligations = rule_.obligations();
    if (Is(v1::Rule::HOLD)) return CheckHold(obligations);
    if (!rule_.has_obligations()) return;
    if (!permit_) {
      Fault(".obligations", "EFFECT",
            "only PERMIT and HOLD have obligations; put them into the PERMIT");
    }
    if (obligations.has_release()) CheckRelease(obligations.release());
    CheckQuota(obligations.quota());
    if (obligations.retention().empty()) return;
    CheckSpan(obligations.retention(), kLeastRetention, kMostRetention, ".obligations.retention");
  }

  void CheckHold(const v1::Obligations& obligations) {
    if (!obligations.has_release()) {
      Fault(".obligations.release", "REQUIRED",
            "say who lets it go: obligations { release { persons: 2 within: \"4h\" } }");
    } else {
      CheckRelease(obligations.release());
    }
    v1::Obligations others = obligations;
    others.clear_release();
    if (others.ByteSizeLong() > 0) {
      Fault(".obligations", "EFFECT",
            "a HOLD asks for release alone; put quota, retention and notice into the PERMIT");
    }
  }

  void CheckRelease(const v1::Release& release) {
    if (rule_.direction() == v1::Rule::IN) {
      Fault(".obligations.release", "OUT_ONLY", "what comes in is not released; take it out");
    }
    if (release.persons() < 2 || release.persons() > kMostPersons) {
      Fault(".obligations.release.persons", "LIMIT",
            absl::StrCat("write 2 to ", kMostPersons, "; the submitter is one of them"));
    }
    CheckSpan(release.within(), absl::Minutes(1), kMostWithin, ".obligations.release.within");
  }

  void CheckDerogation() {
    if (!rule_.has_derogation()) return;
    if (permit_) {
      Fault(".derogation", "EFFECT", "a PERMIT is not set aside; take this out");
    }
    if (rule_.direction() == v1::Rule::IN) {
      Fault(".derogation", "OUT_ONLY", "nobody asks for it of what comes in; take it out");
    }
    CheckSpan(rule_.derogation().within(), absl::Minutes(1), kMostDerogation, ".derogation.within");
  }

  void CheckSpan(const std::string& text, absl::Duration least, absl::Duration most,
                 std::string_view field) {
    const std::optional<absl::Duration> span = ParseSpan(text);
    if (span && *span >= least && *span <= most) return;
    Fault(field, "SPAN",
          absl::StrCat("write a time from \"", SpanText(least), "\" to \"", SpanText(most),
                       "\": a number and m, h or d"));
  }

  void CheckQuota(const std::string& id) {
    if (id.empty()) return;
    const auto& quotas = context_.policy.quota();
    if (std::any_of(quotas.begin(), quotas.end(), [&](auto& quota) { return quota.id() == id; })) {
      return;
    }
    Fault(".obligations.quota", "UNKNOWN",
          "no quota has this id; write the id of one of this file");
  }

  const RuleContext& context_;
  const v1::Rule& rule_;
  const std::string path_;
  const bool permit_;
  FaultList& faults_;
};

}  // namespace

void FaultList::Add(std::string field, std::string_view rule, std::string what) {
  faults_.push_back({std::move(field), std::string(rule), std::move(what)});
}

void FaultList::AddUnnamed(const RepeatedField<int>& codes, const std::string& path,
                           bool required) {
  if (required && codes.empty()) Add(path, "REQUIRED", "name one or more");
  for (int i = 0; i < codes.size(); ++i) {
    if (codes[i] == 0) Add(absl::StrCat(path, "[", i, "]"), "REQUIRED", "name a value");
  }
}

void FaultList::AddBadPartner(const std::string& partner, std::string_view own_agency,
                              const std::string& path) {
  if (!base::IsAgencyId(partner)) {
    Add(path, "AGENCY_ID", "write the agency id of a partner");
  } else if (partner == own_agency) {
    Add(path, "AGENCY_ID", "this is our own agency; name the partner");
  }
}

void FaultList::AddBadCountry(const std::string& country, const std::string& path) {
  const auto is_upper = [](char c) { return absl::ascii_isupper(static_cast<unsigned char>(c)); };
  if (country == "UK") {  // reserved in ISO 3166-1 and of no country: a rule for it meets nobody
    Add(path, "COUNTRY", "write \"GB\"");
  } else if (country.size() != 2 || !is_upper(country[0]) || !is_upper(country[1])) {
    Add(path, "COUNTRY", "write two capital letters (ISO 3166-1), or \"XX\"");
  }
}

void CheckRule(const RuleContext& context, const v1::Rule& rule, const std::string& path,
               FaultList& faults) {
  RuleChecker(context, rule, path, faults).Run();
}

}  // namespace liaison::policy
