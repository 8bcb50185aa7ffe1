#include "clients/cli/words.h"

#include "absl/strings/ascii.h"

namespace liaison::cli {
namespace {

struct Entry {
  std::string_view code;
  std::string_view english;
  std::string_view vietnamese;
};

std::string Choose(Language language, std::string_view english, std::string_view vietnamese) {
  return std::string(language == Language::kVietnamese ? vietnamese : english);
}

constexpr Entry kHeadings[] = {
    {"id", "ID", "MÃ"},
    {"from", "FROM", "BÊN GỬI"},
    {"to", "TO", "BÊN NHẬN"},
    {"type", "TYPE", "LOẠI"},
    {"urgency", "URGENCY", "KHẨN"},
    {"state", "STATE", "TRẠNG THÁI"},
    {"tlp", "TLP", "TLP"},
    {"created", "CREATED", "LẬP LÚC"},
    {"respond_by", "RESPOND BY", "HẠN TRẢ LỜI"},
    {"lapses", "LAPSES", "HẾT HẠN CHỜ"},
    {"recalled", "RECALLED", "THU HỒI LÚC"},
    {"reason", "REASON", "LÝ DO"},
    {"agreed", "AGREED", "ĐÃ ĐỒNG Ý"},
    {"persons", "PERSONS", "SỐ NGƯỜI"},
    {"field", "FIELD", "TRƯỜNG"},
    {"value", "VALUE", "GIÁ TRỊ"},
    {"time", "TIME", "THỜI ĐIỂM"},
    {"event", "EVENT", "SỰ KIỆN"},
    {"partner", "PARTNER", "ĐỐI TÁC"},
    {"log", "LOG", "NHẬT KÝ"},
    {"index", "INDEX", "SỐ"},
    {"name", "NAME", "TÊN"},
    {"country", "COUNTRY", "NƯỚC"},
    {"active", "ACTIVE", "HOẠT ĐỘNG"},
    {"queued", "QUEUED", "ĐANG CHỜ"},
    {"last_delivery", "LAST DELIVERY", "LẦN GIAO CUỐI"},
    {"last_error", "LAST ERROR", "LỖI GẦN NHẤT"},
    {"outcome", "OUTCOME", "KẾT QUẢ"},
    {"action", "ACTION", "XỬ LÝ"},
    {"rule", "RULE", "QUY TẮC"},
    {"class", "CLASS", "CẤP"},
    {"where", "WHERE", "VỊ TRÍ"},
    {"text", "TEXT", "NỘI DUNG"},
    {"actor", "ACTOR", "NGƯỜI THỰC HIỆN"},
    {"exchange", "EXCHANGE", "TRAO ĐỔI"},
    {"origin", "ORIGIN", "NGUỒN"},
    {"size", "SIZE", "SỐ BẢN GHI"},
    {"root", "ROOT", "GỐC"},
    {"result", "RESULT", "KẾT QUẢ"},
    {"file", "FILE", "TỆP"},
    {"line", "LINE", "DÒNG"},
    {"case", "CASE", "TRƯỜNG HỢP"},
    {"recorded", "RECORDED", "ĐÃ GHI"},
    {"replayed", "REPLAYED", "LÀM LẠI"},
    {"policy", "POLICY", "CHÍNH SÁCH"},
    {"difference", "DIFFERENCE", "KHÁC BIỆT"},
};

constexpr Entry kCommands[] = {
    {"message", "Send, read and follow messages", "Gửi, đọc và theo dõi thông điệp"},
    {"message send", "Send a draft to one or more agencies",
     "Gửi bản thảo đến một hoặc nhiều cơ quan"},
    {"message list", "List a box; reads no payload", "Liệt kê hộp thư; không đọc nội dung"},
    {"message show", "Show a message; the reading is recorded",
     "Xem một thông điệp; việc xem được ghi lại"},
    {"message reply", "Answer a message", "Trả lời một thông điệp"},
    {"message release", "Let a held message go, as a second person",
     "Cho phép gửi một thông điệp đang chờ, với tư cách người thứ hai"},
    {"message reject", "End a held message; it never goes",
     "Từ chối một thông điệp đang chờ; nó sẽ không được gửi"},
    {"message wait", "Wait until a message reaches a state",
     "Chờ đến khi thông điệp đạt một trạng thái"},
    {"message match", "Whether values are the one behind a match token; recorded",
     "Giá trị có trùng với giá trị sau mã đối chiếu không; việc tra cứu được ghi lại"},
    {"message open", "Disclose fields that a message of ours withheld",
     "Mở các trường mà thông điệp của ta đã giữ lại"},
    {"message forward", "Pass a received message on, as its originator permits",
     "Chuyển tiếp một thông điệp đã nhận, theo sự cho phép của bên khởi phát"},
    {"message recall", "Take back a message of ours, or fields of it",
     "Thu hồi thông điệp của ta, hoặc một số trường"},
    {"message confirm", "Say what was done with what a partner took back",
     "Cho biết đã làm gì với nội dung mà đối tác thu hồi"},
    {"message timeline", "Every event of a conversation", "Mọi sự kiện của một cuộc trao đổi"},
    {"alert", "Push alerts from other software", "Chuyển cảnh báo từ phần mềm khác"},
    {"alert push", "Send drafts from JSON Lines, one result line for each",
     "Gửi các bản thảo từ JSON Lines, mỗi dòng một kết quả"},
    {"partner", "Other agencies", "Các cơ quan đối tác"},
    {"partner list", "List partners", "Liệt kê đối tác"},
    {"partner show", "Show one partner", "Xem một đối tác"},
    {"partner ping", "Call a partner's daemon", "Gọi thử máy chủ của đối tác"},
    {"policy", "What may be shared with whom", "Chính sách chia sẻ"},
    {"policy check", "Check a policy file, offline", "Kiểm tra tệp chính sách, không cần kết nối"},
    {"policy diff", "Every decision that a new policy changes, offline",
     "Mọi quyết định mà chính sách mới thay đổi, không cần kết nối"},
    {"policy replay", "Decide again what was decided, under the policy of that day",
     "Quyết định lại theo chính sách có hiệu lực khi đó"},
    {"policy test", "Decide the cases that stand beside a policy, offline",
     "Chạy thử các trường hợp kèm theo chính sách, không cần máy chủ"},
    {"policy show", "The policy in force", "Chính sách đang có hiệu lực"},
    {"policy explain", "What would happen to a draft, field by field",
     "Bản thảo sẽ được xử lý ra sao, từng trường"},
    {"audit", "The tamper-evident logs", "Nhật ký chống sửa đổi"},
    {"audit list", "List records", "Liệt kê bản ghi"},
    {"audit head", "The signed head of a log", "Đầu nhật ký có chữ ký"},
    {"audit prove", "Receipts of a message, verified here",
     "Biên nhận của một thông điệp, được kiểm tra tại đây"},
    {"audit verify", "Let the daemon check its logs", "Yêu cầu máy chủ kiểm tra nhật ký"},
    {"admin", "Run the daemon", "Vận hành máy chủ"},
    {"admin reload", "Read configuration and policy anew", "Đọc lại cấu hình và chính sách"},
    {"init", "Write the files of a new agency, offline", "Tạo tệp cho một cơ quan mới"},
    {"status", "How the daemon does", "Tình trạng máy chủ"},
    {"version", "The version of this program", "Phiên bản chương trình"},
};

// What a reason means, and what to do when the error does not say it better.
struct ReasonWords {
  base::Reason reason;
  std::string_view english;
  std::string_view vietnamese;
  std::string_view fix;
  std::string_view fix_vietnamese;
};

using base::Reason;

constexpr ReasonWords kReasons[] = {
    {Reason::kValidationFailed, "not valid", "không hợp lệ", "Correct the fields that are named.",
     "Hãy sửa các trường được nêu."},
    {Reason::kUnknownPartner, "unknown partner", "không có đối tác này",
     "See liaison partner list.", "Xem liaison partner list."},
    {Reason::kNotFound, "not found", "không tìm thấy",
     "Check the name or the id: at least its first 8 digits, or AGENCY/ID with its sender.",
     "Hãy kiểm tra tên hoặc mã: ít nhất 8 chữ số đầu, hoặc BÊN-GỬI/MÃ."},
    {Reason::kCallerUnknown, "certificate not registered", "chứng thư chưa được đăng ký",
     "Ask your operator to register the key of your certificate.",
     "Hãy nhờ người vận hành đăng ký khóa của chứng thư."},
    {Reason::kRoleMissing, "role missing", "thiếu vai trò cần thiết",
     "Ask somebody who has the role.", "Hãy nhờ người có vai trò đó."},
    {Reason::kPolicyDenied, "denied by our own policy", "bị chính sách của ta từ chối",
     "Ask those who decide on the policy; message show says what is missing.",
     "Hãy hỏi người quyết định chính sách; message show cho biết còn thiếu gì."},
    {Reason::kObligationUnsupported, "obligation cannot be met", "không thể đáp ứng nghĩa vụ",
     "Ask those who decide on the policy.", "Hãy hỏi người quyết định chính sách."},
    {Reason::kFieldNeeded, "policy removes a needed field", "chính sách bỏ một trường bắt buộc",
     "Ask those who decide on the policy, or leave the recipient out.",
     "Hãy hỏi người quyết định chính sách, hoặc bỏ bên nhận này."},
    {Reason::kAgreementNotInForce, "no agreement in force", "không có thỏa thuận đang có hiệu lực",
     "Name an agreement that is in force; see liaison partner show.",
     "Hãy nêu một thỏa thuận đang có hiệu lực; xem liaison partner show."},
    {Reason::kIdempotencyConflict, "key used for another draft", "khóa đã dùng cho bản thảo khác",
     "Give each draft a key of its own.", "Hãy dùng một khóa riêng cho mỗi bản thảo."},
    {Reason::kExchangeIdReused, "exchange id used before", "mã trao đổi đã được dùng",
     "Send it again: it gets a new id.", "Hãy gửi lại: thư sẽ có mã mới."},
    {Reason::kWrongState, "not possible in this state", "trạng thái không cho phép",
     "See liaison message timeline for what happened to it.",
     "Xem liaison message timeline để biết điều gì đã xảy ra."},
    {Reason::kBadSignature, "bad signature", "chữ ký sai", "Do not rely on it; tell your operator.",
     "Đừng dựa vào nó; hãy báo người vận hành."},
    {Reason::kBadKey, "bad key", "khóa sai", "Do not rely on it; tell your operator.",
     "Đừng dựa vào nó; hãy báo người vận hành."},
    {Reason::kWrongSender, "wrong sender", "sai bên gửi", "Do not rely on it; tell your operator.",
     "Đừng dựa vào nó; hãy báo người vận hành."},
    {Reason::kWrongRecipient, "wrong recipient", "sai bên nhận",
     "Do not rely on it; tell your operator.", "Đừng dựa vào nó; hãy báo người vận hành."},
    {Reason::kBadReceipt, "bad receipt", "biên nhận sai",
     "Do not rely on it; tell your operator: the partner's log is in doubt.",
     "Đừng dựa vào nó; hãy báo người vận hành: nhật ký của đối tác đáng ngờ."},
    {Reason::kBodyMismatch, "body does not match", "nội dung không khớp",
     "Do not rely on it; ask the sender for the message anew.",
     "Đừng dựa vào nó; hãy xin bên gửi gửi lại."},
    {Reason::kMalformed, "malformed", "sai định dạng",
     "Correct it, or tell your operator when you did not write it.",
     "Hãy sửa lại, hoặc báo người vận hành nếu không phải bạn viết."},
    {Reason::kExpired, "expired", "đã hết hạn", "Send a new message.", "Hãy gửi một thư mới."},
    {Reason::kRefusedByPartner, "refused by the partner", "đối tác từ chối",
     "Ask the partner: why it refuses it tells nobody by machine.",
     "Hãy hỏi đối tác: lý do từ chối không được gửi qua hệ thống."},
    {Reason::kTooLarge, "too large", "quá lớn", "Send less at a time.", "Hãy gửi ít hơn mỗi lần."},
    {Reason::kQueueFull, "busy, try again", "đang bận, hãy thử lại", "Try again in a moment.",
     "Hãy thử lại sau giây lát."},
    {Reason::kOverQuota, "over quota", "vượt hạn mức",
     "Try again when the period of the quota has passed.", "Hãy thử lại khi hết kỳ hạn mức."},
    {Reason::kDiskLow, "disk space low", "sắp hết dung lượng đĩa",
     "Ask your operator to make room on the disk.", "Hãy nhờ người vận hành giải phóng đĩa."},
    {Reason::kClockUnsure, "clock unsure", "đồng hồ không đáng tin",
     "Ask your operator to set the clock right.", "Hãy nhờ người vận hành chỉnh đồng hồ."},
    {Reason::kAttachmentMissing, "attachment missing", "thiếu tệp đính kèm",
     "Send it again, with the attachment.", "Hãy gửi lại kèm tệp."},
    {Reason::kStopped, "the daemon is stopping", "máy chủ đang dừng",
     "Try again when the daemon is back.", "Hãy thử lại khi máy chủ chạy lại."},
    {Reason::kVerificationFailed, "verification failed", "kiểm tra thất bại",
     "Keep everything as it is; tell an auditor and your operator.",
     "Giữ nguyên mọi thứ; hãy báo kiểm toán viên và người vận hành."},
    {Reason::kUsage, "wrong usage", "dùng sai cách", "See liaison --help.", "Xem liaison --help."},
    {Reason::kUnreachable, "unreachable", "không kết nối được",
     "See whether the daemon runs, and at which address.",
     "Hãy xem máy chủ có chạy không, và ở địa chỉ nào."},
    {Reason::kTimedOut, "timed out", "quá thời gian chờ", "Try again, or wait longer.",
     "Hãy thử lại, hoặc chờ lâu hơn."},
    {Reason::kInternal, "unexpected", "lỗi ngoài dự kiến",
     "Tell your operator: the log of the daemon says more.",
     "Hãy báo người vận hành: nhật ký máy chủ cho biết thêm."},
};

}  // namespace

std::string Say(Language language, Word word) {
  switch (word) {
    case Word::kError:
      return Choose(language, "error", "lỗi");
    case Word::kFix:
      return Choose(language, "fix", "cách sửa");
    case Word::kField:
      return Choose(language, "field", "trường");
    case Word::kTrace:
      return Choose(language, "trace", "mã vết");
    case Word::kWarning:
      return Choose(language, "warning", "cảnh báo");
    case Word::kHeldHint:
      return Choose(language, "held for release by a second person",
                    "đang chờ người thứ hai cho phép gửi");
    case Word::kMoreMustAgree:
      return Choose(language, "your agreement is on record; another person must agree too",
                    "đã ghi nhận sự đồng ý của bạn; cần thêm người khác đồng ý");
    case Word::kReleaseThis:
      return Choose(language, "Release this? [y/N]", "Cho gửi nội dung này? [y/N]");
    case Word::kHidden:
      return Choose(language, "hidden; show with --reveal --reason TEXT",
                    "đã ẩn; xem bằng --reveal --reason LÝ-DO");
    case Word::kWithheldHere:
      return Choose(language, "withheld by the sender", "bên gửi giữ lại");
    case Word::kOpenedBy:
      return Choose(language, "opened later by", "được mở sau bởi");
    case Word::kHeadAlone:
      return Choose(language,
                    "not kept: of what was denied, rejected or lapsed the head alone is kept",
                    "không lưu: với thư bị từ chối, bị bác hoặc hết hạn chờ chỉ lưu phần đầu");
    case Word::kWouldBeDenied:
      return Choose(language, "denied by now, whoever releases it",
                    "nay bị từ chối, dù ai cho phép gửi");
    case Word::kTakenBack:
      return Choose(language, "taken back by its sender", "bên gửi đã thu hồi");
    case Word::kConfirmBy:
      return Choose(language, "to be confirmed by", "cần xác nhận trước");
    case Word::kConfirmed:
      return Choose(language, "confirmed by", "xác nhận bởi");
    case Word::kLatest:
      return Choose(language, "the latest is shown; see message timeline for each",
                    "chỉ hiện lần cuối; xem từng lần bằng message timeline");
    case Word::kMonthOnly:
      return Choose(language, "month only", "chỉ có tháng");
    case Word::kYearOnly:
      return Choose(language, "year only", "chỉ có năm");
    case Word::kYearsOnly:
      return Choose(language, "years only", "chỉ có khoảng năm");
    case Word::kCoarser:
      return Choose(language, "made coarser", "đã làm kém chi tiết");
    case Word::kMasked:
      return Choose(language, "masked", "đã che");
    case Word::kPseudonym:
      return Choose(language, "pseudonym", "bí danh");
    case Word::kMatchToken:
      return Choose(language, "match token", "mã đối chiếu");
    case Word::kChecking:
      return Choose(language, "checked", "đã kiểm tra");
    case Word::kNothing:
      return Choose(language, "nothing to show", "không có gì");
    case Word::kMoreMatch:
      return Choose(language, "shown; more match: raise --limit, or go on with --page-token",
                    "mục được hiện; còn nữa: tăng --limit, hoặc xem tiếp bằng --page-token");
    case Word::kPolicyFine:
      return Choose(language, "the policy may be used", "chính sách dùng được");
    case Word::kReplayAgrees:
      return Choose(language, "the policy of that day decides as it is recorded",
                    "chính sách khi đó cho cùng quyết định như đã ghi");
    case Word::kKeyFromDaemon:
      return Choose(language,
                    "checked against the key that the daemon named; bring your own with --key",
                    "đã kiểm tra theo khóa do máy chủ đưa; dùng khóa của bạn bằng --key");
    case Word::kProofsHold:
      return Choose(language, "every receipt holds", "mọi biên nhận đều đúng");
    case Word::kLogsHold:
      return Choose(language, "the logs hold", "nhật ký nguyên vẹn");
    case Word::kPartnerSees:
      return Choose(language, "what the partner would receive", "đối tác sẽ nhận được");
    case Word::kGoesUnchanged:
      return Choose(language, "every field goes as it is", "mọi trường được gửi nguyên vẹn");
    case Word::kGoes:
      return Choose(language, "goes", "được chuyển tiếp");
    case Word::kOriginatorVerified:
      return Choose(language, "the originator signed what is shown",
                    "bên khởi phát đã ký nội dung hiển thị");
    case Word::kOriginatorNoKey:
      return Choose(language, "NOT VERIFIED: the originator is no partner of ours",
                    "CHƯA KIỂM CHỨNG: bên khởi phát không phải đối tác của ta");
    case Word::kOriginatorFailed:
      return Choose(language, "NOT VERIFIED: it does not hold under the originator's keys any more",
                    "CHƯA KIỂM CHỨNG: không còn đúng theo khóa của bên khởi phát");
    case Word::kNotPassedOn:
      return Choose(language, "not passed on", "không được chuyển tiếp");
    case Word::kNextSteps:
      return Choose(language, "next", "tiếp theo");
  }
  return "";
}

std::string Heading(Language language, std::string_view code) {
  for (const Entry& entry : kHeadings) {
    if (entry.code == code) return Choose(language, entry.english, entry.vietnamese);
  }
  return absl::AsciiStrToUpper(std::string(code));
}

std::string Say(Language language, base::Reason reason) {
  for (const ReasonWords& words : kReasons) {
    if (words.reason == reason) return Choose(language, words.english, words.vietnamese);
  }
  return "";
}

std::string Fix(Language language, base::Reason reason) {
  for (const ReasonWords& words : kReasons) {
    if (words.reason == reason) return Choose(language, words.fix, words.fix_vietnamese);
  }
  return "";
}

std::string Summary(Language language, std::string_view command) {
  for (const Entry& entry : kCommands) {
    if (entry.code == command) return Choose(language, entry.english, entry.vietnamese);
  }
  return "";
}

}  // namespace liaison::cli
