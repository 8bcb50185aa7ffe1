#include "daemon/policy/blockers.h"

#include <map>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/policy/labels.h"

namespace liaison::policy {
namespace {

using liaison::payload::v1::Tlp;

bool IsKnown(const Blocker& blocker, const Blockers& known) {
  return known.contains(blocker) || known.contains({blocker.path, ""}) ||
         known.contains({blocker.beside, ""});
}

}  // namespace

Blockers Without(const Blockers& some, const Blockers& known) {
  Blockers rest;
  for (const Blocker& blocker : some) {
    if (!IsKnown(blocker, known)) rest.insert(blocker);
  }
  return rest;
}

Blockers Union(const Blockers& some, const Blockers& more) {
  Blockers both = Without(some, more);
  both.merge(Without(more, both));
  return both;
}

std::vector<std::string> InWords(const Blockers& blockers) {
  std::map<std::string, std::set<std::string>> besides;
  for (const auto& [path, beside] : blockers) besides[path].insert(beside);
  std::map<std::set<std::string>, std::vector<std::string>> alike;
  for (const auto& [path, some] : besides) alike[some].push_back(path);
  std::vector<std::string> words;
  for (auto& [some, paths] : alike) {
    if (some.contains("")) {
      words.insert(words.end(), paths.begin(), paths.end());
      continue;
    }
    words.push_back(absl::StrCat(absl::StrJoin(paths, "|"), " with ", absl::StrJoin(some, "|")));
  }
  return words;
}

Needs::Needs(const std::vector<Field>& fields) {
  std::map<std::string_view, std::vector<std::string>> needed;  // of each bond
  for (const Field& field : fields) {
    if (field.needed && !field.bond.empty()) needed[field.bond].emplace_back(field.path);
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    const std::string path(field.path);
    Watched watched{i, false, path, {}};
    if (field.needed) {
      watched.blockers.push_back({path, ""});
    } else if (const auto found = needed.find(field.bond); found != needed.end()) {
      for (const std::string& beside : found->second) watched.blockers.push_back({path, beside});
    } else if (path == kInstructionsPath) {
      watched.blockers.push_back({path, "handling code C or Europol H3"});
    } else if (path == kRecipientsPath) {
      watched.at_red_alone = true;
      watched.blockers.push_back({path, "TLP:RED"});
    }
    watched_.push_back(std::move(watched));
  }
}

Blockers Needs::Unmet(const Facts& facts, const std::vector<FieldFate>& fates) const {
  const bool red = EffectiveTlp(facts.handling) == Tlp::RED;
  Blockers all;
  for (const Watched& watched : watched_) {
    const bool goes = IsThere(watched.path, fates[watched.field].action);
    if (goes || (watched.at_red_alone && !red)) continue;
    all.insert(watched.blockers.begin(), watched.blockers.end());
  }
  // What stands beside a needed field that does not go either says nothing more.
  Blockers unmet;
  for (const Blocker& blocker : all) {
    if (!all.contains({blocker.beside, ""})) unmet.insert(blocker);
  }
  return unmet;
}

}  // namespace liaison::policy
