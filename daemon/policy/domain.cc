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
using liaison::payload::v1::Origin;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

constexpr std::string_view kNobody = "(any other)";

// What of both policies can matter to one region.
struct Relevant {
  std::vector<const v1::Rule*> rules;
  std::vector<const v1::Agreement*> agreements;  // with the partner
};

// Which lists hold a number: numbers with one mark are never told apart.
using Lists = std::vector<const RepeatedField<int>*>;
std::string MarkOf(int number, const Lists& lists) {
  std::string mark;
  for (const RepeatedField<int>* list : lists) mark.push_back(Holds(*list, number) ? '1' : '0');
  return mark;
}

// Numbers of `type`, 0 left out, that the lists do not tell apart; in order of their first.
std::vector<std::vector<int>> ClassesOf(const EnumDescriptor& type, const Lists& lists) {
  std::vector<std::vector<int>> classes;
  std::map<std::string, size_t> places;
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (number == 0) continue;
    const auto [it, is_new] = places.emplace(MarkOf(number, lists), classes.size());
    if (is_new) classes.emplace_back();
    classes[it->second].push_back(number);
  }
  return classes;
}

std::string NamesOf(const EnumDescriptor& type, absl::Span<const int> numbers) {
  return absl::StrJoin(numbers, "|", [&](std::string* out, int number) {
    absl::StrAppend(out, type.FindValueByNumber(number)->name());
  });
}

// A list of the rules, where it is set.
template <typename Get>
Lists ListsOf(const Relevant& relevant, Get get) {
  Lists lists;
  for (const v1::Rule* rule : relevant.rules) {
    const RepeatedField<int>& list = get(*rule);
    if (!list.empty()) lists.push_back(&list);
  }
  return lists;
}

// One choice for each class of values of a fact with one value.
template <typename Set>
Axis OneOf(std::string name, std::string condition, const EnumDescriptor& type, const Lists& lists,
           Set set) {
  Axis axis{std::move(name), std::move(condition), {}};
  for (const std::vector<int>& numbers : ClassesOf(type, lists)) {
    axis.choices.push_back({NamesOf(type, numbers),
                            [set, number = numbers[0]](Facts& facts) { set(facts, number); },
                            {}});
  }
  return axis;
}

// One choice for each set of classes of values of a fact that is a list.
template <typename Set>
Axis SomeOf(std::string name, const EnumDescriptor& type, const Lists& lists, bool or_none,
            Set set) {
  const std::vector<std::vector<int>> classes = ClassesOf(type, lists);
  Axis axis{name, name, {}};
  if (classes.size() > kMostClasses) return axis;
  for (uint64_t chosen = or_none ? 0 : 1; chosen < uint64_t{1} << classes.size(); ++chosen) {
    std::vector<int> numbers;
    std::vector<std::string> names;
    for (size_t i = 0; i < classes.size(); ++i) {
      if ((chosen >> i & 1) == 0) continue;
      numbers.push_back(classes[i][0]);
      names.push_back(NamesOf(type, classes[i]));
    }
    axis.choices.push_back({names.empty() ? "none" : absl::StrJoin(names, " with "),
                            [set, numbers](Facts& facts) { set(facts, numbers); },
                            {}});
  }
  return axis;
}

Axis PurposesAxis(const Relevant& relevant) {
  Lists lists = ListsOf(
      relevant, [](auto& rule) -> auto& { return rule.purposes(); });
  for (const v1::Agreement* agreement : relevant.agreements)
    lists.push_back(&agreement->purposes());
  return SomeOf("purposes", *Purpose::Code_descriptor(), lists, false,
                [](Facts& facts, const std::vector<int>& numbers) {
                  facts.purposes.clear();
                  for (const int number : numbers) {
                    facts.purposes.push_back(static_cast<Purpose::Code>(number));
                  }
                });
}

Axis SubjectsAxis(const Relevant& relevant) {
  const Lists lists = ListsOf(
      relevant, [](auto& rule) -> auto& { return rule.subjects(); });
  return SomeOf("subjects", *SubjectCategory::Code_descriptor(), lists, true,
                [](Facts& facts, const std::vector<int>& numbers) {
                  facts.subjects.clear();
                  for (const int number : numbers) {
                    facts.subjects.push_back(static_cast<SubjectCategory::Code>(number));
                  }
                });
}

