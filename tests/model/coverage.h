// Which answers a run has had: so that nobody takes a run for a proof that never got anywhere.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace credlink::model {

// How often a method answered so, by "LinkAccount OK", "LinkAccount ACCOUNT_ID_TAKEN", ...; "again"
// stands for a first answer given again, "tried" for a success of validate_only.
using Coverage = std::map<std::string, int>;

void Add(const Coverage& from, Coverage& to);

// What is missing of the answers that the methods document and that calls and resets alone can
// bring about.
std::vector<std::string> MissingIn(const Coverage& coverage);

}  // namespace credlink::model
