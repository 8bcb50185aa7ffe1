#include "clients/cli/case_file.h"

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/input.h"
#include "daemon/base/error.h"
#include "daemon/base/text_format.h"
#include "daemon/payload/records.h"

namespace liaison::cli {
namespace {

// Adds to the faults of one file.
class CaseReader {
 public:
  CaseReader(const Terminal& terminal, std::string folder, const policy::v1::CaseFile& file)
      : terminal_(terminal), folder_(std::move(folder)), file_(file) {}

  std::vector<PolicyCase> Read() {
    Require(!file_.agency().id().empty(), "agency.id", "write the id of the agency");
    Require(!file_.agency().country().empty(), "agency.country", "write its country");
    CheckPartners();
    Require(file_.case__size() > 0, "case", "write one case or more");
    std::vector<PolicyCase> cases;
    for (int i = 0; i < file_.case__size(); ++i) cases.push_back(ReadCase(i));
    return cases;
  }

  std::vector<base::FieldFault> TakeFaults() { return std::move(faults_); }

 private:
  void Require(bool holds, const std::string& path, std::string_view what) {
    if (!holds) faults_.push_back({path, "REQUIRED", std::string(what)});
  }

  void CheckPartners() {
    std::set<std::string> ids;
    for (int i = 0; i < file_.partner_size(); ++i) {
      const policy::v1::CasePartner& partner = file_.partner(i);
      const std::string path = absl::StrCat("partner[", i, "]");
      Require(!partner.id().empty(), path + ".id", "write the id of the partner");
      Require(!partner.country().empty(), path + ".country", "write its country");
      Require(partner.class_() != policy::v1::PARTNER_CLASS_UNSPECIFIED, path + ".class",
              "write its class, as in agency.textproto");
      if (ids.insert(partner.id()).second) continue;
      faults_.push_back({path + ".id", "DUPLICATE", "names a partner a second time"});
    }
  }

  PolicyCase ReadCase(int index) {
    PolicyCase read;
    read.proto = file_.case_(index);
    const std::string path = absl::StrCat("case[", index, "]");
    if (read.proto.direction() == policy::v1::Rule::DIRECTION_UNSPECIFIED) {
      read.proto.set_direction(policy::v1::Rule::OUT);
    }
    const bool out = read.proto.direction() == policy::v1::Rule::OUT;
    CheckName(read.proto.name(), path + ".name");
    const bool has_role = read.proto.role() != policy::v1::Rule::ROLE_UNSPECIFIED;
    Require(!out || has_role, path + ".role", "write the role of who sends");
    read.parties = PartiesOf(read.proto.partner(), path + ".partner");
    std::string error;
    Require(absl::ParseTime(absl::RFC3339_full, read.proto.at(), &read.at, &error), path + ".at",
            "write the time of the decision, as 2026-11-26T09:30:00Z");
    const std::string& outcome = read.proto.expect().outcome();
    Require(outcome == "ALLOW" || outcome == "HOLD" || outcome == "DENY", path + ".expect.outcome",
            "write ALLOW, HOLD or DENY");
    ReadDraftOf(path, read);
    return read;
  }

  void CheckName(const std::string& name, const std::string& path) {
    Require(!name.empty(), path, "name the case");
    if (!name.empty() && !names_.insert(name).second) {
      faults_.push_back({path, "DUPLICATE", "two cases of one file have this name"});
    }
  }

  ruling::Parties PartiesOf(const std::string& partner, const std::string& path) {
    ruling::Parties parties;
    parties.own = file_.agency().id();
    parties.own_country = file_.agency().country();
    for (const policy::v1::CasePartner& one : file_.partner()) {
      if (one.id() != partner || partner.empty()) continue;
      parties.partner = one.id();
      parties.partner_country = one.country();
      parties.partner_class = one.class_();
      parties.partner_active = !one.suspended();
      parties.has_match_key = one.has_match_key();
    }
    Require(!parties.partner.empty(), path, "write the id of a partner of this file");
    return parties;
  }

  void ReadDraftOf(const std::string& path, PolicyCase& read) {
    const bool in_place = read.proto.has_draft();
    if (in_place == !read.proto.draft_file().empty()) {
      Require(false, path, "write draft { ... } or draft_file, one of both");
      return;
    }
    read.draft = read.proto.draft();
    if (!in_place) {
      const std::string file = (std::filesystem::path(folder_) / read.proto.draft_file()).string();
      absl::StatusOr<desk::v1::Draft> draft = ReadDraft(terminal_, file);
      if (draft.ok()) {
        read.draft = *std::move(draft);
      } else {
        Require(false, path + ".draft_file", std::string(draft.status().message()));
        return;
      }
    }
    Require(payload::TypeOf(read.draft.payload()) != payload::v1::MESSAGE_TYPE_UNSPECIFIED,
            path + (in_place ? ".draft" : ".draft_file"), "the draft has no payload");
  }

  const Terminal& terminal_;
  const std::string folder_;
  const policy::v1::CaseFile& file_;
  std::vector<base::FieldFault> faults_;
  std::set<std::string> names_;
};

}  // namespace

absl::StatusOr<CaseFile> ReadCaseFile(const Terminal& terminal, const std::string& path) {
  const absl::StatusOr<std::string> text = ReadAll(terminal, path);
  if (!text.ok()) return text.status();
  policy::v1::CaseFile file;
  base::TextPlaces places;
  const absl::Status parsed = base::ParseTextFormat(*text, path, file, &places);
  if (!parsed.ok()) return parsed;
  CaseReader reader(terminal, std::filesystem::path(path).parent_path().string(), file);
  CaseFile read{path, file.agency().id(), reader.Read()};
  std::vector<base::FieldFault> faults = reader.TakeFaults();
  if (faults.empty()) return read;
  places.Locate(faults);
  base::ErrorText error;
  error.reason = base::Reason::kValidationFailed;
  error.message =
      absl::StrCat("the file of cases has ", faults.size(), " fault", faults.size() == 1 ? "" : "s",
                   ", the first at ", faults[0].field, ": ", faults[0].description);
  error.fix = "correct the file and test again";
  error.fields = std::move(faults);
  return base::MakeError(error);
}

}  // namespace liaison::cli
