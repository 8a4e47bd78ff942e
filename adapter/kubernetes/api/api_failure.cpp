#include <stdexcept>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::kubernetes {

void throw_exception_from_error(const ApiFailure& failure, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked failure of an API call: " + failure.message);
}

}  // namespace inferno::kubernetes
