#include "tests/support/http/recording_observer.hpp"

#include <chrono>
#include <stdexcept>

namespace inferno::testing {

RecordingObserver::Seen RecordingObserver::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void RecordingObserver::wait_until(const std::function<bool(const Seen&)>& condition) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return condition(seen_); })) {
    throw std::runtime_error("what the test waits for did not happen within 20 s");
  }
}

template <class Change>
void RecordingObserver::note(const Change& change) {
  {
    const std::lock_guard lock(mutex_);
    change(seen_);
  }
  changed_.notify_all();
}

void RecordingObserver::connection_opened() {
  note([](Seen& seen) { ++seen.opened; });
}

void RecordingObserver::connection_closed() {
  note([](Seen& seen) { ++seen.closed; });
}

void RecordingObserver::refused(Refusal why) {
  note([why](Seen& seen) { ++(why == Refusal::connection_limit ? seen.refused_connections : seen.refused_requests); });
}

void RecordingObserver::handshake_failed(const boost::system::error_code& /*error*/) {
  note([](Seen& seen) { ++seen.failed_handshakes; });
}

void RecordingObserver::accept_failed(const boost::system::error_code& error) {
  note([&error](Seen& seen) { seen.accept_failures.push_back(error); });
}

void RecordingObserver::request_started() {
  note([](Seen& seen) { ++seen.started; });
}

void RecordingObserver::request_finished(const server::RequestRecord& record) {
  note([&record](Seen& seen) { seen.finished.push_back({record.method, std::string(record.api_group), record.code}); });
}

}  // namespace inferno::testing
