#include "adapter/options/environment.hpp"

#include <unistd.h>

#include <string_view>

namespace inferno {

Environment read_process_environment() {
  Environment result;
  if (environ == nullptr) return result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t separator = text.find('=');
    if (separator == std::string_view::npos) continue;
    result.emplace(text.substr(0, separator), text.substr(separator + 1));
  }
  return result;
}

}  // namespace inferno
