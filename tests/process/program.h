// Runs a program to its end and looks at what it did.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace credlink {

struct Ended {
  int exit_code = -1;  // 128 + the signal's number when a signal ended it
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string input;                                           // standard input; 64 KiB at most
  std::vector<std::pair<std::string, std::string>> variables;  // the whole environment
};

// `arguments` begin with the program's path. Killed after a minute.
Ended RunProgram(const std::vector<std::string>& arguments, const RunOptions& options = {});

// One exchange at a terminal: waits until the program has shown `prompt`, then types `answer` and
// Enter.
struct Exchange {
  std::string prompt;
  std::string answer;
};

// The same at a terminal of its own. `out` is all that the terminal showed, what it echoed
// included.
Ended RunAtTerminal(const std::vector<std::string>& arguments,
                    const std::vector<Exchange>& exchanges);

}  // namespace credlink
