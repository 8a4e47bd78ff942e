// What the adapter itself does about wiring that is not right.
#pragma once

namespace inferno {

struct WiringSettings {
  bool wakes_directly = false;  // --wake-directly: an autoscaler need not wake anything
};

}  // namespace inferno
