// Every example ConfigMap of the scale-to-zero guide, as printed there, with the policy that a reader of the guide
// expects.
#include "adapter/common/yaml.hpp"
#include "tests/unit/policy/policy_case.hpp"

namespace inferno {
namespace {

using testing::IsEmpty;

// The data of a printed ConfigMap manifest.
Entries data_of(const char* manifest) {
  const auto parsed = parse_yaml(manifest);
  EXPECT_TRUE(parsed);
  return parsed->value.at("data").get<Entries>();
}

// "Per-Model Configuration via ConfigMap"
constexpr const char* big = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: model-scale-to-zero-config
  namespace: workload-variant-autoscaler-system
data:
  # Global defaults for all models
  default: |
    enable_scale_to_zero: true
    retention_period: "15m"

  # Override for specific model - custom retention period
  llama-8b: |
    model_id: meta/llama-3.1-8b
    retention_period: "5m"

  # Override to disable scale-to-zero for critical model
  llama-70b: |
    model_id: meta/llama-3.1-70b
    enable_scale_to_zero: false

  # Namespace-specific override
  llama-production: |
    model_id: meta/llama-3.1-8b
    namespace: production
    enable_scale_to_zero: true
    retention_period: "30m"
)";

// "Example 2: Custom Global Defaults"
constexpr const char* example_2 = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: model-scale-to-zero-config
  namespace: workload-variant-autoscaler-system
data:
  default: |
    enable_scale_to_zero: true
    retention_period: "20m"  # Wait 20 minutes before scaling to zero
)";

// "Example 3: Partial Overrides"
constexpr const char* example_3 = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: model-scale-to-zero-config
  namespace: workload-variant-autoscaler-system
data:
  # Global: enabled with 15-minute retention
  default: |
    enable_scale_to_zero: true
    retention_period: "15m"

  # Override only retention period (inherits enable_scale_to_zero=true)
  fast-scaling-model: |
    model_id: meta/llama-3.1-8b
    retention_period: "5m"

  # Override only enable flag (inherits retention_period="15m")
  no-scale-model: |
    model_id: meta/llama-3.1-70b
    enable_scale_to_zero: false
)";

// "Example 4: Environment-Specific Configuration"
constexpr const char* example_4 = R"(apiVersion: v1
kind: ConfigMap
metadata:
  name: model-scale-to-zero-config
  namespace: workload-variant-autoscaler-system
data:
  # Production: longer retention for stability
  llama-prod: |
    model_id: meta/llama-3.1-8b
    namespace: production
    retention_period: "30m"

  # Development: aggressive scale-to-zero for cost savings
  llama-dev: |
    model_id: meta/llama-3.1-8b
    namespace: development
    retention_period: "2m"
)";

TEST(GuideExamples, PerModelConfiguration) {
  const PolicyBook book = scale_to_zero_book(data_of(big));
  EXPECT_EQ(shown(book, {"any", "some/other-model"}), "on (default), 900s (default)");
  EXPECT_EQ(shown(book, {"any", "meta/llama-3.1-8b"}), "on (default), 300s (llama-8b)");
  EXPECT_EQ(shown(book, {"any", "meta/llama-3.1-70b"}), "off (llama-70b), 900s (default)");
  EXPECT_EQ(shown(book, {"production", "meta/llama-3.1-8b"}), "on (llama-production), 1800s (llama-production)");
  EXPECT_THAT(warnings(book), IsEmpty());
}

// Example 1 sets only the environment variable, through the chart.
TEST(GuideExamples, Example1EnableGloballyWithDefaultSettings) {
  PolicySources sources;
  sources.wva_scale_to_zero = "true";
  EXPECT_EQ(shown(PolicyBook::parse(sources), {"any", "meta/llama-3.1-8b"}), "on (environment), 600s (built-in)");
}

TEST(GuideExamples, Example2CustomGlobalDefaults) {
  const PolicyBook book = scale_to_zero_book(data_of(example_2));
  EXPECT_EQ(shown(book, {"any", "meta/llama-3.1-8b"}), "on (default), 1200s (default)");
  EXPECT_THAT(warnings(book), IsEmpty());
}

TEST(GuideExamples, Example3PartialOverrides) {
  const PolicyBook book = scale_to_zero_book(data_of(example_3));
  EXPECT_EQ(shown(book, {"any", "meta/llama-3.1-8b"}), "on (default), 300s (fast-scaling-model)");
  EXPECT_EQ(shown(book, {"any", "meta/llama-3.1-70b"}), "off (no-scale-model), 900s (default)");
  EXPECT_EQ(shown(book, {"any", "some/other-model"}), "on (default), 900s (default)");
  EXPECT_THAT(warnings(book), IsEmpty());
}

// It sets no enable flag: that comes from the environment, where the chart has put it, or stays off.
TEST(GuideExamples, Example4EnvironmentSpecificConfiguration) {
  const PolicyBook book = scale_to_zero_book(data_of(example_4), "true");
  EXPECT_EQ(shown(book, {"production", "meta/llama-3.1-8b"}), "on (environment), 1800s (llama-prod)");
  EXPECT_EQ(shown(book, {"development", "meta/llama-3.1-8b"}), "on (environment), 120s (llama-dev)");
  EXPECT_EQ(shown(book, {"staging", "meta/llama-3.1-8b"}), "on (environment), 600s (built-in)");
  EXPECT_EQ(shown(scale_to_zero_book(data_of(example_4)), {"production", "meta/llama-3.1-8b"}),
            "off (built-in), 1800s (llama-prod)");
  EXPECT_THAT(warnings(book), IsEmpty());
}

}  // namespace
}  // namespace inferno
