#include "tests/fuzz/require.hpp"

#include <cstdlib>
#include <iostream>

namespace inferno {

void require(bool holds, std::string_view rule) {
  if (holds) return;
  std::cerr << "does not hold: " << rule << '\n';
  std::abort();
}

}  // namespace inferno