Axis TlpAxis(const Relevant& relevant) {
  std::vector<RepeatedField<int>> up_to;  // the codes that each limit lets through
  for (const v1::Rule* rule : relevant.rules) {
    if (rule->max_tlp() == Tlp::TLP_UNSPECIFIED) continue;
    RepeatedField<int>& codes = up_to.emplace_back();
    for (int code = Tlp::CLEAR; code <= rule->max_tlp(); ++code) codes.Add(code);
  }
  Lists lists;
  for (const auto& codes : up_to) lists.push_back(&codes);
  Axis axis{"tlp", "max_tlp", {}, true};
  for (const std::vector<int>& codes : ClassesOf(*Tlp::Code_descriptor(), lists)) {
    // The strictest of them: TLP:CLEAR carries no more than L1, whatever a policy says.
    const auto tlp = static_cast<Tlp::Code>(codes.back());
    Choice choice{NamesOf(*Tlp::Code_descriptor(), codes),
                  [tlp](Facts& facts) { facts.handling.set_tlp(tlp); },
                  {}};
    if (tlp == Tlp::CLEAR) {
      choice.absent = {Sensitivity::L2, Sensitivity::L3, Sensitivity::L4,
                       Sensitivity::L5, Sensitivity::L7, Sensitivity::L8};
    }
    axis.choices.push_back(std::move(choice));
  }
  return axis;
}

// Agreements and the instants at which one of them begins or ends.
Axis AgreementAxis(const Relevant& relevant) {
  std::map<std::string, std::set<absl::Time>> instants;
  for (const v1::Agreement* agreement : relevant.agreements) {
    std::vector<base::FieldFault> none;
    const Period period = PeriodOf(agreement->valid(), "", none);
    std::set<absl::Time>& of_agreement = instants[agreement->id()];
    of_agreement.insert({period.begin - absl::Seconds(1), period.begin});
    if (period.end != absl::InfiniteFuture()) of_agreement.insert(period.end);
  }
  Axis axis{"agreement", "agreement", {}, true};
  for (const auto& [id, times] : instants) {
    for (const absl::Time time : times) {
      axis.choices.push_back(
          {absl::StrCat(id, " at ",
                        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone())),
           [id = id, time](Facts& facts) {
             facts.agreement_id = id;
             facts.now = time;
           },
           {}});
    }
  }
  return axis;
}

Axis CountryAxis(const Relevant& relevant) {
  std::set<std::string> countries;
  for (const v1::Rule* rule : relevant.rules) {
    countries.insert(rule->countries().begin(), rule->countries().end());
  }
  Axis axis{"country",
            "countries",
            {{std::string(kNobody), [](Facts& facts) { facts.partner_country = ""; }, {}}}};
  for (const std::string& country : countries) {
    axis.choices.push_back(
        {country, [country](Facts& facts) { facts.partner_country = country; }, {}});
  }
  return axis;
}

// Sets of classes that a rule looks for in the message.
Axis CarriesAxis(const Relevant& relevant) {
  const EnumDescriptor& type = *Sensitivity::Class_descriptor();
  std::vector<std::vector<int>> classes =
      ClassesOf(type, ListsOf(
                          relevant, [](auto& rule) -> auto& { return rule.carries(); }));
  // Those that no rule looks for are always there.
  std::erase_if(classes, [&](const std::vector<int>& alike) {
    return std::none_of(relevant.rules.begin(), relevant.rules.end(),
                        [&](const v1::Rule* rule) { return Holds(rule->carries(), alike[0]); });
  });
  Axis axis{"carries", "", {}, true};
  for (uint64_t chosen = 0; chosen < uint64_t{1} << classes.size(); ++chosen) {
    Choice choice;
    std::vector<std::string> present;
    for (size_t i = 0; i < classes.size(); ++i) {
      if ((chosen >> i & 1) != 0) {
        present.push_back(NamesOf(type, classes[i]));
        continue;
      }
      for (const int sens : classes[i]) {
        choice.absent.push_back(static_cast<Sensitivity::Class>(sens));
      }
    }
    choice.label = present.empty() ? "none of these" : absl::StrJoin(present, " with ");
    choice.set = [](Facts&) {};
    axis.choices.push_back(std::move(choice));
  }
  return axis;
}

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
  facts.urgency = Urgency::U3;
  facts.named_recipients = {"anybody"};
  facts.has_match_key = true;
  return facts;
}

