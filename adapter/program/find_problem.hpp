// What a component would refuse to start with.
#pragma once

#include <optional>

#include "adapter/options/options.hpp"

namespace inferno {

// The first problem of the options, as they are and with the files that they name. Reads those files.
[[nodiscard]] std::optional<OptionProblem> find_problem(const Options& options);

}  // namespace inferno
