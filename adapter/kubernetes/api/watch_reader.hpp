// Reads the answer to a watch as it arrives, in chunks cut anywhere: JSON documents one after the other, one per event.
// Only one event is in memory at a time. No I/O; not thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/json_push_parser.hpp"
#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api/object_tree.hpp"

namespace inferno::kubernetes {

struct WatchEvent {
  enum class Type : std::uint8_t {
    added,
    modified,
    deleted,
    bookmark,  // the object has nothing but its resourceVersion
    error,     // the object is a metav1.Status
  };
  Type type = Type::added;
  nlohmann::json object;
};

class WatchReader final : private ObjectTree {
 public:
  // Returns whether to go on. Events of unknown types are left out, as every client of the API must.
  using Receive = std::function<bool(const WatchEvent& event)>;

  explicit WatchReader(Receive receive) : ObjectTree(1), receive_(std::move(receive)) {}

  // False when reading on is of no use: the receiver has said so, or finish tells why. What the receiver throws comes
  // out.
  bool feed(std::string_view bytes);

  // The stream is over. An error where what came is not a stream of events, or ends within one.
  [[nodiscard]] ParseResult<void> finish() const;

 private:
  bool on_value() override;
  bool end_event();

  Receive receive_;
  std::optional<JsonPushParser> parser_;  // of the event in progress
  std::optional<ParseError> error_;
  bool is_whole_ = false;    // the event in progress is
  bool is_stopped_ = false;  // the receiver wants no more
};

}  // namespace inferno::kubernetes
