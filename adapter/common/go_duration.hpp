// Durations in Go's notation, as every Kubernetes configuration file and flag has them: "30s", "5m", "1h30m", "1.5h",
// "100ms". Source of the rule: Go's time.ParseDuration and Duration.String; the same texts are accepted, the same
// errors are reported. Pure; safe to call from any thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "adapter/common/parse_result.hpp"
#include "adapter/common/time.hpp"

namespace inferno {

// Units: ns, us (also written with U+00B5 or U+03BC), ms, s, m, h. A sign and fractions are allowed; "0" needs no unit.
// The whole text must be used: no spaces. Fails beyond +-2^63 ns. Whether zero or a negative duration makes sense is
// the caller's rule.
[[nodiscard]] ParseResult<std::chrono::nanoseconds> parse_go_duration(std::string_view text);

// The same, for what must be more than nothing; rounded up to whole milliseconds, so that it stays positive.
[[nodiscard]] ParseResult<Duration> parse_positive_go_duration(std::string_view text);

// As Go prints it: "1h30m0s", "1.5s", "0s".
[[nodiscard]] std::string format_go_duration(std::chrono::nanoseconds duration);

}  // namespace inferno
