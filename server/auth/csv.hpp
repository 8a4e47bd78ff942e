// Comma-separated values as Go's encoding/csv reads them (RFC 4180), which is what Kubernetes parses token files with.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inferno::server {

struct CsvRecord {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
};

struct CsvError {
  std::size_t line = 0;
  std::string message;
};

// Empty lines are passed over. Fields that begin with a quote may hold commas, line ends and doubled quotes; a quote
// anywhere else is an error.
[[nodiscard]] boost::system::result<std::vector<CsvRecord>, CsvError> parse_csv(std::string_view text);

[[noreturn]] void throw_exception_from_error(const CsvError& error, const boost::source_location& where);

}  // namespace inferno::server
