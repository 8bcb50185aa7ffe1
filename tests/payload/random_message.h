// Fills any message with random contents, by reflection: every field, unicode, extremes, empty
// messages.
#ifndef LIAISON_TESTS_PAYLOAD_RANDOM_MESSAGE_H_
#define LIAISON_TESTS_PAYLOAD_RANDOM_MESSAGE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <random>
#include <string>

namespace liaison::payload {

// The seed of a run: LIAISON_SEED when it is set, else a fresh one. Prints it.
uint64_t Seed();

class RandomMessage {
 public:
  explicit RandomMessage(uint64_t seed) : random_(seed) {}

  // Sets each field with probability `density` (0 to 1), down to `depth` messages.
  void Fill(google::protobuf::Message* message, double density, int depth);
  bool Chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::mt19937_64& engine() { return random_; }

 private:
  void FillField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor& field,
                 double density, int depth);
  void AddScalar(google::protobuf::Message* message,
                 const google::protobuf::FieldDescriptor& field);
  uint64_t Number();
  double Real();
  std::string Text(bool utf8);

  std::mt19937_64 random_;
};

}  // namespace liaison::payload

#endif  // LIAISON_TESTS_PAYLOAD_RANDOM_MESSAGE_H_
