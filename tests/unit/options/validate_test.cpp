#include <functional>

#include "adapter/options/option_table.hpp"
#include "adapter/options/parse_options.hpp"

namespace inferno {
namespace {

using namespace std::chrono_literals;

// The problem of otherwise good options.
std::string problem_after(const std::function<void(Options&)>& change) {
  const std::vector<std::string> arguments{"--standalone-dir=objects"};
  Options options = parse_options(arguments, {}).value().options;
  change(options);
  const auto problem = validate(options);
  return problem ? problem->option + ": " + problem->message : "none";
}

TEST(ValidateOptions, DefaultsWithADirectoryAreValid) {
  EXPECT_EQ(problem_after([](Options&) {}), "none");
}

TEST(ValidateOptions, CertificateAndKeyComeTogether) {
  EXPECT_EQ(problem_after([](Options& o) { o.server.tls_cert_file = "c"; }),
            "tls-cert-file: needs --tls-private-key-file as well");
  EXPECT_EQ(problem_after([](Options& o) { o.server.tls_private_key_file = "k"; }),
            "tls-private-key-file: needs --tls-cert-file as well");
  EXPECT_EQ(problem_after([](Options& o) { o.prometheus.client_cert_file = "c"; }),
            "prometheus-client-cert-file: needs --prometheus-client-key-file as well");
  EXPECT_EQ(problem_after([](Options& o) { o.prometheus.client_key_file = "k"; }),
            "prometheus-client-key-file: needs --prometheus-client-cert-file as well");
}

TEST(ValidateOptions, AnonymousAccessIsForThisMachineOnly) {
  const auto open = [](Options& o) { o.server.bind_address = "0.0.0.0"; };
  EXPECT_EQ(problem_after(open),
            "bind-address: 0.0.0.0 would let anyone on the network ask: in standalone mode without --client-ca-file or "
            "--token-auth-file "
            "only a loopback address such as 127.0.0.1 is allowed");
  EXPECT_EQ(problem_after([&](Options& o) {
              open(o);
              o.server.token_auth_file = "tokens";
            }),
            "none");
  EXPECT_EQ(problem_after([&](Options& o) {
              open(o);
              o.server.client_ca_file = "ca";
            }),
            "none");
}

TEST(ValidateOptions, TheFlowIntervalIsAMultipleOfTheStep) {
  EXPECT_EQ(problem_after([](Options& o) { o.signals.flow_interval = 12s; }),
            "flow-interval: 12s is not a multiple of --signal-step, 5s");
}

TEST(ValidateOptions, WindowsAreNotShorterThanWhatTheyHold) {
  EXPECT_EQ(problem_after([](Options& o) { o.decision.max_stale = 1s; }),
            "decision-max-stale: 1s is shorter than --signal-max-age, 5s");
  EXPECT_EQ(problem_after([](Options& o) { o.decision.scale_down_window = 1s; }),
            "scale-down-window: 1s is shorter than --signal-step, 5s");
}

TEST(ValidateOptions, ThereIsOneSourceOfClusterState) {
  EXPECT_EQ(problem_after([](Options& o) { o.state.standalone_dir.clear(); }),
            "kubeconfig: is needed outside a cluster; or give --standalone-dir, a directory with the YAML files of the "
            "cluster's objects");
  EXPECT_EQ(problem_after([](Options& o) { o.state.kubeconfig = "config"; }),
            "kubeconfig: can't be used with --standalone-dir: choose one");
  EXPECT_EQ(problem_after([](Options& o) {
              o.state.standalone_dir.clear();
              o.state.kubeconfig = "config";
            }),
            "none");
  EXPECT_EQ(problem_after([](Options& o) {
              o.state.standalone_dir.clear();
              o.state.kubernetes_service_host = "10.0.0.1";
            }),
            "none");
}

TEST(ValidateOptions, TheGatewayIsNotAskedTooOften) {
  EXPECT_EQ(problem_after([](Options& o) { o.actions.gateway_metrics_interval = 50ms; }),
            "gateway-metrics-interval: 50ms is shorter than 100ms");
}

}  // namespace
}  // namespace inferno
