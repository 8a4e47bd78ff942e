// Reads a small file whole: certificates, keys, token lists. Blocking; such files live in memory or on a local disk.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <string>

namespace inferno::server {

inline constexpr std::size_t small_file_limit_bytes = std::size_t{1} << 20U;

// Fails with the system's error, or with std::errc::file_too_large beyond small_file_limit_bytes.
[[nodiscard]] boost::system::result<std::string> read_file(const std::string& path);

}  // namespace inferno::server
