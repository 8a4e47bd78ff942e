// The result of reading something a person wrote: a value, or one line that says what is wrong with which text.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>

namespace inferno {

struct ParseError {
  std::string message;
};

template <class T>
using ParseResult = boost::system::result<T, ParseError>;

// Required by boost::system::result: value() on an error is a programming mistake.
[[noreturn]] inline void throw_exception_from_error(const ParseError& error, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked parse error: " + error.message);
}

}  // namespace inferno
