#include "adapter/prometheus/client_metrics.hpp"

#include <array>

#include "adapter/prometheus/range_query.hpp"

namespace inferno::prometheus {
namespace {

// In the order of QueryErrorKind.
constexpr std::array<std::string_view, 7> failures{"unreachable",      "timeout",   "http_status", "rejected",
                                                   "too_many_samples", "too_large", "malformed"};
static_assert(static_cast<std::size_t>(QueryErrorKind::malformed) == failures.size());

}  // namespace

ClientMetrics::ClientMetrics(::prometheus::Registry& registry)
    : http_client::ClientMetrics(registry, {.name = "prometheus", .server = "Prometheus", .failures = failures}) {}

}  // namespace inferno::prometheus
