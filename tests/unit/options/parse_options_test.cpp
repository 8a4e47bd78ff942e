// Flags, environment, file, defaults: which one counts, and what is said when one is wrong.
#include "adapter/options/parse_options.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "adapter/options/option_table.hpp"

namespace inferno {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Arguments = std::vector<std::string>;

Options options_of(const Arguments& arguments, const Environment& environment = {}) {
  const auto parsed = parse_options(arguments, environment);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->options : Options{};
}

std::string error_of(const Arguments& arguments, const Environment& environment = {}) {
  const auto parsed = parse_options(arguments, environment);
  EXPECT_FALSE(parsed);
  return parsed ? std::string{} : parsed.error().message;
}

// A configuration file that is gone when the test is over.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_(testing::TempDir() + "inferno-options-" + std::to_string(::getpid()) + ".yaml") {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(ParseOptions, DefaultsAreThoseOfTheTable) {
  const Options options = options_of({});
  EXPECT_EQ(options.server.secure_port, 6443);
  EXPECT_EQ(options.server.tls_min_version, TlsVersion::tls_1_2);
  EXPECT_EQ(options.server.shutdown_grace_period, 30s);
  EXPECT_TRUE(options.server.external_metrics);
  EXPECT_EQ(options.prometheus.url, "http://localhost:9090");
  EXPECT_EQ(options.prometheus.timeout, 3s);
  EXPECT_EQ(options.prometheus.max_response_bytes, 64U << 20U);
  EXPECT_EQ(options.signals.max_age, 5s);
  EXPECT_EQ(options.signals.step, 5s);
  EXPECT_EQ(options.signals.flow_interval, 15s);
  EXPECT_EQ(options.signals.wake_max_age, 1s);
  EXPECT_EQ(options.signals.metric_prefix, "vllm:");
  EXPECT_EQ(options.decision.max_stale, 5min);
  EXPECT_EQ(options.decision.scale_down_window, 2min);
  EXPECT_EQ(options.decision.wva_scale_to_zero, std::nullopt);
  EXPECT_EQ(options.state.namespace_name, "workload-variant-autoscaler-system");
  EXPECT_EQ(options.state.scale_to_zero_config_map, "model-scale-to-zero-config");
  EXPECT_EQ(options.state.saturation_config_map, "saturation-scaling-config");
  EXPECT_EQ(options.logging.format, LogFormat::text);
}

TEST(ParseOptions, SeriesOfGatewaysAreNamesFromTheNewestToTheOldestOrNone) {
  EXPECT_THAT(options_of({}).signals.series_gateway_queue,
              testing::ElementsAre("llm_d_epp_flow_control_queue_size", "inference_extension_flow_control_queue_size"));
  EXPECT_THAT(options_of({"--series-gateway-queue=a:b,c , d"}).signals.series_gateway_queue,
              testing::ElementsAre("a:b", "c", "d"));
  EXPECT_THAT(options_of({"--series-gateway-errors="}).signals.series_gateway_errors, testing::IsEmpty());
  EXPECT_EQ(error_of({"--series-gateway-requests=a,b-c"}),
            "--series-gateway-requests: \"b-c\" is not a Prometheus metric name (flag)");
}

TEST(ParseOptions, TheLabelOfRefusedRequestsHasAValueOrThereIsNone) {
  EXPECT_EQ(options_of({}).signals.gateway_error_label, "error_code");
  EXPECT_EQ(options_of({}).signals.gateway_error_value, "ServiceUnavailable");
  EXPECT_EQ(options_of({"--gateway-error-label=status=a=b"}).signals.gateway_error_value, "a=b");
  const Options every_error = options_of({"--gateway-error-label="});
  EXPECT_EQ(every_error.signals.gateway_error_label, "");
  EXPECT_EQ(every_error.signals.gateway_error_value, "");
  EXPECT_EQ(
      error_of({"--gateway-error-label=503"}),
      "--gateway-error-label: \"503\" is not a label with its value such as error_code=ServiceUnavailable (flag)");
}

