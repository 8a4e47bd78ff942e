// SHA-256, under which secrets and long texts are remembered.
#pragma once

#include <array>
#include <string_view>

namespace inferno::server {

using Digest = std::array<unsigned char, 32>;

[[nodiscard]] Digest sha256_of(std::string_view text);

}  // namespace inferno::server
