#include "server/api/api_handler.hpp"

#include <algorithm>
#include <boost/beast/http/verb.hpp>
#include <span>
#include <utility>
#include <variant>

#include "server/api/api_errors.hpp"
#include "server/api/discovery.hpp"
#include "server/api/metric_value_list.hpp"
#include "server/api/openapi.hpp"
#include "server/api/status.hpp"

namespace inferno::server {
namespace {

namespace asio = boost::asio;
using boost::beast::http::verb;

std::unordered_map<std::string, Document> prepare_documents(std::span<const ServedGroup> groups,
                                                            const BuildInfo& build) {
  std::unordered_map<std::string, Document> documents;
  documents.emplace("apis", group_list_document(groups));
  for (const ServedGroup& group : groups) {
    documents.emplace("apis/" + group.name, group_document(group));
    for (const ServedVersion& version : group.versions) {
      documents.emplace("apis/" + group.name + '/' + version.version, resource_list_document(group, version));
    }
  }
  documents.emplace("openapi/v2", openapi_v2_document(groups, build.version));
  OpenApiV3 openapi = openapi_v3_documents(groups, build.version);
  documents.emplace("openapi/v3", std::move(openapi.index));
  for (OpenApiV3Document& entry : openapi.documents) {
    documents.emplace("openapi/v3/" + entry.path, std::move(entry.document));
  }
  documents["version"].add(json_media_type, version_info_json(build));
  return documents;
}

Response refuse_method() {
  Response response = status_response(method_not_allowed());
  response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

bool reads(const Request& request) {
  return request.method == verb::get || request.method == verb::head;
}

}  // namespace

ApiHandler::ApiHandler(std::shared_ptr<MetricsProvider> provider, const ApiOptions& options)
    : provider_(std::move(provider)),
      external_metrics_(options.external_metrics),
      custom_metrics_(provider_->custom_metrics()),
      external_metric_names_(provider_->external_metrics()),
      documents_(prepare_documents(served_groups(*provider_, options.external_metrics), options.build)) {}

asio::awaitable<Response> ApiHandler::handle(const Request& request) const {
  const ApiPath path = parse_api_path(request.segments);
  const auto* custom = std::get_if<CustomMetricPath>(&path);
  const auto* external = external_metrics_ ? std::get_if<ExternalMetricPath>(&path) : nullptr;
  const Document* document = custom == nullptr && external == nullptr ? find_document(request) : nullptr;
  if (custom == nullptr && external == nullptr && document == nullptr) co_return status_response(path_not_found());
  if (!reads(request)) co_return refuse_method();
  if (document != nullptr) co_return document->respond(request.headers);

  const auto encoding = negotiate_encoding(request.headers);
  if (!encoding) co_return status_response(encoding.error());
  if (!request.query_value("fieldSelector").empty()) co_return status_response(no_field_selectors(), *encoding);
  Result<std::string> body = std::string();
  if (custom != nullptr) {
    body = co_await custom_metric(*custom, request, *encoding);
  } else {
    body = co_await external_metric(*external, request, *encoding);
  }
  Response response;
  if (body) {
    response.content_type = content_type(*encoding);
    response.body = std::make_shared<const std::string>(*std::move(body));
  } else {
    response = status_response(body.error(), *encoding);
  }
  response.headers.emplace_back("Vary", "Accept");
  co_return response;
}

asio::awaitable<Result<std::string>> ApiHandler::custom_metric(const CustomMetricPath& path, const Request& request,
                                                               Encoding encoding) const {
  const CustomMetricInfo* info = find_metric(path);
  if (info == nullptr) {
    if (path.name == "*") co_return metric_not_found(path.resource, path.group, path.metric);
    co_return metric_not_found_for(path.resource, path.group, path.metric, path.name);
  }
  const auto metric_selector = LabelSelector::parse(request.query_value("metricLabelSelector"), "metricLabelSelector");
  if (!metric_selector) co_return metric_selector.error();
  const CustomMetricRequest asked{.namespace_name = path.namespace_name,
                                  .group = info->group,
                                  .resource = info->resource,
                                  .name = path.name,
                                  .metric = info->metric};
  if (path.name != "*") {
    const auto value = co_await provider_->custom_metric(asked, *metric_selector);
    if (!value) co_return value.error();
    co_return render_custom_metrics(encoding, path.version, std::span(&*value, 1), *metric_selector);
  }
  const auto object_selector = LabelSelector::parse(request.query_value("labelSelector"), "labelSelector");
  if (!object_selector) co_return object_selector.error();
  const auto values = co_await provider_->select_custom_metric(asked, *object_selector, *metric_selector);
  if (!values) co_return values.error();
  co_return render_custom_metrics(encoding, path.version, *values, *metric_selector);
}

asio::awaitable<Result<std::string>> ApiHandler::external_metric(const ExternalMetricPath& path, const Request& request,
                                                                 Encoding encoding) const {
  if (std::ranges::find(external_metric_names_, path.metric) == external_metric_names_.end()) {
    co_return external_metric_not_found(path.metric);
  }
  const auto selector = LabelSelector::parse(request.query_value("labelSelector"), "labelSelector");
  if (!selector) co_return selector.error();
  const auto values = co_await provider_->external_metric(path.namespace_name, path.metric, *selector);
  if (!values) co_return values.error();
  co_return render_external_metrics(encoding, *values);
}

const Document* ApiHandler::find_document(const Request& request) const {
  std::string key;
  for (const std::string_view segment : request.segments) {
    if (!key.empty()) key += '/';
    key += segment;
  }
  const auto found = documents_.find(key);
  return found == documents_.end() ? nullptr : &found->second;
}

// Our metrics are of namespaced objects: a path without a namespace, or of a namespace itself, names none of them.
const CustomMetricInfo* ApiHandler::find_metric(const CustomMetricPath& path) const {
  if (path.namespace_name.empty()) return nullptr;
  const auto found = std::ranges::find_if(custom_metrics_, [&](const CustomMetricInfo& info) {
    return info.metric == path.metric && info.resource == path.resource &&
           (path.group.empty() || info.group == path.group);
  });
  return found == custom_metrics_.end() ? nullptr : &*found;
}

Handler make_api_handler(std::shared_ptr<MetricsProvider> provider, const ApiOptions& options) {
  return [handler = std::make_shared<const ApiHandler>(std::move(provider), options)](const Request& request) {
    return handler->handle(request);
  };
}

}  // namespace inferno::server
