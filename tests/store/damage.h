// What an insider with the database could do: SQL of any kind, and bytes of the file.
#ifndef LIAISON_TESTS_STORE_DAMAGE_H_
#define LIAISON_TESTS_STORE_DAMAGE_H_

#include <cstdint>
#include <string>

namespace liaison::store {

// Runs SQL on the file through a connection of its own, without foreign keys. True when it
// succeeded.
bool EditDatabase(const std::string& path, const std::string& sql);
// The first value of the first row, as text.
std::string AskDatabase(const std::string& path, const std::string& sql);
// Inverts one bit of the file.
void FlipBit(const std::string& path, uint64_t byte);
uint64_t SizeOfFile(const std::string& path);

}  // namespace liaison::store

#endif  // LIAISON_TESTS_STORE_DAMAGE_H_
