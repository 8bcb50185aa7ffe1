// Random policies, and random messages for them, over a small world: rules meet messages often.
#ifndef LIAISON_TESTS_POLICY_WORLD_H_
#define LIAISON_TESTS_POLICY_WORLD_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "daemon/policy/policy.h"
#include "tests/policy/sample.h"

namespace liaison::policy {

inline constexpr const char* kPartners[] = {"ho-example", "io-example"};
inline constexpr liaison::payload::v1::MessageType kTypes[] = {
    liaison::payload::v1::ALERT, liaison::payload::v1::VICTIM_VERIFICATION_RESPONSE,
    liaison::payload::v1::FIELD_OPENING, liaison::payload::v1::FORWARDED_ITEM};
inline constexpr liaison::payload::v1::Purpose::Code kPurposes[] = {
    liaison::payload::v1::Purpose::TRAFFICKING_DETECTION,
    liaison::payload::v1::Purpose::VICTIM_RESCUE};
inline constexpr const char* kPaths[] = {"a", "a.b", "a.b.c", "d", "d.e", "a.birth", "a.birth.x"};

// LIAISON_SEED, or one that is drawn; printed, so that the run can be repeated.
uint64_t SeedOfRun();

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {}

  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool Chance(int percent) { return Below(100) < percent; }
  v1::PolicyFile File();
  v1::Agreement Agreement(int i);
  v1::Rule Rule(const std::string& id);
  v1::Rule Rule(const std::string& id, v1::Rule::Effect effect);
  void AddConditions(v1::Rule& rule);

  // Not of a source, which a HOLD may not name.
  Sensitivity::Class Class();

  // `keep`: a permit's; a RESTRICT keeps nothing.
  v1::FieldRules Fields(bool keep);
  Facts Message();
  std::vector<Field> SomeFields();

  std::mt19937_64& random() { return random_; }

 private:
  std::mt19937_64 random_;
};

}  // namespace liaison::policy

#endif  // LIAISON_TESTS_POLICY_WORLD_H_
