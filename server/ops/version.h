#pragma once

namespace credlink {

// What --version prints, and how the server names itself to LastPass.
constexpr char kVersion[] = "0.1.0";

}  // namespace credlink
