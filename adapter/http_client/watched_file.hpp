// A small file whose content is kept and read again when the file has changed: a token, a certificate. Handles a
// replaced file (rename) and Kubernetes' symlink swaps, since it goes by what the name leads to. Not thread safe.
#pragma once

#include <sys/stat.h>

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <utility>

namespace inferno::http_client {

struct FileProblem {
  std::string message;  // names the file and the cause
};

[[noreturn]] void throw_exception_from_error(const FileProblem& problem, const boost::source_location& where);

class WatchedFile {
 public:
  static constexpr std::size_t max_size = std::size_t{1} << 20;

  explicit WatchedFile(std::string path) : path_(std::move(path)) {}

  // Whether the content is another one than at the last call; true at the first. One stat where nothing changed. After
  // a problem the content is the last good one.
  boost::system::result<bool, FileProblem> refresh();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& content() const { return content_; }

 private:
  struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t modified_seconds = 0;
    std::int64_t modified_nanoseconds = 0;

    bool operator==(const Identity&) const = default;
  };

  std::string path_;
  std::string content_;
  Identity identity_;
  bool has_content_ = false;
};

}  // namespace inferno::http_client
