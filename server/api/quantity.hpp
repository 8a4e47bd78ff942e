// Numbers as Kubernetes' resource.Quantity, the text that every metric value travels in. Pure.
// Source: k8s.io/apimachinery/pkg/api/resource.
#pragma once

#include <string>

namespace inferno::server {

// Whole numbers as they are ("20", never "1k" for 1000: the two are equal, and people read this), anything else in
// thousandths ("1500m"). What lies between two thousandths is rounded away from zero, as Quantity itself does, so that
// a demand never vanishes; the last digits that binary fractions leave behind (0.1 + 0.2) don't count as such. Beyond
// what 64 bits hold the value saturates, as Quantity's does. Throws std::invalid_argument for NaN and infinities, which
// a Quantity can't express.
[[nodiscard]] std::string to_quantity(double value);

}  // namespace inferno::server
