#include "daemon/payload/formats.h"

namespace liaison::payload {
namespace {

struct Case {
  Format format;
  std::string rule;  // of a refusal
  std::vector<std::string> good;
  std::vector<std::string> bad;
};

std::vector<Case> Cases() {
  return {
      {Format::kLocalId, "LOCAL_ID", {"p1", "A-b_c.9"}, {"p 1", "p/1", "ví"}},
      {Format::kAgency, "AGENCY", {"bgc-example", "ho"}, {"BGC", "-x", "a", "ho example"}},
      {Format::kCountry, "COUNTRY", {"VN", "GB", "KH"}, {"vn", "VNM", "XX", "ZZ", "V", "UK"}},
      {Format::kCountryOrOrganisation, "COUNTRY", {"VN", "XX"}, {"xx", "XXX", "ZZ"}},
      {Format::kIssuer,
       "COUNTRY",
       {"VNM", "GBR", "D", "UTO", "XXA", "XXB", "XXC", "XXX", "UNO", "GBN", "EUE"},
       {"VN", "vnm", "DE", "ZZZ", "XYZ", "D<<"}},
      {Format::kCurrency, "CURRENCY", {"VND", "GBP", "USD", "KHR"}, {"vnd", "XYZ", "GB", "£"}},
      {Format::kLanguage,
       "LANGUAGE",
       {"vi", "en-GB", "km", "zh-Hans-CN", "sr-Latn", "es-419", "de-1996", "sl-rozaj-biske",
        "zh-yue-HK", "en-u-ca-buddhist", "VI", "en-x-abc"},
       {"vi_VN", "en-UK"}},
      {Format::kScript,
       "SCRIPT",
       {"Latn", "Khmr", "Laoo", "Thai", "Hans", "Mymr"},
       {"latn", "LATN", "Abcd", "Lat"}},
      {Format::kSubdivision,
       "SUBDIVISION",
       {"VN-04", "GB-ENG", "KH-1"},
       {"VN04", "vn-04", "VN-", "VN-0401", "ZZ-01", "VN-a"}},
      {Format::kDay, "DATE", {"2026-03-14"}, {"2026-03", "14.03.2026", "2026-02-30"}},
      {Format::kInstant, "TIMESTAMP", {"2026-03-14T08:00:00Z"}, {"2026-03-14", "now"}},
      {Format::kPhone,
       "PHONE",
       {"+84900000001", "+4420", "+12"},
       {"84900000001", "+084900", "+84 900", "+1", "+1234567890123456", "0900000001", "+"}},
      {Format::kEmail,
       "EMAIL",
       {"desk@agency.example", "ví.dụ@a.b"},
       {"desk", "@a.b", "a@b", "a@@b.c", "a b@c.d", "a@.b", "a@b."}},
      {Format::kUrl,
       "URL",
       {"https://a.example/x?y=1", "http://a"},
       {"ftp://a", "https://", "https:///x", "https://a b", "javascript:1", "https://ví.example"}},
      {Format::kDocumentNumber,
       "DOCUMENT_NUMBER",
       {"E00000001", "12/A-3.4"},
       {"E 1", "a<b", std::string(41, '1')}},
      {Format::kMrzLine, "MRZ", {"P<UTO", std::string(44, '<')}, {"p<uto", "P UTO", "Đ"}},
      {Format::kMrzName, "MRZ", {"VI<DU<<MAI"}, {"VI<DU1", std::string(40, 'A')}},
      {Format::kPlate,
       "PLATE",
       {"EX26MPL", "29A12345", "粤B12345"},
       {"EX26 MPL", "ex26mpl", "29A-123.45"}},
      {Format::kVin,
       "VIN",
       {"1M8GDM9AXKP042788"},
       {"1M8GDM9AXKP04278", "1M8GDM9AXKP0427888", "IM8GDM9AXKP042788", "OM8GDM9AXKP042788",
        "QM8GDM9AXKP042788"}},
      {Format::kImo,
       "IMO",
       {"9074729", "7605811", "7625811"},
       {"9074728", "907472", "90747299", "IMO9074729"}},
      {Format::kMmsi, "MMSI", {"574001234", "232001234"}, {"174001234", "874001234", "57400123"}},
      {Format::kImei, "IMEI", {"490154203237518"}, {"490154203237517", "49015420323751", "x"}},
      {Format::kImsi, "IMSI", {"452041234567890", "234150"}, {"23415", "4520412345678901"}},
      {Format::kIban,
       "IBAN",
       {"GB82WEST12345698765432", "DE89370400440532013000"},
       {"GB83WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432",
        "ZZ82WEST12345698765432", "GB82"}},
      {Format::kIndustry, "INDUSTRY", {"A", "I", "U"}, {"V", "a", "AB"}},
      {Format::kIlo,
       "ILO_INDICATOR",
       {"ILO.DR.01", "ILO.DR.10", "ILO.CR.10", "ILO.RV.16", "ILO.EX.09", "ILO.CD.15", "ILO.AV.07"},
       {"ILO.DR.00", "ILO.DR.11", "ILO.RV.17", "ILO.EX.10", "ILO.CD.16", "ILO.AV.08", "ILO.XX.01",
        "ILO.DR.1", "ilo.dr.01", "DR.01", "ILO.DR.-1"}},
  };
}

std::string RuleFor(Format format, std::string_view value, Mode mode = Mode::kDraft) {
  const std::optional<Complaint> complaint = CheckFormat(format, value, mode, Limits());
  return complaint.has_value() ? std::string(complaint->rule) : "ok";
}

TEST(Formats, AcceptsWhatTheStandardsAllow) {
  for (const Case& row : Cases()) {
    for (const std::string& value : row.good) {
      EXPECT_EQ(RuleFor(row.format, value), "ok") << row.rule << " " << value;
    }
  }
}

TEST(Formats, RefusesTheRestByName) {
  for (const Case& row : Cases()) {
    for (const std::string& value : row.bad) {
      EXPECT_EQ(RuleFor(row.format, value), row.rule) << value;
    }
    EXPECT_EQ(RuleFor(row.format, ""), row.rule) << "empty value";
  }
}

TEST(Formats, RefusesLanguageTagsByName) {
  for (const char* tag :
       {"v", "vietnamese", "vi_VN", "en-UK", "en-Latm", "en-GB-", "-en", "en--GB", "en-a", "en-u",
        "i-klingon", "x-abc", "123", "vi-x", "en-GB-GB", "vi ", "abcdefghi", "en-x-aaaaaaaaa"}) {
    EXPECT_EQ(RuleFor(Format::kLanguage, tag), "LANGUAGE") << tag;
  }
}

TEST(Formats, AsksForCheckDigitsInDraftsOnly) {
  EXPECT_EQ(RuleFor(Format::kImo, "9074728", Mode::kView), "ok");
  EXPECT_EQ(RuleFor(Format::kImei, "490154203237517", Mode::kView), "ok");
  EXPECT_EQ(RuleFor(Format::kIban, "GB83WEST12345698765432", Mode::kView), "ok");
  EXPECT_EQ(RuleFor(Format::kImo, "907472", Mode::kView), "IMO");
}

TEST(Formats, HoldsEveryLineToItsLength) {
  const std::vector<std::pair<Format, size_t>> kLimits = {
      {Format::kLine, 500},     {Format::kTitle, 200}, {Format::kName, 240},
      {Format::kNamePart, 120}, {Format::kShort, 80},  {Format::kOther, 200}};
  for (const auto& [format, limit] : kLimits) {
    std::string text;
    for (size_t i = 0; i < limit; ++i) text += "ễ";
    EXPECT_EQ(RuleFor(format, text), "ok") << limit;
    EXPECT_EQ(RuleFor(format, text + "a"), "TEXT_LENGTH") << limit;
    EXPECT_EQ(RuleFor(format, "a\nb"), "TEXT_CONTROL") << limit;
  }
}

TEST(Formats, HoldsProseToTheLimitsOfTheCaller) {
  Limits limits;
  limits.text_code_points = 5;
  EXPECT_FALSE(CheckFormat(Format::kProse, "a\nb\tc", Mode::kDraft, limits).has_value());
  EXPECT_TRUE(CheckFormat(Format::kProse, "abcdef", Mode::kDraft, limits).has_value());
  EXPECT_FALSE(
      CheckFormat(Format::kProse, std::string(20'000, 'a'), Mode::kDraft, Limits()).has_value());
  EXPECT_TRUE(
      CheckFormat(Format::kProse, std::string(20'001, 'a'), Mode::kDraft, Limits()).has_value());
}

}  // namespace
}  // namespace liaison::payload
