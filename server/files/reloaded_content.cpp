#include "server/files/reloaded_content.hpp"

#include <spdlog/logger.h>

#include <stdexcept>
#include <utility>

#include "server/files/read_file.hpp"

namespace inferno::server {

ReloadedContent::ReloadedContent(std::string what, std::string file, std::shared_ptr<spdlog::logger> logger)
    : what_(std::move(what)), file_(std::move(file)), logger_(std::move(logger)) {}

const std::string& ReloadedContent::first() {
  auto content = read_file(file_);
  if (!content) throw std::runtime_error("cannot read the " + what_ + " " + file_ + ": " + content.error().message());
  seen_ = *std::move(content);
  return seen_;
}

void ReloadedContent::refuse(const std::string& fault) const {
  throw std::runtime_error(what_ + " " + file_ + ": " + fault);
}

const std::string* ReloadedContent::changed() {
  auto content = read_file(file_);
  if (!content) {
    note_rejected("cannot be read: " + content.error().message());
    return nullptr;
  }
  last_failure_.clear();
  if (*content == seen_) return nullptr;
  seen_ = *std::move(content);
  return &seen_;
}

void ReloadedContent::note_accepted() {
  logger_->info("{} reloaded from {}", what_, file_);
}

void ReloadedContent::note_rejected(const std::string& fault) {
  if (fault != last_failure_)
    logger_->error("{} not reloaded, the previous one stays in use: {}: {}", what_, file_, fault);
  last_failure_ = fault;
}

}  // namespace inferno::server
