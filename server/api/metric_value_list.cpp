#include "server/api/metric_value_list.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "server/api/json_text.hpp"
#include "server/api/label_selector_object.hpp"
#include "server/api/protobuf_writer.hpp"
#include "server/api/quantity.hpp"
#include "server/api/timestamp.hpp"

namespace inferno::server {
namespace {

constexpr std::size_t bytes_per_item = 448;  // a little more than an item of usual names takes

std::string_view api_version(CustomMetricsVersion version) {
  return version == CustomMetricsVersion::v1beta1 ? "custom.metrics.k8s.io/v1beta1" : "custom.metrics.k8s.io/v1beta2";
}

constexpr std::string_view external_api_version = "external.metrics.k8s.io/v1beta1";

// Opens an object of a list: `{"kind":...,"items":[`.
void open_list(std::string& out, std::string_view kind, std::string_view api_version, std::size_t items) {
  out.reserve(bytes_per_item * items + 128);
  out += R"({"kind":")";
  out += kind;
  out += R"(","apiVersion":")";
  out += api_version;
  out += R"(","metadata":{},"items":[)";
}

// `key` with its punctuation, e.g. `,"name":`.
void append_text(std::string& out, std::string_view key, std::string_view value) {
  out += key;
  append_json_string(out, value);
}

// Timestamp, window and value follow each other in all three types; only the window's name differs.
void append_sample(std::string& out, MetricTime timestamp, std::string_view window_key,
                   std::optional<std::int64_t> window_seconds, double value) {
  out += R"(,"timestamp":")";
  out += to_rfc3339(timestamp);
  out += '"';
  if (window_seconds) {
    out += window_key;
    out += std::to_string(*window_seconds);
  }
  out += R"(,"value":")";
  out += to_quantity(value);
  out += '"';
}

void append_custom_item(std::string& out, CustomMetricsVersion version, const CustomMetricValue& item,
                        std::string_view selector) {
  append_text(out, R"({"describedObject":{"kind":)", item.described_object.kind);
  append_text(out, R"(,"namespace":)", item.described_object.namespace_name);
  append_text(out, R"(,"name":)", item.described_object.name);
  append_text(out, R"(,"apiVersion":)", item.described_object.api_version);
  if (version == CustomMetricsVersion::v1beta1) {
    append_text(out, R"(},"metricName":)", item.metric);
    append_sample(out, item.timestamp, R"(,"window":)", item.window_seconds, item.value);
    out += R"(,"selector":)";
    out += selector;
  } else {
    append_text(out, R"(},"metric":{"name":)", item.metric);
    out += R"(,"selector":)";
    out += selector;
    out += '}';
    append_sample(out, item.timestamp, R"(,"windowSeconds":)", item.window_seconds, item.value);
  }
  out += '}';
}

void append_external_item(std::string& out, const ExternalMetricValue& item) {
  append_text(out, R"({"metricName":)", item.metric);
  out += R"(,"metricLabels":{)";
  for (const auto& [name, value] : item.labels) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    append_text(out, ":", value);
  }
  out += '}';
  append_sample(out, item.timestamp, R"(,"window":)", item.window_seconds, item.value);
  out += '}';
}

// Fields 3, 4 and 5 of all three types.
void add_sample(ProtobufWriter& message, MetricTime timestamp, std::optional<std::int64_t> window_seconds,
                double value) {
  ProtobufWriter time;
  time.add_integer(1, to_seconds(timestamp).time_since_epoch().count());
  message.add_message(3, time);
  if (window_seconds) message.add_integer(4, *window_seconds);
  ProtobufWriter quantity;
  quantity.add_bytes(1, to_quantity(value));
  message.add_message(5, quantity);
}

ProtobufWriter custom_item(CustomMetricsVersion version, const CustomMetricValue& item,
                           const std::optional<ProtobufWriter>& selector) {
  ProtobufWriter reference;  // core/v1 ObjectReference
  reference.add_bytes(1, item.described_object.kind);
  reference.add_bytes(2, item.described_object.namespace_name);
  reference.add_bytes(3, item.described_object.name);
  reference.add_bytes(5, item.described_object.api_version);

  ProtobufWriter message;
  message.add_message(1, reference);
  if (version == CustomMetricsVersion::v1beta1) {
    message.add_bytes(2, item.metric);
    if (selector) message.add_message(6, *selector);
  } else {
    ProtobufWriter identifier;
    identifier.add_bytes(1, item.metric);
    if (selector) identifier.add_message(2, *selector);
    message.add_message(2, identifier);
  }
  add_sample(message, item.timestamp, item.window_seconds, item.value);
  return message;
}

ProtobufWriter external_item(const ExternalMetricValue& item) {
  ProtobufWriter message;
  message.add_bytes(1, item.metric);
  for (const auto& [name, value] : item.labels) message.add_entry(2, name, value);
  add_sample(message, item.timestamp, item.window_seconds, item.value);
  return message;
}

}  // namespace

std::string render_custom_metrics(Encoding encoding, CustomMetricsVersion version,
                                  std::span<const CustomMetricValue> values, const LabelSelector& metric_selector) {
  constexpr std::string_view kind = "MetricValueList";
  if (encoding == Encoding::protobuf) {
    std::optional<ProtobufWriter> selector;
    if (!metric_selector.empty()) selector = label_selector_protobuf(metric_selector);
    ProtobufWriter list;
    for (const CustomMetricValue& item : values) list.add_message(2, custom_item(version, item, selector));
    return kubernetes_protobuf(api_version(version), kind, list);
  }
  std::string selector;
  append_label_selector_json(selector, metric_selector);
  std::string out;
  open_list(out, kind, api_version(version), values.size());
  for (const CustomMetricValue& item : values) {
    if (out.back() != '[') out += ',';
    append_custom_item(out, version, item, selector);
  }
  out += "]}";
  return out;
}

std::string render_external_metrics(Encoding encoding, std::span<const ExternalMetricValue> values) {
  constexpr std::string_view kind = "ExternalMetricValueList";
  if (encoding == Encoding::protobuf) {
    ProtobufWriter list;
    for (const ExternalMetricValue& item : values) list.add_message(2, external_item(item));
    return kubernetes_protobuf(external_api_version, kind, list);
  }
  std::string out;
  open_list(out, kind, external_api_version, values.size());
  for (const ExternalMetricValue& item : values) {
    if (out.back() != '[') out += ',';
    append_external_item(out, item);
  }
  out += "]}";
  return out;
}

}  // namespace inferno::server
