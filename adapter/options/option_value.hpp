// The texts of option values, the same whether they come from a flag, the environment or a file. Each parser says what
// would be right. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "adapter/common/go_duration.hpp"
#include "adapter/common/parse_result.hpp"
#include "adapter/common/time.hpp"
#include "adapter/options/options.hpp"

namespace inferno {

// As Go's strconv.ParseBool: 1, t, T, true, True, TRUE and their opposites.
[[nodiscard]] ParseResult<bool> parse_boolean(const std::string& text);

// A whole decimal number within the bounds.
[[nodiscard]] ParseResult<std::uint64_t> parse_integer(const std::string& text, std::uint64_t least,
                                                       std::uint64_t most);

// A Kubernetes quantity of bytes, more than 0: "67108864", "64Mi", "1Gi", "500k", "64M".
[[nodiscard]] ParseResult<std::size_t> parse_bytes(const std::string& text);

// As Kubernetes spells them: VersionTLS12, VersionTLS13; also 1.2 and 1.3.
[[nodiscard]] ParseResult<TlsVersion> parse_tls_version(const std::string& text);

[[nodiscard]] ParseResult<LogFormat> parse_log_format(const std::string& text);

// An IPv4 or IPv6 address, without brackets. Returns nothing of use: the text itself is the value.
[[nodiscard]] bool is_ip_address(const std::string& text);
[[nodiscard]] bool is_loopback_address(const std::string& text);

[[nodiscard]] bool is_label_name(std::string_view text);
// One PromQL label matcher: name, one of = != =~ !~, a text in double quotes.
[[nodiscard]] bool is_label_matcher(std::string_view text);
// A DNS-1123 label, as Kubernetes wants names of namespaces; `dots` also allows a subdomain, as for names of
// ConfigMaps.
[[nodiscard]] bool is_kubernetes_name(std::string_view text, bool dots);

}  // namespace inferno
