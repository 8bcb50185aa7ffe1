// Reads the vectors of tests/vectors: lines of words, '#' for comments.
#ifndef LIAISON_TESTS_AUDIT_VECTORS_H_
#define LIAISON_TESTS_AUDIT_VECTORS_H_

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "daemon/audit/tree.h"

namespace liaison::audit {

using Words = std::vector<std::string>;

// Tests run from the top of the source tree.
inline std::vector<std::string> ReadVectorLines(const std::string& name) {
  std::ifstream file("tests/vectors/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] != '#') lines.push_back(line);
  }
  return lines;
}

inline Words Split(const std::string& line) {
  std::istringstream stream(line);
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// The words after `name` of each line that starts with it.
inline std::vector<Words> ReadVectors(const std::string& file, const std::string& name) {
  std::vector<Words> found;
  for (const std::string& line : ReadVectorLines(file)) {
    const Words words = Split(line);
    if (!words.empty() && words[0] == name) found.emplace_back(words.begin() + 1, words.end());
  }
  return found;
}

inline Digest DigestOf(const std::string& hex) { return base::ParseDigest(hex).value(); }

inline std::vector<Digest> DigestsFrom(const Words& words, size_t first) {
  std::vector<Digest> digests;
  for (size_t i = first; i < words.size(); ++i) digests.push_back(DigestOf(words[i]));
  return digests;
}

inline std::vector<std::string> VectorLeaves() {
  std::vector<std::string> leaves;
  for (const Words& words : ReadVectors("audit_tree.txt", "leaf")) {
    leaves.push_back(words[0] == "-" ? "" : absl::HexStringToBytes(words[0]));
  }
  return leaves;
}

inline std::vector<Digest> LeafHashes(const std::vector<std::string>& leaves) {
  std::vector<Digest> hashes;
  for (const std::string& leaf : leaves) hashes.push_back(LeafHash(leaf));
  return hashes;
}

// `size` leaves that differ.
inline std::vector<Digest> SomeLeaves(uint64_t size) {
  std::vector<Digest> leaves;
  for (uint64_t i = 0; i < size; ++i) leaves.push_back(LeafHash("record " + std::to_string(i)));
  return leaves;
}

}  // namespace liaison::audit

#endif  // LIAISON_TESTS_AUDIT_VECTORS_H_
