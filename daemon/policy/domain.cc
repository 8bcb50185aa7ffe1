#include "daemon/policy/domain.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/builtin.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/rules.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::RepeatedField;
using liaison::payload::v1::MessageType;

Axis Fixed(std::string name, std::string label) {
  return {std::move(name), "", {{std::move(label), [](Facts&) {}, {}}}};
}

bool IsOf(const v1::Rule& rule, const std::string& partner, v1::Rule::Direction direction) {
  return rule.direction() == direction && (rule.partner().empty() || rule.partner() == partner);
}

// What passes every step that no rule of a file decides.
Facts CommonFacts(const std::string& partner, v1::Rule::Direction direction) {
  Facts facts;
  facts.direction = direction == v1::Rule::OUT ? Direction::kOut : Direction::kIn;
  facts.partner = partner;
  facts.partner_active = true;
  facts.role = v1::Rule::OFFICER;
  facts.named_recipients = {"anybody"};
  facts.has_match_key = true;
  return facts;
}

// Collects the regions of one set of policies.
class Mapper {
 public:
  explicit Mapper(absl::Span<const v1::Policy* const> policies) : policies_(policies) {
    const EnumDescriptor& types = *liaison::payload::v1::MessageType_descriptor();
    const std::vector<int> all = ClassesOf(types, {}, Zero::kNever).front();
    for (const int type : all) {
      if (IsProtective(static_cast<MessageType>(type))) protective_.Add(type);
    }
    answers_.Add(liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE);
    about_others_.Add(liaison::payload::v1::FIELD_OPENING);
    about_others_.Add(liaison::payload::v1::FORWARDED_ITEM);
  }

  std::vector<Region> Run() {
    for (const std::string& partner : Partners()) {
      for (const v1::Rule::Direction direction : {v1::Rule::OUT, v1::Rule::IN}) {
        AddRegions(partner, direction);
      }
    }
    return std::move(regions_);
  }

 private:
  std::set<std::string> Partners() const {
    std::set<std::string> partners = {std::string(kNoneNamed)};
    for (const v1::Policy* policy : policies_) {
      for (const v1::Agreement& agreement : policy->agreement())
        partners.insert(agreement.partner());
      for (const v1::Rule& rule : policy->rule()) {
        if (!rule.partner().empty()) partners.insert(rule.partner());
      }
    }
    return partners;
  }

  void AddRegions(const std::string& partner, v1::Rule::Direction direction) {
    Relevant relevant;
    Lists types = {&protective_, &answers_, &about_others_};
    for (const v1::Policy* policy : policies_) {
      for (const v1::Agreement& agreement : policy->agreement()) {
        if (agreement.partner() != partner) continue;
        relevant.agreements.push_back(&agreement);
        types.push_back(&agreement.types());
      }
      for (const v1::Rule& rule : policy->rule()) {
        if (!IsOf(rule, partner, direction)) continue;
        relevant.rules.push_back(&rule);
        types.push_back(&rule.types());
      }
    }
    for (const std::vector<int>& alike :
         ClassesOf(*liaison::payload::v1::MessageType_descriptor(), types, Zero::kNever)) {
      if (Holds(about_others_, alike[0])) continue;
      const bool protective = Holds(protective_, alike[0]);
      if (relevant.agreements.empty() && !protective) continue;  // denied by every policy
      AddRegion(CommonFacts(partner, direction), alike, std::nullopt, relevant);
      if (protective) continue;  // of those nothing is withheld or passed on
      for (const int outer : about_others_) {
        if (!IsCovered(outer, relevant)) continue;
        AddRegion(CommonFacts(partner, direction), alike, outer, relevant);
      }
    }
  }

  static bool IsCovered(int type, const Relevant& relevant) {
    return std::any_of(
        relevant.agreements.begin(), relevant.agreements.end(),
        [&](const v1::Agreement* agreement) { return Holds(agreement->types(), type); });
  }

  // `outer`: of messages of that type about messages of these types.
  void AddRegion(Facts facts, const std::vector<int>& alike, std::optional<int> outer,
                 const Relevant& of_partner) {
    const auto is_meant = [&](const v1::Rule* rule) {
      return rule->types().empty() || Holds(rule->types(), alike[0]) ||
             (outer && Holds(rule->types(), *outer));
    };
    Relevant relevant{{}, of_partner.agreements};
    std::copy_if(of_partner.rules.begin(), of_partner.rules.end(),
                 std::back_inserter(relevant.rules), is_meant);
    const EnumDescriptor& types = *liaison::payload::v1::MessageType_descriptor();
    std::string name = NamesOf(types, alike);
    if (outer) name.insert(0, absl::StrCat(types.FindValueByNumber(*outer)->name(), " of "));
    (outer ? facts.inner : facts.type) = static_cast<MessageType>(alike[0]);
    if (outer) facts.type = static_cast<MessageType>(*outer);
    const bool out = facts.direction == Direction::kOut;
    const bool protective = Holds(protective_, facts.type);
    Region region;
    region.axes = {Fixed("partner", facts.partner), Fixed("direction", out ? "OUT" : "IN"),
                   Fixed("type", std::move(name))};
    const bool opening = facts.type == liaison::payload::v1::FIELD_OPENING;
    for (Axis& axis : AxesOf(relevant, facts.direction, protective)) {
      // A permit for the message inside is asked for whatever the role.
      if (opening && axis.condition == "roles") {
        axis.condition.clear();
        axis.decides_itself = true;
      }
      region.axes.push_back(std::move(axis));
    }
    region.facts = std::move(facts);
    for (const int type : alike) region.types.push_back(static_cast<MessageType>(type));
    if (region.facts.type == liaison::payload::v1::FORWARDED_ITEM) {
      region.types.push_back(liaison::payload::v1::FORWARDED_ITEM);  // the permission, the notes
    }
    region.agreements = std::move(relevant.agreements);
    region.rules = std::move(relevant.rules);
    regions_.push_back(std::move(region));
  }

  const absl::Span<const v1::Policy* const> policies_;
  // Types that are decided in a way of their own.
  RepeatedField<int> protective_;
  RepeatedField<int> answers_;
  // Decided on as the messages that they are about, too.
  RepeatedField<int> about_others_;
  std::vector<Region> regions_;
};

}  // namespace

std::vector<Region> RegionsOf(absl::Span<const v1::Policy* const> policies) {
  return Mapper(policies).Run();
}

}  // namespace liaison::policy
