#include "daemon/payload/mask.h"

#include <utf8proc.h>

#include <algorithm>
#include <vector>

namespace liaison::payload {
namespace {

constexpr char kStar = '*';

// One code point, or one byte that is part of none.
struct Piece {
  std::string_view bytes;
  utf8proc_int32_t code_point = -1;
};

std::vector<Piece> PiecesOf(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    Piece piece;
    const utf8proc_ssize_t size =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &piece.code_point);
    piece.bytes = text.substr(0, size > 0 ? static_cast<size_t>(size) : 1);
    pieces.push_back(piece);
    text.remove_prefix(piece.bytes.size());
  }
  return pieces;
}

// `after_kept`: the code point before it stays.
bool MayStay(const Piece& piece, bool after_kept) {
  if (piece.code_point < 0) return false;
  switch (utf8proc_category(piece.code_point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return after_kept;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::string Mask(std::string_view text, uint32_t keep_last) {
  const std::vector<Piece> pieces = PiecesOf(text);
  const size_t kept = std::min<size_t>(keep_last, pieces.size() / 3);
  std::string masked(pieces.size() - kept, kStar);
  bool after_kept = false;
  for (size_t i = pieces.size() - kept; i < pieces.size(); ++i) {
    after_kept = MayStay(pieces[i], after_kept);
    if (after_kept) {
      masked.append(pieces[i].bytes);
    } else {
      masked.push_back(kStar);
    }
  }
  return masked;
}

bool Masks(std::string_view original, std::string_view shown) {
  const std::vector<Piece> whole = PiecesOf(original);
  const std::vector<Piece> masked = PiecesOf(shown);
  return std::equal(whole.begin(), whole.end(), masked.begin(), masked.end(),
                    [](const Piece& piece, const Piece& left) {
                      return left.code_point == kStar || left.bytes == piece.bytes;
                    });
}

}  // namespace liaison::payload
