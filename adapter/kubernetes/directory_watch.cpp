#include "adapter/kubernetes/directory_watch.hpp"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstring>

namespace inferno::kubernetes {
namespace {

// A file counts as changed when its writer closes it, not with each write: half a file is no use. Attributes:
// permissions that were wrong are mended; link counts, which tell that a watched directory was removed.
constexpr std::uint32_t events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

int open_inotify() {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) {
    throw boost::system::system_error(errno, boost::system::system_category(),
                                      "inotify can't be used (limit fs.inotify.max_user_instances?)");
  }
  return descriptor;
}

}  // namespace

DirectoryWatch::DirectoryWatch(const boost::asio::any_io_executor& executor) : descriptor_(executor, open_inotify()) {}

bool DirectoryWatch::watch(const Directories& directories) {
  bool added = false;
  std::map<int, std::string> names;
  for (const auto& [directory, name] : directories) {
    // Watching what is watched already gives the same descriptor again.
    const int watch = ::inotify_add_watch(descriptor_.native_handle(), directory.c_str(), events);
    if (watch < 0) continue;
    added |= !names_.contains(watch);
    const auto [entry, is_new] = names.emplace(watch, name);
    // One directory by two paths: when they disagree on the name that matters, all of them do.
    if (!is_new && entry->second != name) entry->second.clear();
  }
  for (const auto& [watch, name] : names_) {
    if (!names.contains(watch)) ::inotify_rm_watch(descriptor_.native_handle(), watch);
  }
  names_ = std::move(names);
  return added;
}

boost::asio::awaitable<void> DirectoryWatch::wait() {
  alignas(inotify_event) std::array<char, 64 * (sizeof(inotify_event) + NAME_MAX + 1)> buffer{};
  while (true) {
    const auto target = boost::asio::buffer(buffer);
    const std::size_t size = co_await descriptor_.async_read_some(target, boost::asio::use_awaitable);
    if (any_of_interest(buffer.data(), size)) co_return;
  }
}

bool DirectoryWatch::any_of_interest(const char* buffer, std::size_t size) const {
  for (std::size_t offset = 0; offset + sizeof(inotify_event) <= size;) {
    inotify_event event{};
    std::memcpy(&event, buffer + offset, sizeof(event));
    const char* event_name = buffer + offset + sizeof(event);
    offset += sizeof(event) + event.len;
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
    const auto name = names_.find(event.wd);
    if (name == names_.end() || (event.mask & IN_IGNORED) != 0) continue;  // no longer watched
    if (event.len == 0 || name->second.empty() || name->second == event_name) return true;
  }
  return false;
}

}  // namespace inferno::kubernetes
