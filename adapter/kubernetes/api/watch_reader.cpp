#include "adapter/kubernetes/api/watch_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

constexpr std::array<std::pair<std::string_view, WatchEvent::Type>, 5> types{{
    {"ADDED", WatchEvent::Type::added},
    {"MODIFIED", WatchEvent::Type::modified},
    {"DELETED", WatchEvent::Type::deleted},
    {"BOOKMARK", WatchEvent::Type::bookmark},
    {"ERROR", WatchEvent::Type::error},
}};

}  // namespace

bool WatchReader::feed(std::string_view bytes) {
  while (!is_stopped_ && !error_) {
    if (!parser_) {
      // Between events: white space, in practice one line feed.
      bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
      if (bytes.empty()) return true;
      JsonEvents& events = *this;  // what only we may convert to
      parser_.emplace(events);
    }
    const std::size_t before = parser_->position();
    if (parser_->feed(bytes)) return true;
    if (!is_whole_) {
      error_ = ParseError{"malformed event: " + (parser_->error().empty() ? problem() : parser_->error())};
      return false;
    }
    bytes.remove_prefix(parser_->position() - before);
    is_whole_ = false;
    parser_.reset();
    is_stopped_ = !end_event();
  }
  return false;
}

bool WatchReader::on_value() {
  is_whole_ = depth() == 0;
  return !is_whole_;  // the next event has a parser of its own
}

bool WatchReader::end_event() {
  nlohmann::json event = std::exchange(root(), nullptr);
  forget_size();
  const std::string_view name = find_text(event, {"type"});
  if (name.empty() || find_field(event, {"object"}) == nullptr) {
    error_ = ParseError{"malformed event: it needs a type and an object"};
    return false;
  }
  const auto* const type = std::ranges::find(types, name, &decltype(types)::value_type::first);
  if (type == types.end()) return true;
  return receive_({type->second, std::move(event["object"])});
}

ParseResult<void> WatchReader::finish() const {
  if (error_) return *error_;
  if (parser_ && !is_stopped_) return ParseError{"the stream ends in the middle of an event"};
  return {};
}

}  // namespace inferno::kubernetes
