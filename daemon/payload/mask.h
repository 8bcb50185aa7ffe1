// Texts of which only the end is shown: "*******4567".
#ifndef LIAISON_DAEMON_PAYLOAD_MASK_H_
#define LIAISON_DAEMON_PAYLOAD_MASK_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace liaison::payload {

// `text` with '*' in place of every code point but the last `keep_last`, of which never more than a
// third of the text stays. Of those that could stay, what cannot be seen goes too, and so does a
// combining mark whose letter goes. The same number of code points; bytes that are not UTF-8 go one
// by one.
std::string Mask(std::string_view text, uint32_t keep_last);

// Whether `shown` is true of `original`: of as many code points, each of them '*' or the same.
bool Masks(std::string_view original, std::string_view shown);

}  // namespace liaison::payload

#endif  // LIAISON_DAEMON_PAYLOAD_MASK_H_
