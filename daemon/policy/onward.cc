#include "daemon/policy/onward.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::EuropolHandling;
using liaison::payload::v1::Handling;
using liaison::payload::v1::OnwardSharing;
using liaison::payload::v1::OnwardSharingDecision;
using liaison::payload::v1::OnwardSharingOutcome;
using liaison::payload::v1::SanitisationCode;
using liaison::payload::v1::Tlp;

struct Label {
  bool (*asks)(const Handling& original);
  std::string_view words;
};
constexpr Label kLabels[] = {
    {[](const Handling& h) {
       return h.onward() == OnwardSharing::ONWARD_SHARING_UNSPECIFIED ||
              h.onward() == OnwardSharing::NONE;
     },
     "onward sharing NONE"},
    {[](const Handling& h) { return h.onward() == OnwardSharing::WITH_PERMISSION; },
     "onward sharing WITH_PERMISSION"},
    {[](const Handling& h) { return h.onward() == OnwardSharing::WITHIN_COMMUNITY; },
     "onward sharing WITHIN_COMMUNITY, to whom no agreement that both are party to is known"},
    {[](const Handling& h) { return h.onward() != OnwardSharing::PUBLIC; },
     "an onward sharing code that this version does not know"},
    {[](const Handling& h) { return EffectiveTlp(h) != Tlp::CLEAR; }, "its TLP"},
    {[](const Handling& h) {
       return h.sanitisation() != SanitisationCode::SANITISATION_CODE_UNSPECIFIED &&
              h.sanitisation() != SanitisationCode::S1;
     },
     "its sanitisation code"},
    {[](const Handling& h) {
       return std::any_of(h.europol().begin(), h.europol().end(), [](int code) {
         return code != EuropolHandling::H0 && code != EuropolHandling::H1;
       });
     },
     "its Europol code"},
};

// The first instant after the day, UTC; InfinitePast for what is no day.
absl::Time EndOf(const std::string& day) {
  absl::CivilDay civil;
  if (!absl::ParseCivilTime(day, &civil)) return absl::InfinitePast();
  return absl::FromCivil(civil + 1, absl::UTCTimeZone());
}

bool IsAtOrBelow(std::string_view path, std::string_view top) {
  if (path.substr(0, top.size()) != top) return false;
  return path.size() == top.size() || path[top.size()] == '.' || path[top.size()] == '[';
}

std::string FindLackOfFields(const OnwardSharingDecision& grant, const Passing& passing) {
  for (const std::string& path : passing.paths) {
    if (!Covers(grant.fields(), path)) return absl::StrCat("it does not name the field ", path);
  }
  return "";
}

}  // namespace

std::string_view AskingLabel(const Handling& original) {
  const auto* const label = std::find_if(std::begin(kLabels), std::end(kLabels),
                                         [&](const Label& one) { return one.asks(original); });
  return label == std::end(kLabels) ? std::string_view() : label->words;
}

std::string FindLack(const OnwardSharingDecision& grant, const Passing& passing) {
  if (grant.outcome() != OnwardSharingOutcome::GRANTED) return "it is no grant";
  if (grant.message() != passing.original) return "it is for another message";
  const auto& agencies = grant.agencies();
  if (std::find(agencies.begin(), agencies.end(), passing.to) == agencies.end()) {
    return absl::StrCat("it does not name ", passing.to);
  }
  for (const auto purpose : passing.purposes) {
    if (!Holds(grant.purposes(), purpose)) return "it does not cover every purpose";
  }
  if (grant.tlp() == Tlp::TLP_UNSPECIFIED) return "it names no TLP";
  if (EffectiveTlp(passing.handling) < grant.tlp()) {
    return absl::StrCat("it asks for TLP ", Tlp::Code_Name(grant.tlp()), " or stricter");
  }
  if (passing.when >= EndOf(grant.until())) return "its time is over";
  return FindLackOfFields(grant, passing);
}

std::string FindOnwardFault(const Handling& original, const OnwardSharingDecision* grant,
                            const Passing& passing) {
  const std::string label(AskingLabel(original));
  if (grant == nullptr) {
    if (label.empty()) return "";
    return absl::StrCat("the originator's permission, which ", label, " asks for");
  }
  const std::string lack = FindLack(*grant, passing);
  if (lack.empty()) return "";
  return absl::StrCat("a permission of the originator that fits: ", lack);
}

bool Covers(const google::protobuf::RepeatedPtrField<std::string>& tops, std::string_view path) {
  return std::any_of(tops.begin(), tops.end(),
                     [&](const std::string& top) { return top == "*" || IsAtOrBelow(path, top); });
}

Decision DenyOnward(std::string fault) {
  Decision decision;
  decision.step = Step::kLabels;
  decision.rules = {std::string(kOnwardRule)};
  decision.missing = std::move(fault);
  return decision;
}

}  // namespace liaison::policy
