// "Did you mean ...?": the known name that a misspelt one most likely stands for. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace inferno {

// The candidate with the fewest edits, compared without case, '-' and '_'; nothing when more than a third of the name
// would change.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      std::span<const std::string_view> candidates);

}  // namespace inferno
