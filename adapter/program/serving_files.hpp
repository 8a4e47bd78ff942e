// The files of the serving side as they are at start: certificate, key, client CA and tokens.
#pragma once

#include <optional>

#include "adapter/options/options.hpp"

namespace inferno {

// The first file that can't be used, told by the option that names it. Later changes of the files are another matter:
// then the last good content stays.
[[nodiscard]] std::optional<OptionProblem> find_file_problem(const Options& options);

}  // namespace inferno
