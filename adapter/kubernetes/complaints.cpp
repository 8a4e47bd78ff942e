#include "adapter/kubernetes/complaints.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace inferno::kubernetes {

void Complaints::update(std::set<std::string> current) {
  for (const std::string& line : current) {
    if (known_.contains(line)) continue;
    if (level_ == Level::warning) {
      spdlog::warn("{}", line);
    } else {
      spdlog::info("{}", line);
    }
  }
  if (level_ == Level::warning) {
    for (const std::string& line : known_) {
      if (!current.contains(line)) spdlog::info("no longer: {}", line);
    }
  }
  known_ = std::move(current);
}

}  // namespace inferno::kubernetes
