// Accept headers: what is chosen among all offers is acceptable on its own, and where nothing is chosen nothing is.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "server/api/aggregated_discovery.hpp"
#include "server/api/negotiation.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inferno::server;
  constexpr std::array offers{json_media_type, protobuf_media_type, aggregated_discovery_media_types[0],
                              aggregated_discovery_media_types[1]};
  const std::string accept(data, data + size);
  const auto chosen = negotiate(accept, offers);
  inferno::require(!chosen || *chosen < offers.size(), "an index of an offer");
  for (std::size_t i = 0; i < offers.size(); ++i) {
    const bool acceptable = negotiate(accept, std::span(offers).subspan(i, 1)).has_value();
    inferno::require(chosen || !acceptable, "nothing is chosen only where nothing is acceptable");
    inferno::require(!chosen || *chosen != i || acceptable, "what is chosen is acceptable");
  }
  return 0;
}
