// The text of the queries where the text is the rule; what they answer is tested against a real Prometheus.
#include "adapter/signals/queries.hpp"

#include <gmock/gmock.h>

#include "tests/unit/signals/signal_rig.hpp"

namespace inferno::signals {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsNull;
using ::testing::Not;
using ::testing::NotNull;

std::string text_of(const QueryTable& queries, const char* name, const Scope& scope = {}) {
  return queries.find(name)->expression(scope);
}

TEST(QueriesTest, EachIsNamedOnce) {
  const QueryTable queries{SignalOptions()};
  for (const Query& query : queries.all()) EXPECT_EQ(queries.find(query.name), &query) << query.name;
  EXPECT_THAT(queries.find("nonsense"), IsNull());
}

TEST(QueriesTest, RestrictAndPrefixEverySeries) {
  SignalOptions options;
  options.engines.use_for_all(EngineSeries::vllm("kserve_vllm:"));
  options.extra_matchers = R"(cluster="a")";
  const QueryTable queries(options);
  Scope scope;
  scope.namespaces = {"prod", "test"};
  EXPECT_EQ(text_of(queries, "running", scope),
            "sum by (namespace, model_name, owner) (label_replace(max by (namespace, pod, engine, dp_rank, model_name) "
            R"((kserve_vllm:num_requests_running{namespace=~"prod|test",cluster="a"} >= 0), )"
            R"q("owner", "$1$2$3$4", "pod", "(.{58}).{5}|(.+-)[0-9]{1,4}|(.+)-[^-]+|([^-]+)")))q");
  const std::string queue = R"(inference_extension_flow_control_queue_size{namespace=~"|prod|test",cluster="a"})";
  EXPECT_THAT(text_of(queries, "gateway_queue", scope), HasSubstr(queue));
  scope.without_namespace = false;
  EXPECT_THAT(text_of(queries, "gateway_queue", scope), HasSubstr(R"({namespace=~"prod|test",cluster="a"})"));
}

TEST(QueriesTest, MatchersOfEnginesAndGatewaysAreForTheirSeriesOnly) {
  SignalOptions options;
  options.extra_matchers = R"(cluster="a")";
  options.engine_matchers = R"(job="vllm")";
  options.gateway_matchers = R"(job="epp")";
  const QueryTable queries(options);
  for (const char* name : {"kv_usage", "running", "waiting", "deferred", "pods", "finished", "reporting", "used",
                           "throughput", "batch", "cache_blocks"}) {
    EXPECT_THAT(text_of(queries, name), AllOf(HasSubstr(R"(job="vllm",cluster="a"})"), Not(HasSubstr("epp")))) << name;
  }
  EXPECT_THAT(text_of(queries, "cold_start"), HasSubstr(R"(kube_pod_created{cluster="a"})"));
  EXPECT_THAT(text_of(queries, "wake"),
              AllOf(HasSubstr(R"(inference_objective_request_total{job="epp",cluster="a"})"),
                    HasSubstr(R"(inference_extension_flow_control_queue_size{job="epp",cluster="a"})"),
                    HasSubstr(R"(up{cluster="a"})"), Not(HasSubstr("vllm"))));
  // What pods show, whatever job scrapes it, explains why nothing is seen of them.
  EXPECT_THAT(text_of(queries, "sightings"), Not(AnyOf(HasSubstr("vllm"), HasSubstr("epp"))));
}

TEST(QueriesTest, GatewaySeriesMayBeRestrictedToModels) {
  const QueryTable queries{SignalOptions()};
  Scope scope;
  scope.models = {"llama-3.1", "qwen"};
  EXPECT_THAT(text_of(queries, "wake", scope), HasSubstr(R"({target_model_name=~"|llama-3\\.1|qwen"})"));
}

TEST(QueriesTest, AnotherLabelOfGatewaySeriesMayNameTheModel) {
  SignalOptions options;
  options.names.gateway.queue = {"waiting"};
  options.names.gateway.model_label = "route";
  Scope scope;
  scope.models = {"llama"};
  EXPECT_EQ(text_of(QueryTable(options), "gateway_queue", scope),
            "sum by (namespace, route) (max by (namespace, pod, inference_pool, fairness_id, priority, route) "
            R"(((waiting{route=~"llama"}) >= 0)))");
}

TEST(QueriesTest, EscapeWhatARegularExpressionWouldRead) {
  EXPECT_EQ(promql_alternatives({"meta/llama-3.1", "a+b", "c\"d", "e\\f"}), R"(meta/llama-3\\.1|a\\+b|c\"d|e\\\\f)");
}

TEST(QueriesTest, DurationsAreWrittenInTheLargestUnitThatIsExact) {
  EXPECT_EQ(promql_duration(std::chrono::seconds{90}), "90s");
  EXPECT_EQ(promql_duration(Duration{1'500}), "1500ms");
}

TEST(QueriesTest, LeaveOutWhatIsSwitchedOff) {
  SignalOptions options;
  options.names.gateway.queue.clear();
  options.names.pod_created.clear();
  options.names.pod_created_fallback.clear();
  EngineSeries engine = EngineSeries::vllm("vllm:");
  engine.waiting_by_reason.clear();
  engine.cache_config.clear();
  options.engines.use_for_all(engine);
  const QueryTable without_queue(options);
  for (const char* name : {"gateway_queue", "cold_start", "deferred", "cache_blocks"})
    EXPECT_THAT(without_queue.find(name), IsNull()) << name;
  EXPECT_THAT(text_of(without_queue, "wake"),
              AllOf(HasSubstr("arrivals"), HasSubstr("refused"), Not(HasSubstr("queue"))));
  EXPECT_THAT(without_queue.find("gateway_use"), NotNull());

  options.names.gateway.arrivals.clear();
  const QueryTable with_errors(options);
  for (const char* name : {"gateway_arrivals", "gateway_use"}) EXPECT_THAT(with_errors.find(name), IsNull()) << name;
  EXPECT_THAT(text_of(with_errors, "wake"), AllOf(HasSubstr("refused"), Not(HasSubstr("arrivals"))));

  options.names.gateway.errors.clear();
  EXPECT_THAT(QueryTable(options).find("wake"), IsNull());
}

TEST(QueriesTest, OneRequestIsForAllEnginesThatTargetsRun) {
  const QueryTable queries{SignalOptions()};
  Scope scope;
  scope.engines.set(static_cast<std::size_t>(Engine::sglang));
  const auto of = [&](Engine engine) {
    Scope one;
    one.engines = 1U << static_cast<unsigned>(engine);
    return text_of(queries, "running", one);
  };
  EXPECT_EQ(text_of(queries, "running", scope), of(Engine::vllm) + " or " + of(Engine::sglang));
  EXPECT_EQ(of(Engine::tei), "") << "it does not tell";
}

}  // namespace
}  // namespace inferno::signals
