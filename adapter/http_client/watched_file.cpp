#include "adapter/http_client/watched_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace inferno::http_client {
namespace {

std::string cause_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace

void throw_exception_from_error(const FileProblem& problem, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked file problem: " + problem.message);
}

boost::system::result<bool, FileProblem> WatchedFile::refresh() {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) return FileProblem{"cannot read " + path_ + ": " + cause_of(errno)};
  if (!S_ISREG(status.st_mode)) return FileProblem{"cannot read " + path_ + ": not a file"};
  if (static_cast<std::uintmax_t>(status.st_size) > max_size) {
    return FileProblem{"cannot read " + path_ + ": larger than 1 MiB"};
  }
  const Identity identity{status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  if (has_content_ && identity == identity_) return false;

  errno = 0;
  std::ifstream file(path_, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file) return FileProblem{"cannot read " + path_ + ": " + cause_of(errno == 0 ? EIO : errno)};
  identity_ = identity;
  const bool changed = !has_content_ || content != content_;
  content_ = std::move(content);
  has_content_ = true;
  return changed;
}

}  // namespace inferno::http_client
