#include "tests/schedules/virtual_time.hpp"

#include <chrono>

namespace inferno::schedules {
namespace {

using Steady = std::chrono::steady_clock;

bool is_virtual = false;
Steady::time_point virtual_now;

}  // namespace

Steady::time_point real_steady_now() noexcept __asm__("__real__ZNSt6chrono3_V212steady_clock3nowEv");
Steady::time_point wrapped_steady_now() noexcept __asm__("__wrap__ZNSt6chrono3_V212steady_clock3nowEv");

Steady::time_point wrapped_steady_now() noexcept {
  return is_virtual ? virtual_now : real_steady_now();
}

VirtualTime::VirtualTime(TimePoint now) {
  is_virtual = true;
  set(now);
}

VirtualTime::~VirtualTime() {
  is_virtual = false;
}

void VirtualTime::set(TimePoint now) {
  virtual_now = Steady::time_point(now.time_since_epoch());
}

void VirtualLoop::run_due() {
  poke_.expires_at(Steady::time_point::min());
  poke_.async_wait([](const boost::system::error_code&) {});
  do {
    context_.restart();
  } while (context_.poll() > 0);
}

}  // namespace inferno::schedules
