// The Protobuf wire format as far as slicing needs it: tags, varints, the end of a value.
#ifndef LIAISON_DAEMON_PAYLOAD_WIRE_H_
#define LIAISON_DAEMON_PAYLOAD_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace liaison::payload {

enum class WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

constexpr uint32_t MakeTag(uint32_t number, WireType type) {
  return number << 3 | static_cast<uint32_t>(type);
}

inline size_t VarintSize(uint64_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

inline void AppendVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

// Reads a stretch of bytes from front to back. Never reads past its end; each step is false when
// the bytes do not hold what was asked for.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return at_ == bytes_.size(); }
  size_t position() const { return at_; }
  std::string_view Since(size_t begin) const { return bytes_.substr(begin, at_ - begin); }

  bool Varint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (done()) return false;
      const auto byte = static_cast<uint8_t>(bytes_[at_++]);
      *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool Tag(uint32_t* tag) {
    uint64_t value = 0;
    if (!Varint(&value) || value > UINT32_MAX) return false;
    *tag = static_cast<uint32_t>(value);
    return true;
  }

  // Takes the next tag if it is `tag`; else moves nothing.
  bool TakeTag(uint32_t tag) {
    const size_t begin = at_;
    uint32_t next = 0;
    if (!done() && Tag(&next) && next == tag) return true;
    at_ = begin;
    return false;
  }

  bool Content(std::string_view* content) {
    uint64_t size = 0;
    if (!Varint(&size) || size > bytes_.size() - at_) return false;
    *content = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }

  // Passes the value that follows `tag`. False for groups and for types that do not exist.
  bool Skip(uint32_t tag) {
    uint64_t number = 0;
    std::string_view content;
    switch (static_cast<WireType>(tag & 7)) {
      case WireType::kVarint:
        return Varint(&number);
      case WireType::kFixed64:
        return Pass(8);
      case WireType::kFixed32:
        return Pass(4);
      case WireType::kLengthDelimited:
        return Content(&content);
    }
    return false;
  }

 private:
  bool Pass(size_t size) {
    if (size > bytes_.size() - at_) return false;
    at_ += size;
    return true;
  }

  const std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_WIRE_H_
