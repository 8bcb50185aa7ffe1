#include "daemon/payload/code_lists.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace liaison::payload {
namespace {

// Codes of one width, sorted, in one string.
class CodeList {
 public:
  constexpr CodeList(std::string_view codes, size_t width) : codes_(codes), width_(width) {}

  bool Has(std::string_view code) const {
    if (code.size() != width_) return false;
    size_t low = 0;
    size_t high = codes_.size() / width_;
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      const int order = codes_.substr(middle * width_, width_).compare(code);
      if (order == 0) return true;
      (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
    }
    return false;
  }

 private:
  const std::string_view codes_;
  const size_t width_;
};

constexpr CodeList kAlpha2(
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCG"
    "CHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGL"
    "GMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLA"
    "LBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONP"
    "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSV"
    "SXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW",
    2);

constexpr CodeList kAlpha3(
    "ABWAFGAGOAIAALAALBANDAREARGARMASMATAATFATGAUSAUTAZEBDIBELBENBESBFABGDBGRBHRBHSBIHBLM"
    "BLRBLZBMUBOLBRABRBBRNBTNBVTBWACAFCANCCKCHECHLCHNCIVCMRCODCOGCOKCOLCOMCPVCRICUBCUWCXR"
    "CYMCYPCZEDEUDJIDMADNKDOMDZAECUEGYERIESHESPESTETHFINFJIFLKFRAFROFSMGABGBRGEOGGYGHAGIB"
    "GINGLPGMBGNBGNQGRCGRDGRLGTMGUFGUMGUYHKGHMDHNDHRVHTIHUNIDNIMNINDIOTIRLIRNIRQISLISRITA"
    "JAMJEYJORJPNKAZKENKGZKHMKIRKNAKORKWTLAOLBNLBRLBYLCALIELKALSOLTULUXLVAMACMAFMARMCOMDA"
    "MDGMDVMEXMHLMKDMLIMLTMMRMNEMNGMNPMOZMRTMSRMTQMUSMWIMYSMYTNAMNCLNERNFKNGANICNIUNLDNOR"
    "NPLNRUNZLOMNPAKPANPCNPERPHLPLWPNGPOLPRIPRKPRTPRYPSEPYFQATREUROURUSRWASAUSDNSENSGPSGS"
    "SHNSJMSLBSLESLVSMRSOMSPMSRBSSDSTPSURSVKSVNSWESWZSXMSYCSYRTCATCDTGOTHATJKTKLTKMTLSTON"
    "TTOTUNTURTUVTWNTZAUGAUKRUMIURYUSAUZBVATVCTVENVGBVIRVNMVUTWLFWSMYEMZAFZMBZWE",
    3);

// ICAO 9303 part 3, section 5, beside the one-letter "D".
constexpr CodeList kIcaoExtras(
    "EUEGBDGBNGBOGBPGBSNTZRKSUNAUNKUNOUTOXBAXCCXCEXCOXDCXECXESXIMXMPXOMXPOXXAXXBXXCXXX", 3);

constexpr CodeList kCurrencies(
    "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDF"
    "CHECHFCHWCLFCLPCNYCOPCOUCRCCUCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMD"
    "GNFGTQGYDHKDHNLHRKHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKESKGSKHRKMFKPWKRWKWDKYDKZTLAKLBP"
    "LKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPEN"
    "PGKPHPPKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESLLSOSSRDSSPSTNSVCSYPSZLTHBTJS"
    "TMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYUUYWUZSVEDVESVNDVUVWSTXAFXAGXAUXBAXBBXBCXBDXCD"
    "XDRXOFXPDXPFXPTXSUXTSXUAXXXYERZARZMWZWL",
    3);

constexpr CodeList kScripts(
    "AdlmAfakAghbAhomArabAranArmiArmnAvstBaliBamuBassBatkBengBhksBlisBopoBrahBraiBugiBuhd"
    "CakmCansCariChamCherCirtCoptCprtCyrlCyrsDevaDsrtDuplEgydEgyhEgypElbaEthiGeokGeorGlag"
    "GothGranGrekGujrGuruHanbHangHaniHanoHansHantHatrHebrHiraHluwHmngHrktHungIndsItalJamo"
    "JavaJpanJurcKaliKanaKharKhmrKhojKitlKitsKndaKoreKpelKthiLanaLaooLatfLatgLatnLekeLepc"
    "LimbLinaLinbLisuLomaLyciLydiMahjMandManiMarcMayaMendMercMeroMlymModiMongMoonMrooMtei"
    "MultMymrNarbNbatNewaNkgbNkooNshuOgamOlckOrkhOryaOsgeOsmaPalmPaucPermPhagPhliPhlpPhlv"
    "PhnxPiqdPlrdPrtiQaaaQabxRjngRoroRunrSamrSaraSarbSaurSgnwShawShrdSiddSindSinhSoraSund"
    "SyloSyrcSyreSyrjSyrnTagbTakrTaleTaluTamlTangTavtTeluTengTfngTglgThaaThaiTibtTirhUgar"
    "VaiiVispWaraWoleXpeoXsuxYiiiZinhZmthZsyeZsymZxxxZyyyZzzz",
    4);

struct IloDimension {
  std::string_view name;
  int indicators;
};
constexpr std::array<IloDimension, 6> kIloDimensions = {
    {{"DR", 10}, {"CR", 10}, {"RV", 16}, {"EX", 9}, {"CD", 15}, {"AV", 7}}};

template <typename Predicate>
bool All(std::string_view text, Predicate holds) {
  for (const char c : text) {
    if (!holds(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

bool IsDigits(std::string_view text) { return All(text, absl::ascii_isdigit); }
bool IsLetters(std::string_view text) { return All(text, absl::ascii_isalpha); }
bool IsAlphanumeric(std::string_view text) { return All(text, absl::ascii_isalnum); }

// Takes subtags off the front of a tag, kind by kind, in the order of RFC 5646.
class Subtags {
 public:
  explicit Subtags(std::string_view tag) : parts_(absl::StrSplit(std::string(tag), '-')) {}

  bool done() const { return at_ == parts_.size(); }
  std::string_view next() const { return done() ? std::string_view() : parts_[at_]; }
  void Take() { ++at_; }

 private:
  const std::vector<std::string> parts_;
  size_t at_ = 0;
};

bool IsVariant(std::string_view part) {
  if (!IsAlphanumeric(part)) return false;
  if (part.size() == 4) return absl::ascii_isdigit(static_cast<unsigned char>(part[0]));
  return part.size() >= 5 && part.size() <= 8;
}

bool TakeScript(Subtags& subtags) {
  std::string script = absl::AsciiStrToLower(std::string(subtags.next()));
  if (script.size() != 4 || !IsLetters(script)) return true;
  script[0] = absl::ascii_toupper(static_cast<unsigned char>(script[0]));
  subtags.Take();
  return IsScript(script);
}

bool TakeRegion(Subtags& subtags) {
  const std::string region = absl::AsciiStrToUpper(std::string(subtags.next()));
  if (region.size() == 3 && IsDigits(region)) {
    subtags.Take();
  } else if (region.size() == 2 && IsLetters(region)) {
    subtags.Take();
    return IsCountryAlpha2(region);
  }
  return true;
}

// A singleton ("u", "t", "x" ...) and one subtag or more.
bool TakeExtension(Subtags& subtags) {
  const bool private_use = absl::AsciiStrToLower(std::string(subtags.next())) == "x";
  const size_t least = private_use ? 1 : 2;
  subtags.Take();
  int taken = 0;
  while (!subtags.done() && subtags.next().size() >= least && subtags.next().size() <= 8 &&
         IsAlphanumeric(subtags.next())) {
    subtags.Take();
    ++taken;
  }
  return taken > 0 && (!private_use || subtags.done());
}

}  // namespace

bool IsCountryAlpha2(std::string_view code) { return kAlpha2.Has(code); }

bool IsCountryOrOrganisation(std::string_view code) {
  return code == "XX" || IsCountryAlpha2(code);
}

bool IsIssuer(std::string_view code) {
  return code == "D" || kAlpha3.Has(code) || kIcaoExtras.Has(code);
}

bool IsCurrency(std::string_view code) { return kCurrencies.Has(code); }

bool IsScript(std::string_view code) { return kScripts.Has(code); }

bool IsSubdivision(std::string_view code) {
  if (code.size() < 4 || code.size() > 6 || code[2] != '-') return false;
  return IsCountryAlpha2(code.substr(0, 2)) && All(code.substr(3), [](unsigned char c) {
           return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
         });
}

bool IsIndustrySection(std::string_view code) {
  return code.size() == 1 && code[0] >= 'A' && code[0] <= 'U';
}

bool IsIloIndicator(std::string_view code) {
  if (code.size() != 9 || code.substr(0, 4) != "ILO." || code[6] != '.') return false;
  if (!IsDigits(code.substr(7))) return false;
  const int number = (code[7] - '0') * 10 + (code[8] - '0');
  for (const IloDimension& dimension : kIloDimensions) {
    if (code.substr(4, 2) == dimension.name) return number >= 1 && number <= dimension.indicators;
  }
  return false;
}

bool IsLanguageTag(std::string_view tag) {
  if (tag.size() < 2 || tag.size() > 35) return false;
  Subtags subtags(tag);
  const std::string_view language = subtags.next();
  if (language.size() < 2 || language.size() > 8 || !IsLetters(language)) return false;
  subtags.Take();
  for (int i = 0; i < 3 && language.size() <= 3; ++i) {  // extended language subtags
    if (subtags.next().size() == 3 && IsLetters(subtags.next())) subtags.Take();
  }
  if (!TakeScript(subtags) || !TakeRegion(subtags)) return false;
  while (!subtags.done() && IsVariant(subtags.next())) subtags.Take();
  while (!subtags.done()) {
    if (subtags.next().size() != 1 || !IsAlphanumeric(subtags.next())) return false;
    if (!TakeExtension(subtags)) return false;
  }
  return true;
}

}  // namespace liaison::payload