std::vector<Axis> AxesOf(const Relevant& relevant, bool out) {
  std::vector<Axis> axes;
  axes.push_back(AgreementAxis(relevant));
  axes.push_back(PurposesAxis(relevant));
  if (out) {
    axes.push_back(
        OneOf("role", "roles", *v1::Rule::Role_descriptor(),
              ListsOf(
                  relevant, [](auto& rule) -> auto& { return rule.roles(); }),
              [](Facts& facts, int number) { facts.role = static_cast<v1::Rule::Role>(number); }));
  }
  axes.push_back(TlpAxis(relevant));
  axes.push_back(OneOf("partner class", "partner_classes", *v1::PartnerClass_descriptor(),
                       ListsOf(
                           relevant, [](auto& rule) -> auto& { return rule.partner_classes(); }),
                       [](Facts& facts, int number) {
                         facts.partner_class = static_cast<v1::PartnerClass>(number);
                       }));
  axes.push_back(CountryAxis(relevant));
  axes.push_back(
      OneOf("urgency", "urgencies", *Urgency::Code_descriptor(),
            ListsOf(
                relevant, [](auto& rule) -> auto& { return rule.urgencies(); }),
            [](Facts& facts, int number) { facts.urgency = static_cast<Urgency::Code>(number); }));
  axes.push_back(
      OneOf("origin", "origins", *Origin::Code_descriptor(),
            ListsOf(
                relevant, [](auto& rule) -> auto& { return rule.origins(); }),
            [](Facts& facts, int number) { facts.origin = static_cast<Origin::Code>(number); }));
  axes.push_back(SubjectsAxis(relevant));
  axes.push_back(CarriesAxis(relevant));
  return axes;
}

// Collects the regions of one set of policies.
class Mapper {
 public:
  explicit Mapper(absl::Span<const v1::Policy* const> policies) : policies_(policies) {
    const EnumDescriptor& types = *liaison::payload::v1::MessageType_descriptor();
    for (int i = 0; i < types.value_count(); ++i) {
      const int type = types.value(i)->number();
      if (IsProtective(static_cast<MessageType>(type))) protective_.Add(type);
    }
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
    std::set<std::string> partners;
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
    Lists types = {&protective_, &about_others_};
    for (const v1::Policy* policy : policies_) {
      for (const v1::Agreement& agreement : policy->agreement()) {
        if (agreement.partner() != partner) continue;
        relevant.agreements.push_back(&agreement);
        types.push_back(&agreement.types());
      }
      for (const v1::Rule& rule : policy->rule()) {
        if (!IsOf(rule, partner, direction)) continue;
        relevant.rules.push_back(&rule);
        if (!rule.types().empty()) types.push_back(&rule.types());
      }
    }
    if (relevant.agreements.empty()) return;  // nothing is exchanged with it under either policy
    for (const std::vector<int>& alike :
         ClassesOf(*liaison::payload::v1::MessageType_descriptor(), types)) {
      if (Holds(about_others_, alike[0])) continue;
      AddRegion(CommonFacts(partner, direction), alike, std::nullopt, relevant);
      if (Holds(protective_, alike[0])) continue;  // of those nothing is withheld or passed on
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
    Region region;
    region.axes = {Fixed("partner", facts.partner), Fixed("direction", out ? "OUT" : "IN"),
                   Fixed("type", std::move(name))};
    const bool opening = facts.type == liaison::payload::v1::FIELD_OPENING;
    for (Axis& axis : AxesOf(relevant, out)) {
      // A permit for the message inside is asked for whatever the role.
      if (opening && axis.condition == "roles") axis.condition.clear();
      axis.decides_itself |= opening && axis.name == "role";
      region.axes.push_back(std::move(axis));
    }
    region.facts = std::move(facts);
    for (const int type : alike) region.types.push_back(static_cast<MessageType>(type));
    if (region.facts.type == liaison::payload::v1::FORWARDED_ITEM && outer) {
      region.types.push_back(liaison::payload::v1::FORWARDED_ITEM);  // the permission, the notes
    }
    region.agreements = std::move(relevant.agreements);
    region.rules = std::move(relevant.rules);
    regions_.push_back(std::move(region));
  }

  const absl::Span<const v1::Policy* const> policies_;
  RepeatedField<int> protective_;  // types that are decided in a way of their own
  // Decided on as the messages that they are about, too.
  RepeatedField<int> about_others_;
  std::vector<Region> regions_;
};

}  // namespace

std::vector<Region> RegionsOf(absl::Span<const v1::Policy* const> policies) {
  return Mapper(policies).Run();
}

}  // namespace liaison::policy
