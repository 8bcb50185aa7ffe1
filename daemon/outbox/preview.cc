#include "daemon/outbox/preview.h"

#include <string_view>
#include <utility>

#include "daemon/payload/records.h"

namespace liaison::outbox {
namespace {

// What the partner would see.
absl::StatusOr<desk::v1::Preview> Shown(const std::string& to, const View& view) {
  desk::v1::Preview preview;
  preview.set_to(to);
  *preview.mutable_decision() = view.decision;
  if (view.denied()) return preview;
  std::vector<payload::RecordView> records;
  std::vector<std::string_view> withheld;
  for (const message::SealedField& field : view.fields) {
    if (!field.withhold) records.push_back({field.path, field.value});
    if (field.changed) {
      records.push_back({field.path, field.changed->value, field.changed->kind});
    }
    if (!field.withhold) continue;
    withheld.push_back(field.path);
    preview.add_withheld(field.path);
  }
  absl::StatusOr<payload::Merged> merged = payload::Merge(records, withheld, false);
  if (!merged.ok()) return merged.status();
  *preview.mutable_view() = std::move(merged->payload);
  for (payload::ChangedLeaf& leaf : merged->changed) {
    desk::v1::ChangedField& changed = *preview.add_changed();
    changed.set_path(std::move(leaf.path));
    changed.set_kind(leaf.kind);
  }
  return preview;
}

void AddStanding(const store::QuotaUse& use, const store::QuotaStanding& standing,
                 desk::v1::Preview& preview) {
  desk::v1::QuotaStanding& quota = *preview.add_quotas();
  quota.set_id(use.quota);
  quota.set_attempts(static_cast<uint32_t>(standing.attempts));
  quota.set_per_day(static_cast<uint32_t>(use.per_day));
  quota.set_subjects(static_cast<uint32_t>(standing.subjects));
  quota.set_distinct_subjects_per_day(static_cast<uint32_t>(use.distinct_subjects_per_day));
  quota.mutable_resets()->set_seconds(absl::ToUnixSeconds(use.end));
}

}  // namespace

absl::StatusOr<desk::v1::Preview> PreviewOf(const std::string& to,
                                            const std::vector<store::QuotaUse>& uses,
                                            store::Reader& reader, View& view) {
  std::vector<store::QuotaStanding> standings;
  for (const store::QuotaUse& use : uses) {
    absl::StatusOr<store::QuotaStanding> standing = reader.StandingOf(use);
    if (!standing.ok()) return standing.status();
    const bool spent = !standing->spent.empty() && !view.denied();
    if (spent) DenySpent(use.quota, standing->spent, view);
    standings.push_back(*std::move(standing));
  }
  absl::StatusOr<desk::v1::Preview> preview = Shown(to, view);
  for (size_t i = 0; preview.ok() && i < uses.size(); ++i) {
    AddStanding(uses[i], standings[i], *preview);
  }
  return preview;
}

}  // namespace liaison::outbox
