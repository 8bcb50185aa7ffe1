// What the bench found, round by round: printed as a table, written as JSON.
#ifndef LIAISON_TESTS_BENCH_FIGURES_H_
#define LIAISON_TESTS_BENCH_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace liaison::bench {

// The value below which the share `p` (0 to 1) of `values` lies; 0 when there are none.
double Percentile(std::vector<double> values, double p);

struct Figure {
  std::string name;
  std::string unit;
  std::vector<double> values;  // one a round
  // Of a ratio: what it should be. Compared and shown, never asserted.
  enum class Goal { kNone, kAtLeast, kAtMost } compare = Goal::kNone;
  double goal = 0;

  double Median() const { return Percentile(values, 0.5); }
  bool Met() const;
};

// Owned by one thread.
class Figures {
 public:
  void Add(const std::string& name, const std::string& unit, double value);
  void AddRatio(const std::string& name, double value, Figure::Goal compare, double goal);

  // Without borders: name, median, least and most, unit; then the ratios.
  void Print() const;
  // `form`: "tiny", "short" or "long". Errors: those of the file system.
  absl::Status WriteJson(const std::string& path, const std::string& form, int rounds) const;

 private:
  Figure& Find(std::vector<Figure>& list, const std::string& name);

  std::vector<Figure> figures_;  // in the order of their first value
  std::vector<Figure> ratios_;
};

}  // namespace liaison::bench

#endif  // LIAISON_TESTS_BENCH_FIGURES_H_
