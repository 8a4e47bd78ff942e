#include "adapter/feedback/write_backoff.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>
#include <utility>

namespace inferno::feedback {
namespace {

constexpr Duration first_pause{1'000};
constexpr Duration longest_pause{60'000};
// An API server that has just started refuses for some seconds what it will allow.
constexpr Duration first_denied_pause{10'000};
constexpr Duration longest_denied_pause{5 * 60'000};

bool is_trouble(const kubernetes::ApiFailure& failure) {
  return failure.kind != kubernetes::ApiFailure::Kind::status || failure.status == 401 || failure.status == 429 ||
         failure.status >= 500;
}

}  // namespace

WriteBackoff::WriteBackoff(std::string what, std::string permission)
    : what_(std::move(what)), permission_(std::move(permission)) {}

bool WriteBackoff::may_write(std::string_view namespace_name, MonotonicTime now) const {
  if (trouble_ && now < trouble_->until) return false;
  const auto denied = denied_.find(namespace_name);
  return denied == denied_.end() || now >= denied->second.until;
}

void WriteBackoff::note_success(std::string_view namespace_name) {
  const auto denied = denied_.find(namespace_name);
  if (!trouble_ && denied == denied_.end()) return;
  trouble_.reset();
  if (denied != denied_.end()) denied_.erase(denied);
  complain();
}

bool WriteBackoff::note_failure(std::string_view namespace_name, const kubernetes::ApiFailure& failure,
                                MonotonicTime now) {
  if (is_trouble(failure)) {
    // Of several that fail together the first one counts.
    if (trouble_ && now < trouble_->until) return true;
    if (!trouble_) trouble_ = {.until = now, .length = {}, .complaint = {}};
    if (trouble_->complaint.empty()) trouble_->complaint = fmt::format("cannot write {}: {}", what_, failure.message);
    trouble_->length = std::clamp(trouble_->length * 2, first_pause, longest_pause);
    trouble_->until = now + std::max(trouble_->length, failure.retry_after.value_or(Duration{}));
    complain();
    return true;
  }
  if (failure.status == 403) {
    Pause& pause = denied_[std::string(namespace_name)];
    if (now < pause.until) return true;
    pause.length = std::clamp(pause.length * 2, first_denied_pause, longest_denied_pause);
    pause.until = now + pause.length;
    if (pause.complaint.empty()) {
      pause.complaint =
          fmt::format("may not write {} in namespace {}, which needs {}; answers are served all the same: {}", what_,
                      namespace_name, permission_, failure.message);
    }
    complain();
    return true;
  }
  return false;
}

void WriteBackoff::complain() {
  std::set<std::string> lines;
  if (trouble_) lines.insert(trouble_->complaint);
  for (const auto& [name, pause] : denied_) lines.insert(pause.complaint);
  complaints_.update(std::move(lines));
}

}  // namespace inferno::feedback
