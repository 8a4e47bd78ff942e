#include "adapter/kubernetes/api/api_metrics.hpp"

#include <array>

#include "adapter/kubernetes/api/api_client.hpp"

namespace inferno::kubernetes {
namespace {

// In the order of ApiFailure::Kind.
constexpr std::array<std::string_view, 4> failures{"unreachable", "timeout", "malformed", "http_status"};
static_assert(static_cast<std::size_t>(ApiFailure::Kind::status) == failures.size());

}  // namespace

ApiMetrics::ApiMetrics(::prometheus::Registry& registry)
    : http_client::ClientMetrics(registry,
                                 {.name = "kubernetes", .server = "the Kubernetes API", .failures = failures}) {}

}  // namespace inferno::kubernetes
