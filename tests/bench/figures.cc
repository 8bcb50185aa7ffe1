#include "tests/bench/figures.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace liaison::bench {
namespace {

std::string Shown(double value) {
  if (value >= 1000) return absl::StrFormat("%.0f", value);
  return value >= 10 ? absl::StrFormat("%.1f", value) : absl::StrFormat("%.2f", value);
}

// Our own names and the system's: quotes and what is not printable are left out, not escaped.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') out += c;
  }
  return out + "\"";
}

std::string ProcessorModel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string Machine() {
  utsname system{};
  uname(&system);
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return absl::StrCat("{\"cores\": ", std::thread::hardware_concurrency(),
                      ", \"processor\": ", Quoted(ProcessorModel()),
                      ", \"kernel\": ", Quoted(system.release), ", \"memory_mib\": ", memory >> 20,
                      "}");
}

std::string FigureJson(const Figure& figure) {
  const std::string values = absl::StrJoin(figure.values, ", ", [](std::string* out, double value) {
    absl::StrAppend(out, absl::StrFormat("%.4g", value));
  });
  std::string json = absl::StrCat(
      "    {\"name\": ", Quoted(figure.name), ", \"unit\": ", Quoted(figure.unit),
      ", \"median\": ", absl::StrFormat("%.4g", figure.Median()), ", \"values\": [", values, "]");
  if (figure.compare != Figure::Goal::kNone) {
    absl::StrAppend(&json, ", \"goal\": ", absl::StrFormat("%.4g", figure.goal), ", \"compare\": ",
                    figure.compare == Figure::Goal::kAtLeast ? "\"at least\"" : "\"at most\"",
                    ", \"met\": ", figure.Met() ? "true" : "false");
  }
  return json + "}";
}

std::string ListJson(const std::vector<Figure>& list) {
  return absl::StrJoin(list, ",\n",
                       [](std::string* out, const Figure& figure) { *out += FigureJson(figure); });
}

}  // namespace

double Percentile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  const size_t place =
      std::min(values.size() - 1, static_cast<size_t>(p * static_cast<double>(values.size())));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place),
                   values.end());
  return values[place];
}

bool Figure::Met() const { return compare == Goal::kAtLeast ? Median() >= goal : Median() <= goal; }

Figure& Figures::Find(std::vector<Figure>& list, const std::string& name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const Figure& figure) { return figure.name == name; });
  if (found != list.end()) return *found;
  list.emplace_back().name = name;
  return list.back();
}

void Figures::Add(const std::string& name, const std::string& unit, double value) {
  Figure& figure = Find(figures_, name);
  figure.unit = unit;
  figure.values.push_back(value);
}

void Figures::AddRatio(const std::string& name, double value, Figure::Goal compare, double goal) {
  Figure& figure = Find(ratios_, name);
  figure.unit = "ratio";
  figure.compare = compare;
  figure.goal = goal;
  figure.values.push_back(value);
}

void Figures::Print() const {
  std::printf("%-52s %10s %19s  %s\n", "figure", "median", "least to most", "unit");
  for (const Figure& figure : figures_) {
    const auto [least, most] = std::minmax_element(figure.values.begin(), figure.values.end());
    std::printf("%-52s %10s %19s  %s\n", figure.name.c_str(), Shown(figure.Median()).c_str(),
                absl::StrCat(Shown(*least), " to ", Shown(*most)).c_str(), figure.unit.c_str());
  }
  std::printf("\n%-52s %10s %19s\n", "ratio", "median", "goal");
  for (const Figure& ratio : ratios_) {
    const char* const compare = ratio.compare == Figure::Goal::kAtLeast ? "at least " : "at most ";
    std::printf("%-52s %10s %19s  %s\n", ratio.name.c_str(), Shown(ratio.Median()).c_str(),
                absl::StrCat(compare, Shown(ratio.goal)).c_str(), ratio.Met() ? "met" : "not met");
  }
}

absl::Status Figures::WriteJson(const std::string& path, const std::string& form,
                                int rounds) const {
  std::ofstream file(path);
  file << "{\n  \"version\": " << Quoted(LIAISON_VERSION) << ",\n  \"date\": "
       << Quoted(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone()))
       << ",\n  \"machine\": " << Machine() << ",\n  \"form\": " << Quoted(form)
       << ",\n  \"rounds\": " << rounds << ",\n  \"figures\": [\n"
       << ListJson(figures_) << "\n  ],\n  \"ratios\": [\n"
       << ListJson(ratios_) << "\n  ]\n}\n";
  file.close();
  return file.good() ? absl::OkStatus() : absl::InternalError(absl::StrCat("writing ", path));
}

}  // namespace liaison::bench
