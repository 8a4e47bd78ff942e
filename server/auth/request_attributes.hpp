// What a request would do, in the terms that authorization is asked in. Pure. Source of the rule:
// k8s.io/apiserver/pkg/endpoints/request (RequestInfoFactory) and pkg/endpoints/filters (GetAuthorizerAttributes).
//
// One difference: Kubernetes splits the decoded path at slashes, here the segments count that the router goes by, so
// that what is authorized is what is answered however the path is written. Empty ones don't count, and an encoded slash
// is part of its segment.
#pragma once

#include <string>
#include <vector>

#include "server/api/error.hpp"
#include "server/api/selector.hpp"
#include "server/auth/field_selector.hpp"
#include "server/http/message.hpp"

namespace inferno::server {

struct RequestAttributes {
  bool is_resource = false;  // else path and verb are all there is
  std::string path;
  std::string verb;  // of a resource: get, list, watch, create, ...; else the method in lower case
  std::string group;
  std::string version;
  std::string namespace_name;
  std::string resource;
  std::string subresource;
  std::string name;
  // They narrow what is asked for; verbs on several objects only. What can't be parsed narrows nothing.
  std::vector<FieldRequirement> fields;
  std::vector<LabelSelector::Requirement> labels;
};

// An error (bad_request) where a path that begins with a verb, such as /apis/{group}/{version}/watch, ends there.
[[nodiscard]] Result<RequestAttributes> attributes_of(const Request& request);

}  // namespace inferno::server
