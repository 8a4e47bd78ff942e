// The process environment, read once at start. The only place of the program that reads it.
#pragma once

#include <map>
#include <string>

namespace inferno {

using Environment = std::map<std::string, std::string, std::less<>>;

// A copy of the process environment. Call before the first thread starts.
[[nodiscard]] Environment read_process_environment();

}  // namespace inferno
