#include "daemon/policy/tightening.h"

#include <algorithm>

#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::ActionCode;
using liaison::payload::v1::AffectedPartyNotification;
using liaison::payload::v1::Attribution;
using liaison::payload::v1::EuropolHandling;
using liaison::payload::v1::Handling;
using liaison::payload::v1::HandlingCode;
using liaison::payload::v1::JudicialUse;
using liaison::payload::v1::OnwardSharing;
using liaison::payload::v1::Pap;

// A1 (no direct action) is the strictest, A3 the loosest, none looser still.
int Freedom(ActionCode::Code action) {
  return action == ActionCode::ACTION_CODE_UNSPECIFIED ? ActionCode::A3 + 1 : action;
}

// MUST and MUST_NOT narrow MAY, each in its own way.
bool KeepsAttribution(Attribution::Code ours, Attribution::Code received) {
  return ours == received || received == Attribution::MAY ||
         received == Attribution::ATTRIBUTION_UNSPECIFIED;
}

bool Has(const Handling& handling, int code) {
  const auto& codes = handling.europol();
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// H0 restricts nothing; the others stay.
bool KeepsEuropol(const Handling& ours, const Handling& received) {
  return std::all_of(received.europol().begin(), received.europol().end(),
                     [&](int code) { return code == EuropolHandling::H0 || Has(ours, code); });
}

// Dates as YYYY-MM-DD compare as text. Earlier is stricter, none is loosest.
bool KeepsDate(const std::string& ours, const std::string& received) {
  return received.empty() || (!ours.empty() && ours <= received);
}

struct Label {
  bool (*kept)(const Handling& ours, const Handling& received);
  std::string_view looser;
};
constexpr Label kLabels[] = {
    {[](const Handling& o, const Handling& r) { return EffectiveTlp(o) >= EffectiveTlp(r); },
     "the TLP is looser than the original's"},
    {[](const Handling& o, const Handling& r) {
       return r.code() != HandlingCode::C || o.code() == HandlingCode::C;
     },
     "the original's handling code C is gone"},
    {[](const Handling& o, const Handling& r) {
       return Freedom(o.action()) <= Freedom(r.action());
     },
     "the action code is looser than the original's"},
    {[](const Handling& o, const Handling& r) { return o.sanitisation() >= r.sanitisation(); },
     "the sanitisation code is looser than the original's"},
    {[](const Handling& o, const Handling& r) {
       return o.onward() <= std::max(r.onward(), OnwardSharing::NONE);
     },
     "onward sharing is wider than the original's"},
    {[](const Handling& o, const Handling& r) {
       return o.judicial_use() <= std::max(r.judicial_use(), JudicialUse::NOT_PERMITTED);
     },
     "judicial use is wider than the original's"},
    {[](const Handling& o, const Handling& r) {
       return std::max(o.pap(), Pap::PAP_CLEAR) >= r.pap();
     },
     "the PAP is looser than the original's"},
    {[](const Handling& o, const Handling& r) {
       return r.victim_contact_permitted() || !o.victim_contact_permitted();
     },
     "the original does not permit contact with the victim"},
    {[](const Handling& o, const Handling& r) {
       return o.notify() != AffectedPartyNotification::MAY ||
              r.notify() == AffectedPartyNotification::MAY;
     },
     "the original does not let the affected party be told"},
    {[](const Handling& o, const Handling& r) {
       return KeepsAttribution(o.attribution(), r.attribution());
     },
     "attribution is not the original's"},
    {[](const Handling& o, const Handling& r) { return KeepsDate(o.review_on(), r.review_on()); },
     "review is later than the original's"},
    {[](const Handling& o, const Handling& r) { return KeepsDate(o.delete_by(), r.delete_by()); },
     "deletion is later than the original's"},
    {KeepsEuropol, "a Europol code of the original is gone"},
};

}  // namespace

std::string_view FindLooser(const Handling& handling, const Handling& received) {
  const auto* const looser =
      std::find_if(std::begin(kLabels), std::end(kLabels),
                   [&](const Label& label) { return !label.kept(handling, received); });
  return looser == std::end(kLabels) ? std::string_view() : looser->looser;
}

}  // namespace liaison::policy
