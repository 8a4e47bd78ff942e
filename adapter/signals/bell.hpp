#pragma once

#include "adapter/async/bell.hpp"

namespace inferno::signals {

using inferno::Bell;

}  // namespace inferno::signals
