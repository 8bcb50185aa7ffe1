#include "daemon/policy/axes.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/conditions.h"
#include "daemon/policy/validity.h"

namespace liaison::policy {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::RepeatedField;
using liaison::payload::v1::LegalBasis;
using liaison::payload::v1::Origin;
using liaison::payload::v1::Purpose;
using liaison::payload::v1::SubjectCategory;
using liaison::payload::v1::Tlp;
using liaison::payload::v1::Urgency;

using Classes = std::vector<std::vector<int>>;

// Which lists hold a number: numbers with one mark are never told apart.
std::string MarkOf(int number, const Lists& lists) {
  std::string mark;
  for (const RepeatedField<int>* list : lists) mark.push_back(Holds(*list, number) ? '1' : '0');
  return mark;
}

// One list of each rule.
template <typename Get>
Lists ListsOf(const Relevant& relevant, Get get) {
  Lists lists;
  for (const v1::Rule* rule : relevant.rules) {
    const RepeatedField<int>& list = get(*rule);
    lists.push_back(&list);
  }
  return lists;
}

// Every set of these classes, the empty one first.
std::vector<Classes> SetsOf(const Classes& classes) {
  std::vector<Classes> sets = {{}};
  for (const std::vector<int>& alike : classes) {
    const size_t without = sets.size();
    for (size_t i = 0; i < without; ++i) {
      sets.push_back(sets[i]);
      sets.back().push_back(alike);
    }
  }
  return sets;
}

std::string LabelOf(const EnumDescriptor& type, const Classes& some, std::string_view none) {
  if (some.empty()) return std::string(none);
  return absl::StrJoin(some, " with ", [&](std::string* out, const std::vector<int>& alike) {
    out->append(NamesOf(type, alike));
  });
}

// One choice for each class of values of a fact with one value.
template <typename Set>
Axis OneOf(std::string name, std::string condition, const EnumDescriptor& type, const Lists& lists,
           Set set) {
  Axis axis{std::move(name), std::move(condition), {}};
  for (const std::vector<int>& numbers : ClassesOf(type, lists, Zero::kNever)) {
    axis.choices.push_back({NamesOf(type, numbers),
                            [set, number = numbers[0]](Facts& facts) { set(facts, number); },
                            {}});
  }
  return axis;
}

// One choice for each set of classes of values of a fact that is a list.
template <typename Set>
Axis SomeOf(std::string name, const EnumDescriptor& type, const Classes& classes, bool or_none,
            Set set) {
  Axis axis{name, name, {}};
  if (classes.size() > kMostClasses) return axis;
  for (const Classes& some : SetsOf(classes)) {
    if (some.empty() && !or_none) continue;
    std::vector<int> numbers;
    for (const std::vector<int>& alike : some) numbers.push_back(alike[0]);
    axis.choices.push_back(
        {LabelOf(type, some, "none"), [set, numbers](Facts& facts) { set(facts, numbers); }, {}});
  }
  return axis;
}

Axis PurposesAxis(const Relevant& relevant) {
  Lists lists = ListsOf(
      relevant, [](auto& rule) -> auto& { return rule.purposes(); });
  for (const v1::Agreement* agreement : relevant.agreements)
    lists.push_back(&agreement->purposes());
  const EnumDescriptor& type = *Purpose::Code_descriptor();
  return SomeOf("purposes", type, ClassesOf(type, lists, Zero::kNever), false,
                [](Facts& facts, const std::vector<int>& numbers) {
                  for (const int number : numbers) {
                    facts.purposes.push_back(static_cast<Purpose::Code>(number));
                  }
                });
}

Axis SubjectsAxis(const Relevant& relevant) {
  // Number 0 stands for what this version does not know, which a rule that tightens always meets.
  std::vector<RepeatedField<int>> met;
  for (const v1::Rule* rule : relevant.rules) {
    RepeatedField<int>& categories = met.emplace_back(rule->subjects());
    if (rule->effect() != v1::Rule::PERMIT && !categories.empty()) categories.Add(0);
  }
  Lists lists;
  for (const auto& categories : met) lists.push_back(&categories);
  const EnumDescriptor& type = *SubjectCategory::Code_descriptor();
  return SomeOf("subjects", type, ClassesOf(type, lists, Zero::kToo), true,
                [](Facts& facts, const std::vector<int>& numbers) {
                  for (const int number : numbers) {
                    facts.subjects.push_back(static_cast<SubjectCategory::Code>(number));
                  }
                });
}

Axis TlpAxis(const Relevant& relevant) {
  std::vector<RepeatedField<int>> up_to;  // the codes that each limit names
  for (const v1::Rule* rule : relevant.rules) {
    RepeatedField<int>& codes = up_to.emplace_back();
    for (int code = Tlp::CLEAR; code <= rule->max_tlp(); ++code) codes.Add(code);
  }
  Lists lists;
  for (const auto& codes : up_to) lists.push_back(&codes);
  Axis axis{"tlp", "max_tlp", {}, true};
  for (const std::vector<int>& codes : ClassesOf(*Tlp::Code_descriptor(), lists, Zero::kNever)) {
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
  Axis axis{"agreement", "agreement", {}};
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

// What is decided without an agreement may name one all the same, in force or not.
Axis NamedAgreementAxis(const Relevant& relevant) {
  std::set<std::string> ids = {""};
  for (const v1::Agreement* agreement : relevant.agreements) ids.insert(agreement->id());
  for (const v1::Rule* rule : relevant.rules) ids.insert(rule->agreement());
  Axis axis{"agreement", "agreement", {}, true};
  for (const std::string& id : ids) {
    axis.choices.push_back(
        {id.empty() ? "none" : id, [id](Facts& facts) { facts.agreement_id = id; }, {}});
  }
  return axis;
}

// Of the agreements that not every policy has with the same citations: all countries that they
// cite. Where there are none, both policies find a legal basis for the same messages.
std::set<std::string> DisputedCountries(const Relevant& relevant) {
  std::map<std::string, std::set<std::set<std::string>>> cited;
  for (const v1::Agreement* agreement : relevant.agreements) {
    std::set<std::string> countries;
    for (const v1::Citation& citation : agreement->legal_basis()) {
      countries.insert(citation.country());
    }
    cited[agreement->id()].insert(std::move(countries));
  }
  std::set<std::string> disputed;
  for (const auto& [id, editions] : cited) {
    if (editions.size() == 1) continue;
    for (const std::set<std::string>& countries : editions) {
      disputed.insert(countries.begin(), countries.end());
    }
  }
  return disputed;
}

// Personal data needs a legal basis for our country, which no policy names, and for the partner's.
Axis PersonalDataAxis(const std::set<std::string>& countries) {
  Axis axis{kPersonalDataAxis, "", {{"none", [](Facts&) {}, {}}}, true};
  for (const std::string& own : countries) {
    axis.choices.push_back({absl::StrCat("sent from ", own),
                            [own, countries](Facts& facts) {
                              facts.has_personal_data = true;
                              facts.own_country = own;
                              for (const std::string& country : countries) {
                                LegalBasis& basis = facts.legal_bases.emplace_back();
                                basis.set_country(country);
                                basis.set_code(LegalBasis::LAW_ENFORCEMENT_TASK);
                              }
                            },
                            {}});
  }
  return axis;
}

// The partner's: those that rules name, and those on which a legal basis hangs.
Axis CountryAxis(const Relevant& relevant, const std::set<std::string>& disputed) {
  std::set<std::string> countries = disputed;
  for (const v1::Rule* rule : relevant.rules) {
    countries.insert(rule->countries().begin(), rule->countries().end());
  }
  Axis axis{
      "country", "countries", {{std::string(kNoneNamed), [](Facts&) {}, {}}}, !disputed.empty()};
  for (const std::string& country : countries) {
    axis.choices.push_back(
        {country, [country](Facts& facts) { facts.partner_country = country; }, {}});
  }
  return axis;
}

// Sets of classes that a rule looks for in the message.
Axis CarriesAxis(const Relevant& relevant) {
  const EnumDescriptor& type = *Sensitivity::Class_descriptor();
  Classes classes = ClassesOf(type,
                              ListsOf(
                                  relevant, [](auto& rule) -> auto& { return rule.carries(); }),
                              Zero::kNever);
  // Those that no rule looks for are always there.
  std::erase_if(classes, [&](const std::vector<int>& alike) {
    return std::none_of(relevant.rules.begin(), relevant.rules.end(),
                        [&](const v1::Rule* rule) { return Holds(rule->carries(), alike[0]); });
  });
  Axis axis{"carries", "", {}, true, true};
  for (const Classes& present : SetsOf(classes)) {
    Choice choice{LabelOf(type, present, "none of these"), [](Facts&) {}, {}};
    for (const std::vector<int>& alike : classes) {
      if (std::find(present.begin(), present.end(), alike) != present.end()) continue;
      for (const int sens : alike) choice.absent.push_back(static_cast<Sensitivity::Class>(sens));
    }
    axis.choices.push_back(std::move(choice));
  }
  return axis;
}

}  // namespace

std::vector<std::vector<int>> ClassesOf(const EnumDescriptor& type, const Lists& lists, Zero zero) {
  std::vector<std::vector<int>> classes;
  std::map<std::string, size_t> places;
  for (int i = 0; i < type.value_count(); ++i) {
    const int number = type.value(i)->number();
    if (number == 0 && zero == Zero::kNever) continue;
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

std::vector<Axis> AxesOf(const Relevant& relevant, Direction direction, bool protective) {
  const bool out = direction == Direction::kOut;
  const std::set<std::string> disputed =
      out ? DisputedCountries(relevant) : std::set<std::string>();
  std::vector<Axis> axes;
  axes.push_back(protective ? NamedAgreementAxis(relevant) : AgreementAxis(relevant));
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
  axes.push_back(CountryAxis(relevant, disputed));
  axes.push_back(PersonalDataAxis(disputed));
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

}  // namespace liaison::policy
