// What people read, in English and Vietnamese. Never codes or names of fields; in JSON only what to
// do about an error.
#ifndef LIAISON_CLIENTS_CLI_WORDS_H_
#define LIAISON_CLIENTS_CLI_WORDS_H_

#include <string>
#include <string_view>

#include "daemon/base/error.h"

namespace liaison::cli {

enum class Language { kEnglish, kVietnamese };

enum class Word {
  kError,
  kFix,
  kField,
  kTrace,
  kWarning,
  kHeldHint,
  kMoreMustAgree,
  kReleaseThis,
  kHidden,
  kWithheldHere,
  kOpenedBy,
  kHeadAlone,
  kWouldBeDenied,
  kTakenBack,
  kConfirmBy,
  kConfirmed,
  kLatest,
  kMonthOnly,
  kYearOnly,
  kYearsOnly,
  kCoarser,
  kMasked,
  kPseudonym,
  kMatchToken,
  kChecking,
  kNothing,
  kMoreMatch,
  kPolicyFine,
  kReplayAgrees,
  kKeyFromDaemon,
  kProofsHold,
  kLogsHold,
  kPartnerSees,
  kGoesUnchanged,
  kGoes,
  kOriginatorVerified,
  kOriginatorNoKey,
  kOriginatorFailed,
  kNotPassedOn,
  kNextSteps,
};

std::string Say(Language language, Word word);

// The heading of a column: by its code, which csv uses as it is. Codes without a heading are shown
// in upper case.
std::string Heading(Language language, std::string_view code);

// What a reason means, in a few words.
std::string Say(Language language, base::Reason reason);

// What to do about it, for an error that does not say.
std::string Fix(Language language, base::Reason reason);

// What a command is for, by its full name ("message send"); empty for one that is not there.
std::string Summary(Language language, std::string_view command);

}  // namespace liaison::cli

#endif  // LIAISON_CLIENTS_CLI_WORDS_H_
