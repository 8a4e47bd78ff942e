// Time that passes only when a test says so, for everything in the program that reads std::chrono::steady_clock: Asio's
// timers, so every wait, pace and deadline of the code under test.
//
// The linker sends each call of steady_clock::now() here (-Wl,--wrap, see CMakeLists.txt). While no VirtualTime lives,
// the real clock answers. One at a time, one thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "adapter/common/time.hpp"

namespace inferno::schedules {

class VirtualTime {
 public:
  explicit VirtualTime(TimePoint now);
  ~VirtualTime();
  VirtualTime(const VirtualTime&) = delete;
  VirtualTime& operator=(const VirtualTime&) = delete;
  VirtualTime(VirtualTime&&) = delete;
  VirtualTime& operator=(VirtualTime&&) = delete;

  // Never backwards.
  void set(TimePoint now);
};

// Runs everything that is due on one io_context. The kernel timer that Asio waits with knows only real time: a timer
// that is long due makes Asio look at all of them again.
class VirtualLoop {
 public:
  explicit VirtualLoop(boost::asio::io_context& context) : context_(context), poke_(context) {}
  void run_due();

 private:
  boost::asio::io_context& context_;
  boost::asio::steady_timer poke_;
};

}  // namespace inferno::schedules
