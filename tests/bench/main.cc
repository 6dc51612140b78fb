// bench_driver: measures the figures that it is asked for, a line each. Run by tests/bench/run.

#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "tests/bench/figures.h"

namespace credlink::bench {
namespace {

struct Known {
  const char* name;
  absl::StatusOr<Figure> (*measure)(const Setup&);
};

constexpr Known kKnown[] = {{"bridge", MeasureBridge},
                            {"list", MeasureList},
                            {"link", MeasureLink},
                            {"latency", MeasureLatency},
                            {"latency_shm", MeasureLatencyInMemory},
                            {"import", MeasureImport},
                            {"watchers", MeasureWatchers},
                            {"list_scale", MeasureListScale},
                            {"start_scale", MeasureStartScale}};

int Run(int argc, char** argv) {
  CLI::App app("Measures figures, a line each", "bench_driver");
  Setup setup;
  std::vector<std::string> names;
  std::vector<std::string> all;
  for (const Known& known : kKnown) all.emplace_back(known.name);
  app.add_option("--credlinkd", setup.programs.credlinkd)->required();
  app.add_option("--simulator", setup.programs.simulator)->required();
  app.add_option("--bench_server", setup.programs.bench_server)->required();
  app.add_option("--fill_store", setup.programs.fill_store)->required();
  app.add_option("--credlink", setup.programs.credlink)->required();
  app.add_option("--disk", setup.disk_folder, "A folder on a disk")->required();
  app.add_option("--memory", setup.memory_folder, "A folder in memory")->required();
  app.add_option("NAME", names, "Figures [all]")->check(CLI::IsMember(all));
  CLI11_PARSE(app, argc, argv);
  if (names.empty()) names = all;

  bool failed = false;
  for (const std::string& name : names) {
    for (const Known& known : kKnown) {
      if (name != known.name) continue;
      const absl::StatusOr<Figure> figure = known.measure(setup);
      if (figure.ok()) {
        std::cout << ToLine(*figure) << std::endl;
      } else {
        std::cerr << name << ": " << figure.status() << std::endl;
        failed = true;
      }
    }
  }
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace credlink::bench

int main(int argc, char** argv) { return credlink::bench::Run(argc, argv); }
