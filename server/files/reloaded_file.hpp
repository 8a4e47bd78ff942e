// A value parsed from a small file that may be replaced while the value is in use: new content takes effect, and where
// it is broken the last good value stays. Thread safe; refresh() is for a Refresher and called by one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "server/files/reloaded_content.hpp"

namespace inferno::server {

template <class Value>
class ReloadedFile {
 public:
  // Null with a `fault` where the content can't be used.
  struct Parsed {
    std::shared_ptr<const Value> value;
    std::string fault;
  };
  using Parse = std::function<Parsed(const std::string& content)>;

  // Throws std::runtime_error naming the file where it can't be used.
  ReloadedFile(ReloadedContent content, Parse parse) : content_(std::move(content)), parse_(std::move(parse)) {
    Parsed parsed = parse_(content_.first());
    if (!parsed.value) content_.refuse(parsed.fault);
    value_ = std::move(parsed.value);
  }

  [[nodiscard]] std::shared_ptr<const Value> current() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  void refresh() {
    const std::string* const content = content_.changed();
    if (content == nullptr) return;
    Parsed parsed = parse_(*content);
    if (!parsed.value) return content_.note_rejected(parsed.fault);
    {
      const std::lock_guard lock(mutex_);
      value_.swap(parsed.value);
    }
    content_.note_accepted();
  }

 private:
  ReloadedContent content_;
  Parse parse_;
  mutable std::mutex mutex_;  // guards value_
  std::shared_ptr<const Value> value_;
};

}  // namespace inferno::server
