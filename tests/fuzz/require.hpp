// What a fuzz target holds to be true of any input.
#pragma once

#include <string_view>

namespace inferno {

// Where `holds` is false: prints `rule` and aborts, which libFuzzer reports with the input.
void require(bool holds, std::string_view rule);

}  // namespace inferno