TEST(ParseOptions, TakesFlagsInEveryFormThatGoProgramsTake) {
  EXPECT_EQ(options_of({"--secure-port", "1"}).server.secure_port, 1);
  EXPECT_EQ(options_of({"--secure-port=2"}).server.secure_port, 2);
  EXPECT_EQ(options_of({"-secure-port=3"}).server.secure_port, 3);
  EXPECT_EQ(options_of({"--secure-port=1", "--secure-port=4"}).server.secure_port, 4);
  EXPECT_EQ(options_of({"-v", "2"}).logging.verbosity, 2U);
  EXPECT_EQ(options_of({"-v=3"}).logging.verbosity, 3U);
  EXPECT_EQ(options_of({"--v=4"}).logging.verbosity, 4U);
  EXPECT_TRUE(options_of({"--prometheus-insecure-skip-verify"}).prometheus.insecure_skip_verify);
  EXPECT_FALSE(options_of({"--external-metrics=false"}).server.external_metrics);
  EXPECT_FALSE(options_of({"--external-metrics", "false", "-v=1"}).server.external_metrics);
}

TEST(ParseOptions, AFlagBeatsTheEnvironmentWhichBeatsTheFileWhichBeatsTheDefault) {
  const TemporaryFile file("signal-max-age: 1s\nsignal-step: 1s\nflow-interval: 1m\n");
  const Environment environment{{"INFERNO_SIGNAL_MAX_AGE", "2s"}, {"INFERNO_SIGNAL_STEP", "2s"}};
  const auto parsed = parse_options(Arguments{"--config", file.path(), "--signal-max-age=3s"}, environment);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->options.signals.max_age, 3s);
  EXPECT_EQ(parsed->options.signals.step, 2s);
  EXPECT_EQ(parsed->options.signals.flow_interval, 1min);
  EXPECT_EQ(parsed->options.signals.wake_max_age, 1s);
  EXPECT_THAT(parsed->origins, testing::ElementsAre(testing::Pair("flow-interval", "file " + file.path()),
                                                    testing::Pair("signal-max-age", "flag"),
                                                    testing::Pair("signal-step", "environment INFERNO_SIGNAL_STEP")));
}

TEST(ParseOptions, TheFileIsNamedByFlagOrEnvironment) {
  const TemporaryFile file("secure-port: 7\n");
  EXPECT_EQ(options_of({}, {{"INFERNO_CONFIG", file.path()}}).server.secure_port, 7);
  EXPECT_THAT(error_of({"--config=/nowhere.yaml"}, {{"INFERNO_CONFIG", file.path()}}),
              HasSubstr("--config: /nowhere.yaml can't be opened: No such file or directory"));
}

TEST(ParseOptions, HonoursTheVariablesOfTheGuide) {
  const Options options = options_of({}, {{"WVA_SCALE_TO_ZERO", "True"},
                                          {"PROMETHEUS_BASE_URL", "https://prometheus:9090"},
                                          {"PROMETHEUS_CA_CERT_PATH", "/ca.crt"},
                                          {"PROMETHEUS_TLS_INSECURE_SKIP_VERIFY", "true"},
                                          {"POD_NAMESPACE", "own"}});
  EXPECT_EQ(options.decision.wva_scale_to_zero, "True");
  EXPECT_EQ(options.prometheus.url, "https://prometheus:9090");
  EXPECT_EQ(options.prometheus.ca_file, "/ca.crt");
  EXPECT_TRUE(options.prometheus.insecure_skip_verify);
  EXPECT_EQ(options.state.namespace_name, "own");
}

TEST(ParseOptions, TheOwnVariableBeatsTheOneOfTheGuide) {
  EXPECT_EQ(options_of({}, {{"POD_NAMESPACE", "pod"}, {"INFERNO_NAMESPACE", "own"}}).state.namespace_name, "own");
}

TEST(ParseOptions, AVariableSetToNothingIsNotSet) {
  const Options options =
      options_of({}, {{"POD_NAMESPACE", ""}, {"WVA_SCALE_TO_ZERO", ""}, {"INFERNO_SECURE_PORT", ""}});
  EXPECT_EQ(options.state.namespace_name, "workload-variant-autoscaler-system");
  EXPECT_EQ(options.decision.wva_scale_to_zero, std::nullopt);
  EXPECT_EQ(options.server.secure_port, 6443);
}

TEST(ParseOptions, RepeatableOptionsAddUpWithinOneSourceOnly) {
  const TemporaryFile file("prometheus-header:\n- \"A: 1\"\n- \"B: 2\"\nextra-label-matchers: cluster=\"x\"\n");
  const Options from_file = options_of({"--config", file.path()});
  EXPECT_THAT(from_file.prometheus.headers, testing::ElementsAre("A: 1", "B: 2"));
  EXPECT_THAT(from_file.signals.extra_label_matchers, testing::ElementsAre("cluster=\"x\""));
  const Environment environment{{"INFERNO_PROMETHEUS_HEADER", "C: 3\nD: 4\n"}};
  EXPECT_THAT(options_of({"--config", file.path()}, environment).prometheus.headers,
              testing::ElementsAre("C: 3", "D: 4"));
  EXPECT_THAT(options_of({"--prometheus-header", "E: 5", "--prometheus-header=F: 6"}, environment).prometheus.headers,
              testing::ElementsAre("E: 5", "F: 6"));
}

