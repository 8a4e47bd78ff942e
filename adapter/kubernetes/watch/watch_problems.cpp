#include "adapter/kubernetes/watch/watch_problems.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <utility>

namespace inferno::kubernetes {

void WatchProblems::begin() {
  current_.clear();
  broken_.clear();
}

void WatchProblems::add(const std::string& what, std::string problem) {
  current_.insert_or_assign(what, std::move(problem));
}

void WatchProblems::end(TimePoint now) {
  std::erase_if(problems_, [this](const auto& item) { return !current_.contains(item.first); });
  for (auto& [what, text] : current_) {
    const auto item = problems_.try_emplace(what, Problem{.text = {}, .since = now}).first;
    item->second.text = std::move(text);
  }
}

std::optional<std::string> WatchProblems::text() const {
  if (problems_.empty()) return std::nullopt;
  std::string lines;
  for (const auto& [what, problem] : problems_) {
    lines += fmt::format("{}{} (since {:%Y-%m-%dT%H:%M:%SZ})", lines.empty() ? "" : "; ", problem.text,
                         std::chrono::floor<std::chrono::seconds>(problem.since));
  }
  return lines;
}

}  // namespace inferno::kubernetes
