// Rules of the IntelligenceNotice.
#include "absl/container/flat_hash_set.h"
#include "daemon/payload/message_rules.h"
#include "daemon/payload/names.h"
#include "daemon/payload/references.h"

namespace liaison::payload {
namespace {

void CheckItems(const v1::IntelligenceNotice& notice, const FieldPath& at,
                const References& references, const Context& context) {
  absl::flat_hash_set<uint32_t> numbers;
  for (int i = 0; i < notice.items_size(); ++i) {
    const v1::NoticeItem& item = notice.items(i);
    const FieldPath path(at, "items", i);
    if (item.has_no() && item.no() == 0) {
      context.faults.Add(FieldPath(path, "no"), "RANGE", "number the items from 1");
    } else if (item.has_no() && !numbers.insert(item.no()).second) {
      context.faults.Add(FieldPath(path, "no"), "ITEM_NUMBER", "give each item its own number");
    }
    for (int j = 0; j < item.subject_refs_size(); ++j) {
      references.Check(item.subject_refs(j), FieldPath(path, "subject_refs", j));
    }
  }
}

void CheckLinks(const v1::IntelligenceNotice& notice, const FieldPath& at,
                const References& references, const Context& context) {
  for (int i = 0; i < notice.links_size(); ++i) {
    const v1::Link& link = notice.links(i);
    const FieldPath path(at, "links", i);
    references.Check(link.from(), FieldPath(path, "from"));
    references.Check(link.to(), FieldPath(path, "to"));
    if (link.has_from() && link.from() == link.to()) {
      context.faults.Add(FieldPath(path, "to"), "LINK", "link two different things");
    }
  }
}

// Those of class L1 that are anybody's to write.
void CheckLines(const v1::IntelligenceNotice& notice, const FieldPath& at, const Context& context) {
  CheckNamesNobody(notice.title(), FieldPath(at, "title"), notice.persons(), context);
  for (int i = 0; i < notice.threats_size(); ++i) {
    const FieldPath threat(at, "threats", i);
    CheckNamesNobody(notice.threats(i).subtype(), FieldPath(threat, "subtype"), notice.persons(),
                     context);
  }
  for (int i = 0; i < notice.persons_size(); ++i) {
    const FieldPath person(at, "persons", i);
    CheckNamesNobody(notice.persons(i).local_id(), FieldPath(person, "local_id"), notice.persons(),
                     context);
  }
}

void CheckUrgency(const v1::IntelligenceNotice& notice, const FieldPath& at,
                  const Context& context) {
  if (!notice.has_threats_to_life()) return;  // REQUIRED, or withheld by the sender
  const bool threat = notice.threats_to_life() == v1::TriState::YES;
  const bool u1 = context.frame.urgency == v1::Urgency::U1;
  if (threat && !u1) {
    context.faults.Add(FieldPath("urgency"), "URGENCY", "a threat to life goes with urgency U1");
  } else if (!threat && u1) {
    context.faults.Add(FieldPath(at, "threats_to_life"), "URGENCY",
                       "U1 is for threats to life: write YES here, or a lower urgency");
  }
}

}  // namespace

void CheckNotice(const v1::IntelligenceNotice& notice, const FieldPath& at,
                 const Context& context) {
  References references(at, context);
  references.Add(notice.persons(), "persons");
  references.Add(notice.organisations(), "organisations");
  references.Add(notice.objects(), "objects");
  CheckItems(notice, at, references, context);
  CheckLinks(notice, at, references, context);
  for (int i = 0; i < notice.persons_size(); ++i) {
    const FieldPath person(at, "persons", i);
    const FieldPath perpetrator(person, "perpetrator");
    references.Check(notice.persons(i).perpetrator().organisation_ref(),
                     FieldPath(perpetrator, "organisation_ref"));
  }
  CheckLines(notice, at, context);
  CheckUrgency(notice, at, context);
}

}  // namespace liaison::payload
