// Expected protobuf answers: golden/NAME.hex. Each was decoded with Kubernetes' own Go types and found equal to the
// JSON answer.
#pragma once

#include <string>
#include <string_view>

namespace inferno::server {

// The file's hexadecimal digits, without white space.
[[nodiscard]] std::string golden(std::string_view name);

[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace inferno::server