TEST(ParseOptions, ABadValueNamesTheOptionAndWhereItCameFrom) {
  EXPECT_EQ(error_of({"--secure-port=http"}), "--secure-port: \"http\" is not a whole number from 0 to 65535 (flag)");
  EXPECT_EQ(error_of({}, {{"INFERNO_SIGNAL_MAX_AGE", "5"}}),
            "--signal-max-age: time: missing unit in duration \"5\" (environment INFERNO_SIGNAL_MAX_AGE)");
  EXPECT_EQ(error_of({}, {{"PROMETHEUS_TLS_INSECURE_SKIP_VERIFY", "maybe"}}),
            "--prometheus-insecure-skip-verify: \"maybe\" is neither true nor false (environment "
            "PROMETHEUS_TLS_INSECURE_SKIP_VERIFY)");
  const TemporaryFile file("log-format: xml\n");
  EXPECT_EQ(error_of({"--config", file.path()}),
            "--log-format: \"xml\" is neither text nor json (file " + file.path() + ")");
  EXPECT_EQ(error_of({"-v=loud"}), "-v: \"loud\" is not a whole number from 0 to 10 (flag)");
  EXPECT_EQ(error_of({"--metric-prefix=a-b"}),
            "--metric-prefix: \"a-b\" is not the start of a Prometheus metric name (flag)");
  EXPECT_EQ(error_of({"--extra-label-matchers=job"}),
            "--extra-label-matchers: \"job\" would also leave out the series of other jobs (the gateway, "
            "kube-state-metrics, up): give it as --engine-label-matchers or --gateway-label-matchers (flag)");
  EXPECT_EQ(error_of({"--extra-label-matchers=cluster"}),
            "--extra-label-matchers: \"cluster\" is not a label matcher such as cluster=\"a\" (flag)");
  EXPECT_EQ(error_of({"--engine-label-matchers=job"}),
            "--engine-label-matchers: \"job\" is not a label matcher such as job=\"vllm\" (flag)");
  EXPECT_EQ(error_of({"--prometheus-query-parameter=namespace"}),
            "--prometheus-query-parameter: a query parameter is written NAME=VALUE (flag)");
}

TEST(ParseOptions, AMatcherOfOneJobIsNotForEverySeries) {
  for (const char* matcher : {R"(job="vllm")", R"(pod=~"llama-.*")", R"(container!="proxy")", R"(endpoint="http")",
                              R"(service!~"a|b")", R"(instance="a:1")", R"(model_name="m")", R"(engine="0")"}) {
    const std::string text = matcher;
    EXPECT_THAT(error_of({"--extra-label-matchers=" + text}), testing::HasSubstr("--engine-label-matchers")) << text;
    const Options options = options_of({"--engine-label-matchers=" + text, "--gateway-label-matchers=" + text,
                                        "--extra-label-matchers=cluster=\"a\""});
    EXPECT_THAT(options.signals.engine_label_matchers, testing::ElementsAre(text));
    EXPECT_THAT(options.signals.gateway_label_matchers, testing::ElementsAre(text));
  }
}

TEST(ParseOptions, AnAliasIsADistinctMetricNameThatIsNotOurs) {
  EXPECT_THAT(
      options_of({"--metric-alias=wva_desired_replicas", "--metric-alias", "team:replicas"}).server.metric_aliases,
      testing::ElementsAre("wva_desired_replicas", "team:replicas"));
  const TemporaryFile file("metric-alias: [a, b]\n");
  EXPECT_THAT(options_of({"--config", file.path()}).server.metric_aliases, testing::ElementsAre("a", "b"));
  EXPECT_EQ(error_of({"--metric-alias=wva-desired"}),
            "--metric-alias: \"wva-desired\" is not a Prometheus metric name such as wva_desired_replicas (flag)");
  for (const char* own : {"inferno_desired_replicas", "inferno_desired_ratio", "inferno_adapter_build_info"}) {
    EXPECT_EQ(error_of({std::string("--metric-alias=") + own}),
              "--metric-alias: \"" + std::string(own) +
                  "\" is no alias: names that start with inferno_ are the adapter's own (flag)");
  }
  EXPECT_EQ(error_of({"--metric-alias=a", "--metric-alias=a"}), "--metric-alias: \"a\" is given more than once (flag)");
}

