#include "adapter/kubernetes/api/resource_path.hpp"

namespace inferno::kubernetes {

std::string ResourcePath::collection() const {
  std::string path = group.empty() ? "/api/" : "/apis/" + group + "/";
  path += version;
  if (!namespace_name.empty()) path.append("/namespaces/").append(namespace_name);
  return path.append("/").append(plural);
}

std::string ResourcePath::display() const {
  std::string text = plural;
  if (!group.empty()) text.append(".").append(group);
  if (!namespace_name.empty()) text.append(" in namespace ").append(namespace_name);
  if (!name.empty()) text.append(" named ").append(name);
  return text;
}

}  // namespace inferno::kubernetes
