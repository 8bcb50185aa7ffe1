// Names of persons in lines that travel further than names do.
#include "daemon/payload/names.h"

#include "tests/payload/broken_drafts.h"

namespace liaison::payload {
namespace {

const std::vector<std::string> kNamed = {"notice.title: TITLE_NAME"};

// A notice with this title, of a person with this name.
Case Titled(const char* name, const char* title, std::vector<std::string> faults) {
  return {kNotice,
          [=](Draft& d) {
            Notice(d).mutable_persons(0)->mutable_names(0)->set_full_original(name);
            Notice(d).mutable_persons(0)->mutable_names(0)->clear_latin_form();
            Notice(d).set_title(title);
          },
          std::move(faults)};
}

// Pasted from a word processor, or set so that no comparison of words finds it.
TEST(NamesTest, AreFoundWhateverPartsTheirWords) {
  constexpr char kName[] = "EXAMPLE Văn Tài";
  for (const char* title : {
           "About EXAMPLE Văn Tài",
           "About EXAMPLE\u00A0Văn\u00A0Tài today",  // no-break spaces
           "About EXAMPLE\u2003Văn\u3000Tài",
           "EXAM\u00ADPLE Văn Tài",            // a soft hyphen inside
           "EXAMPLE\u00ADVăn\u00ADTài found",  // and instead of spaces
           "EXAMPLE\u2011Văn\u2013Tài",        // other hyphens and dashes
           "“EXAMPLE”, Văn · Tài…",
           "ＥＸＡＭＰＬＥ Văn Tài",  // full width
           "A E.X.A.M.P.L.E Văn Tài", "E x a m p l e V-ă-n T-à-i",
           "about example v\u0061\u0306n ta\u0300i",      // decomposed
           "EXAMPLEVănTài", "EXAMPLE\u0378Văn\u0378Tài",  // by what is no character
           "ឧទាហរណ៍\u200BEXAMPLE\u200BVăn\u200BTài",  // where words are parted by zero width spaces
       }) {
    Expect({Titled(kName, title, kNamed)});
  }
  Expect({Titled("EXAMPLE\u00A0V\u0103n\u3000Ｔài", "About example văn tài", kNamed),
          Titled("O\u2019Example Ann", "About OExample, Ann", kNamed)});
}

TEST(NamesTest, AreFoundInAnyOrderOfTheirWords) {
  constexpr char kName[] = "EXAMPLE Văn Tài";
  for (const char* title :
       {"Tài, EXAMPLE Văn", "Văn Tài EXAMPLE", "tài văn example", "Tài-EXAMPLE-Văn",
        "From Tài E.X.A.M.P.L.E Văn to others", "TàiEXAMPLEVăn", "Văn EXAMPLE Tài"}) {
    Expect({Titled(kName, title, kNamed)});
  }
  constexpr char kEightWords[] = "Example A Be Ce De Ef Ge Ha";
  constexpr char kNineWords[] = "Example A Be Ce De Ef Ge Ha I";
  Expect({Titled(kEightWords, "Ha Ge Ef De Ce Be A Example", kNamed),
          Titled(kNineWords, "About example a be ce de ef ge ha i", kNamed),
          Titled(kNineWords, "I Ha Ge Ef De Ce Be A Example", {})});
}

TEST(NamesTest, AreNotFoundInWordsThatOnlyLookLikeThem) {
  constexpr char kName[] = "EXAMPLE Văn Tài";
  for (const char* title :
       {"Example of a route", "Văn Tài", "EXAMPLE Văn", "EXAMPLE Văn của Tài",
        "EXAMPLE EXAMPLE Văn", "EXAMPLE Văn Tàin", "anEXAMPLE Văn Tài", "Tài liệu: EXAMPLE, Văn"}) {
    Expect({Titled(kName, title, {})});
  }
}

// One word alone is often another word, too.
TEST(NamesTest, OfOneWordAreFoundOnlyWhereTheyAreCasedAlike) {
  Expect(
      {Titled("Ly", "Only Ly is an example", {}), Titled("Nam", "A route from Viet Nam", {}),
       Titled("-", "A route - example", {}),
       Titled("\u00A0", "A route\u00A0here",
              {"notice.persons[0].names[0].full_original: REQUIRED"}),
       Titled("Long", "Far along a long border", {}), Titled("Tran", "Transit", {}),
       Titled("Long", "About Long", kNamed), Titled("Long", "About\u00A0Ｌong", kNamed),
       Titled("Long", "About L.o.n.g", kNamed), Titled("Tran Long", "About tran-long", kNamed),
       Titled("Tran Long", "About TranLong", kNamed),
       Titled("Tran Long", "About Long, Tran", kNamed),
       Titled("Tran Long", "A tran longer than others", {}), Titled("Long", "About a Song", {}),
       Titled("Long\u0BF0", "About Long", {}),  // the Tamil number ten: a number is of the word
       Titled("Long Tran", "About Long\u0600 Tran", kNamed)});  // a format character that is seen
}

TEST(NamesTest, OfShortWordsAreNotFoundMovedInsideOneOtherWord) {
  Expect({Titled("Le Ha", "A hale person", {}), Titled("Le Ha", "About LeHa", kNamed),
          Titled("Le Ha", "About Ha Le", kNamed), Titled("Tran Nam", "About NamTran", {}),
          Titled("Tran Long", "About LongTran", kNamed)});
}

}  // namespace
}  // namespace liaison::payload
