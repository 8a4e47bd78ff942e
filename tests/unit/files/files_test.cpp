#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

#include "server/files/read_file.hpp"
#include "server/files/refresher.hpp"
#include "server/files/reloaded_file.hpp"
#include "tests/support/http/running_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace inferno::testing {
namespace {

using server::read_file;
using server::Refresher;

TEST(ReadFile, ReturnsTheWholeContent) {
  const TemporaryFolder folder;
  const std::string content = std::string(10'000, 'x') + '\0' + "end\n";
  EXPECT_EQ(read_file(folder.write("file", content)).value(), content);
}

TEST(ReadFile, FailsWithTheSystemsReason) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.path("missing")).error(), boost::system::errc::no_such_file_or_directory);
  EXPECT_EQ(read_file(folder.path("")).error(), boost::system::errc::is_a_directory);
}

TEST(ReadFile, RefusesWhatIsNoSmallFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.write("large", std::string(server::small_file_limit_bytes + 1, 'x'))).error(),
            boost::system::errc::file_too_large);
  EXPECT_EQ(read_file("/dev/zero").error(), boost::system::errc::file_too_large);
}

TEST(ReloadedFile, KeepsItsValueWhileTheFileIsGoneAndSaysSoOnce) {
  const TemporaryFolder folder;
  folder.write("file", "first");
  std::ostringstream log;
  server::ReloadedFile<std::string> file(server::ReloadedContent("word", folder.path("file"), logger_to(log)),
                                         [](const std::string& content) {
                                           return server::ReloadedFile<std::string>::Parsed{
                                               .value = std::make_shared<const std::string>(content), .fault = {}};
                                         });
  std::filesystem::remove(folder.path("file"));
  file.refresh();
  file.refresh();
  EXPECT_EQ(*file.current(), "first");
  EXPECT_EQ(log.str(), "error word not reloaded, the previous one stays in use: " + folder.path("file") +
                           ": cannot be read: No such file or directory\n");
  folder.write("file", "second");
  file.refresh();
  EXPECT_EQ(*file.current(), "second");
}

TEST(Refresher, CallsAgainAndAgainUntilItIsGone) {
  boost::asio::io_context context;
  std::mutex mutex;
  std::condition_variable called;
  int calls = 0;
  auto refresher = std::make_unique<Refresher>(context.get_executor(), std::chrono::milliseconds(1));
  refresher->add([&] {
    const std::lock_guard lock(mutex);
    ++calls;
    called.notify_all();
  });
  refresher->start();
  std::thread thread([&context] { context.run(); });
  {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(called.wait_for(lock, std::chrono::seconds(20), [&calls] { return calls >= 3; }));
  }
  refresher.reset();
  const int calls_before = calls;
  thread.join();  // the context has nothing left to do
  EXPECT_EQ(calls, calls_before);
}

}  // namespace
}  // namespace inferno::testing
