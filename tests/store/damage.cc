#include "tests/store/damage.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

namespace liaison::store {
namespace {

int Keep(void* out, int columns, char** values, char**) {
  if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(out) = values[0];
  return 0;
}

bool Run(const std::string& path, const std::string& sql, std::string* answer) {
  sqlite3* db = nullptr;
  bool done = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK;
  done = done && sqlite3_exec(db, sql.c_str(), answer == nullptr ? nullptr : Keep, answer,
                              nullptr) == SQLITE_OK;
  sqlite3_close(db);
  return done;
}

}  // namespace

bool EditDatabase(const std::string& path, const std::string& sql) {
  return Run(path, sql, nullptr);
}

std::string AskDatabase(const std::string& path, const std::string& sql) {
  std::string answer;
  Run(path, sql, &answer);
  return answer;
}

void FlipBit(const std::string& path, uint64_t byte) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto place = static_cast<std::streamoff>(byte);
  file.seekg(place);
  const char value = static_cast<char>(file.get() ^ 0x10);
  file.seekp(place);
  file.put(value);
}

uint64_t SizeOfFile(const std::string& path) { return std::filesystem::file_size(path); }

}  // namespace liaison::store