TEST(ParseOptions, ABadValueThatAHigherSourceReplacesDoesNoHarm) {
  EXPECT_EQ(options_of({"--secure-port=1"}, {{"INFERNO_SECURE_PORT", "http"}}).server.secure_port, 1);
}

TEST(ParseOptions, ABadHeaderIsNotRepeatedSinceItMayHoldASecret) {
  EXPECT_EQ(error_of({"--prometheus-header=s3cret"}),
            "--prometheus-header: a header is written \"Name: value\" (flag)");
}

TEST(ParseOptions, UnknownFlagsSuggestTheNearest) {
  EXPECT_EQ(error_of({"--secure-prot=1"}), "--secure-prot=1: unknown option; did you mean --secure-port?");
  EXPECT_EQ(error_of({"--zzz"}), "--zzz: unknown option; --help lists them all");
  EXPECT_EQ(error_of({"--="}), "--=: unknown option; --help lists them all");
  EXPECT_EQ(error_of({"serve"}), "unexpected argument \"serve\": options start with --");
  EXPECT_EQ(error_of({"-"}), "unexpected argument \"-\": options start with --");
  EXPECT_EQ(error_of({"--secure-port"}), "--secure-port: needs a value");
  EXPECT_EQ(error_of({"--config"}), "--config: needs a value");
}

TEST(ParseOptions, HelpAndVersionNeedNothingElse) {
  EXPECT_EQ(parse_options(Arguments{"--help"}, {{"INFERNO_SECURE_PORT", "bad"}}).value().action,
            CommandLine::Action::show_help);
  EXPECT_EQ(parse_options(Arguments{"-h"}, {}).value().action, CommandLine::Action::show_help);
  EXPECT_EQ(parse_options(Arguments{"--version"}, {}).value().action, CommandLine::Action::show_version);
  EXPECT_EQ(parse_options(Arguments{}, {}).value().action, CommandLine::Action::run);
}

TEST(ParseOptions, WithoutAuthenticationAStandaloneAdapterListensOnThisMachineOnly) {
  EXPECT_EQ(options_of({"--standalone-dir=d"}).server.bind_address, "127.0.0.1");
  EXPECT_EQ(options_of({"--standalone-dir=d", "--token-auth-file=t"}).server.bind_address, "0.0.0.0");
  EXPECT_EQ(options_of({"--standalone-dir=d", "--client-ca-file=c"}).server.bind_address, "0.0.0.0");
  EXPECT_EQ(options_of({}).server.bind_address, "0.0.0.0");
  EXPECT_EQ(options_of({"--standalone-dir=d", "--bind-address=::1"}).server.bind_address, "::1");
}

TEST(ParseOptions, AProblemFoundLaterNamesWhereTheValueCameFrom) {
  const auto parsed = parse_options(Arguments{"--flow-interval=7s"}, {});
  EXPECT_EQ(describe(OptionProblem{"flow-interval", "is odd"}, parsed.value()), "--flow-interval: is odd (flag)");
  EXPECT_EQ(describe(OptionProblem{"signal-step", "is odd"}, parsed.value()), "--signal-step: is odd");
}

TEST(ProcessEnvironment, HasWhatTheProcessWasStartedWith) {
  const Environment environment = read_process_environment();
  EXPECT_TRUE(environment.contains("PATH"));
}

TEST(HelpText, NamesEveryOptionUnderItsGroupOnLinesOfBearableLength) {
  const std::string help = help_text();
  for (const OptionDefinition& option : option_table()) {
    const std::string dashes = option.name.size() == 1 ? "-" : "--";
    EXPECT_THAT(help, HasSubstr("\n" + std::string(option.group) + ":\n"));
    if (option.name.empty()) {
      EXPECT_THAT(help, HasSubstr("[" + std::string(option.environment) + "]"));
    } else {
      EXPECT_THAT(help, HasSubstr("\n  " + dashes + std::string(option.name)));
    }
  }
  for (std::size_t start = 0; start < help.size();) {
    const std::size_t end = help.find('\n', start);
    EXPECT_LE(end - start, 120U) << help.substr(start, end - start);
    start = end + 1;
  }
}

}  // namespace
}  // namespace inferno
