// The content of a small file that may be replaced while it is in use. Of use to one caller at a time.
#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <string>

namespace inferno::server {

class ReloadedContent {
 public:
  // `what` names the file's purpose in messages: "token file".
  ReloadedContent(std::string what, std::string file, std::shared_ptr<spdlog::logger> logger);

  // Throws std::runtime_error where the file can't be read.
  const std::string& first();
  // With what is wrong with the first content.
  [[noreturn]] void refuse(const std::string& fault) const;

  // The content where it has changed since it was looked at last; null otherwise, also where it can't be read now.
  const std::string* changed();
  // What became of it, for the log. A fault is logged once, not with every look.
  void note_accepted();
  void note_rejected(const std::string& fault);

 private:
  std::string what_;
  std::string file_;
  std::shared_ptr<spdlog::logger> logger_;
  std::string seen_;
  std::string last_failure_;
};

}  // namespace inferno::server
