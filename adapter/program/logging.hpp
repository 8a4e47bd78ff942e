// The process' log: one line per event on standard error, as text or as JSON objects.
#pragma once

#include "adapter/options/options.hpp"

namespace inferno {

// Replaces spdlog's default logger. Verbosity 0 is info, 1 to 3 debug, 4 and more trace.
void set_up_logging(const LoggingOptions& options);

}  // namespace inferno
