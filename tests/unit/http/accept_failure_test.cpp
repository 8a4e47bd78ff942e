#include <fcntl.h>
#include <spdlog/logger.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/http/running_server.hpp"

namespace inferno::testing {
namespace {

// Nothing can be opened while it lives: the limit is set to the lowest number that is free.
class NoFreeDescriptor {
 public:
  NoFreeDescriptor() {
    // The sanitizer checks the type of an object through a pipe when it first meets it, and there will be no descriptor
    // for one: it must have met what the server handles and logs an error with.
    const boost::system::error_code error = boost::asio::error::no_descriptors;
    EXPECT_NE(error, boost::system::errc::protocol_error);
    silent_logger()->error("{}; next try in {} ms", error.message(), 5);
    const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(lowest_free);
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(lowest_free);
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoFreeDescriptor() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoFreeDescriptor(const NoFreeDescriptor&) = delete;
  NoFreeDescriptor& operator=(const NoFreeDescriptor&) = delete;
  NoFreeDescriptor(NoFreeDescriptor&&) = delete;
  NoFreeDescriptor& operator=(NoFreeDescriptor&&) = delete;

 private:
  rlimit before_{};
};

TEST(AcceptFailure, OutOfDescriptorsTheListenerWaitsAndRecovers) {
  const RunningServer server({}, echo_handler());
  const auto existing = server.connect();
  EXPECT_EQ(existing->get("/1").result_int(), 200U);

  boost::asio::io_context context;
  boost::asio::ip::tcp::socket waiting(context, boost::asio::ip::tcp::v4());
  {
    const NoFreeDescriptor exhausted;
    waiting.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    server.observer().wait_until([](const auto& seen) { return seen.accept_failures.size() >= 3; });
    EXPECT_EQ(existing->get("/2").result_int(), 200U);
  }
  for (const auto& error : server.observer().seen().accept_failures) {
    EXPECT_EQ(error, boost::asio::error::no_descriptors);
  }
  server.observer().wait_until([](const auto& seen) { return seen.opened == 2; });
  EXPECT_EQ(server.connect()->get("/3").result_int(), 200U);
}

}  // namespace
}  // namespace inferno::testing
