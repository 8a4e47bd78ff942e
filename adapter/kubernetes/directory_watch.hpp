// Tells when something in a set of directories changes: inotify on Asio. Linux only.
//
// Not thread safe: use from one executor. Events carry no detail; whoever waits looks at the directories itself.
// Changes that happened between two calls of wait are not lost.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <map>
#include <string>

namespace inferno::kubernetes {

class DirectoryWatch {
 public:
  // Throws boost::system::system_error where the kernel has no inotify instance left.
  explicit DirectoryWatch(const boost::asio::any_io_executor& executor);

  // A directory, and the one name in it that matters; empty: every name does.
  using Directories = std::map<std::filesystem::path, std::string>;

  // Watches exactly these from now on. Directories that don't exist are left out. True when one is watched that was not
  // before: what is in it may have changed unseen.
  bool watch(const Directories& directories);

  // Returns after the next change. Cancellation ends it with an exception, as Asio does.
  boost::asio::awaitable<void> wait();

 private:
  [[nodiscard]] bool any_of_interest(const char* buffer, std::size_t size) const;

  boost::asio::posix::stream_descriptor descriptor_;
  std::map<int, std::string> names_;  // watch descriptor to the name that matters
};

}  // namespace inferno::kubernetes
