// The answer to a watch, which may be anything: no crash, no undefined behaviour, and no difference by where it is cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/kubernetes/api/status_error.hpp"
#include "adapter/kubernetes/api/watch_reader.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using inferno::kubernetes::WatchEvent;
using Json = nlohmann::json;

struct Outcome {
  Json events = Json::array();
  std::string error;

  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view text, std::size_t piece) {
  Outcome outcome;
  inferno::kubernetes::WatchReader reader([&](const WatchEvent& event) {
    outcome.events.push_back({static_cast<int>(event.type), event.object});
    if (event.type != WatchEvent::Type::error) return true;
    inferno::require(!inferno::kubernetes::status_failure(event.object).message.empty(), "an error says something");
    return false;
  });
  while (!text.empty() && reader.feed(text.substr(0, piece))) text.remove_prefix(std::min(piece, text.size()));
  const auto end = reader.finish();
  if (!end) outcome.error = end.error().message;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(text, size);
  inferno::require(read(text, 1) == whole, "a watch in pieces of 1 byte reads as the whole one");
  inferno::require(read(text, 7) == whole, "a watch in pieces of 7 bytes reads as the whole one");
  return 0;
}
