// Random messages are cut, some of their leaves withheld or changed, and merged again: what was
// sent must come back, and nothing else. The seed is printed; LIAISON_SEED repeats a run.
#include <google/protobuf/stubs/logging.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "daemon/payload/cut.h"
#include "daemon/payload/merge.h"
#include "daemon/payload/records.h"
#include "daemon/payload/schema.h"
#include "tests/payload/random_message.h"
#include "tests/payload/shapes.pb.h"

namespace liaison::payload {
namespace {

using google::protobuf::Message;

struct Body {
  std::vector<RecordView> sent;
  std::vector<std::string_view> withheld;
  std::deque<std::string> changed;  // values that `sent` refers to
};

constexpr std::array kChanges = {
    exchange::v1::FieldRecord::GENERALISED, exchange::v1::FieldRecord::MASKED,
    exchange::v1::FieldRecord::PSEUDONYM, exchange::v1::FieldRecord::MATCH_TOKEN};

// Sends another text in place of the leaf's, or the leaf as it is when it takes no such change.
void Change(std::string_view path, const Slice& leaf, RandomMessage& random, Body& body) {
  const Kind kind = kChanges[random.engine()() % kChanges.size()];
  if (!MayBe(kind, leaf.part, leaf.text)) return body.sent.push_back({path, leaf.value});
  const std::string text(random.engine()() % 40, '*');
  body.changed.push_back(WithText(leaf.value, text));
  body.sent.push_back({path, body.changed.back(), kind});
  body.withheld.push_back(path);
}

// Withholds each leaf, or each bond as a whole, with probability `share`; changes a third of what
// is sent, where it can be changed.
Body Withhold(const Slices& cut, double share, RandomMessage& random) {
  std::map<std::string, bool> bonds;
  Body body;
  for (const Slice& leaf : cut.leaves) {
    bool withhold = random.Chance(share);
    if (leaf.bond_name != nullptr) {
      const std::string owner(cut.Path(leaf).substr(0, leaf.bond_prefix));
      withhold = bonds.emplace(owner + "#" + *leaf.bond_name, withhold).first->second;
    }
    if (withhold) {
      body.withheld.push_back(cut.Path(leaf));
    } else if (random.Chance(share > 0 ? 0.3 : 0)) {
      Change(cut.Path(leaf), leaf, random, body);
    } else {
      body.sent.push_back({cut.Path(leaf), leaf.value});
    }
  }
  return body;
}

// Merging what was cut gives the message back when nothing is withheld. When something is, cutting
// the result gives every sent leaf again, and beside them only empty messages.
void RoundTrip(const MessageSchema& root, const Message& message, double share,
               RandomMessage& random) {
  const std::string bytes = CanonicalBytes(message);
  const absl::StatusOr<Slices> cut = CutBytes(root, bytes);
  ASSERT_TRUE(cut.ok()) << cut.status();
  if (cut->leaves.empty()) return;
  const Body body = Withhold(*cut, share, random);
  const std::unique_ptr<Message> merged(message.New());
  const auto unknown = MergeInto(root, body.sent, body.withheld, false, merged.get());
  ASSERT_TRUE(unknown.ok()) << unknown.status() << "\n" << message.DebugString();
  EXPECT_TRUE(unknown->empty());
  if (body.withheld.empty()) {
    EXPECT_EQ(CanonicalBytes(*merged), bytes);
    return;
  }
  const std::string again_bytes = CanonicalBytes(*merged);
  const absl::StatusOr<Slices> again = CutBytes(root, again_bytes);
  ASSERT_TRUE(again.ok());
  size_t next = 0;
  for (const Slice& leaf : again->leaves) {
    const bool sent = next < body.sent.size() && again->Path(leaf) == body.sent[next].path;
    EXPECT_EQ(leaf.value, sent ? body.sent[next].value : "") << again->Path(leaf);
    if (sent) ++next;
  }
  EXPECT_EQ(next, body.sent.size());
}

class MergeProperty : public testing::TestWithParam<double> {};

TEST_P(MergeProperty, GivesBackAPayload) {
  RandomMessage random(Seed());
  for (int i = 0; i < 150; ++i) {
    v1::Payload payload;
    random.Fill(&payload, 0.2 + 0.1 * (i % 5), 6);
    RoundTrip(Schema::OfPayload().root(), payload, GetParam(), random);
    if (HasFailure()) return;
  }
}

TEST_P(MergeProperty, GivesBackEveryShape) {
  const Schema schema(*shapes::Shapes::descriptor());
  RandomMessage random(Seed());
  for (int i = 0; i < 300; ++i) {
    shapes::Shapes message;
    random.Fill(&message, 0.1 + 0.1 * (i % 4), 1 + i % 4);
    RoundTrip(schema.root(), message, GetParam(), random);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(ShareWithheld, MergeProperty, testing::Values(0.0, 0.1, 0.5, 0.9, 1.0));

// Any one change to what was sent is refused, or gives exactly what it says. A flipped bit of a
// value may be another valid value; the signature catches that. It must never be merged into
// anything but itself.
TEST(MergeProperty, NeverMergesAFlippedValueIntoSomethingElse) {
  const google::protobuf::LogSilencer silent;  // it complains of each text that is no longer UTF-8
  const Schema schema(*shapes::Shapes::descriptor());
  RandomMessage random(Seed());
  for (int i = 0; i < 20; ++i) {
    shapes::Shapes message;
    random.Fill(&message, 0.3, 2);
    const std::string bytes = CanonicalBytes(message);
    const absl::StatusOr<Slices> cut = CutBytes(schema.root(), bytes);
    ASSERT_TRUE(cut.ok());
    Body body = Withhold(*cut, 0.0, random);
    for (RecordView& record : body.sent) {
      const std::string_view original = record.value;
      for (size_t bit = 0; bit < std::min<size_t>(original.size(), 12) * 8; ++bit) {
        std::string flipped(original);
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        record.value = flipped;
        shapes::Shapes merged;
        if (!MergeInto(schema.root(), body.sent, {}, false, &merged).ok()) continue;
        const std::string merged_bytes = CanonicalBytes(merged);
        const absl::StatusOr<Slices> again = CutBytes(schema.root(), merged_bytes);
        ASSERT_TRUE(again.ok());
        ASSERT_EQ(again->leaves.size(), body.sent.size());
        for (size_t leaf = 0; leaf < body.sent.size(); ++leaf) {
          ASSERT_EQ(again->leaves[leaf].value, body.sent[leaf].value);
        }
      }
      record.value = original;
    }
  }
}

}  // namespace
}  // namespace liaison::payload
