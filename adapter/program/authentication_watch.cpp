#include "adapter/program/authentication_watch.hpp"

#include <spdlog/spdlog.h>

#include "adapter/kubernetes/api_object.hpp"

namespace inferno {

AuthenticationWatch::AuthenticationWatch(kubernetes::ApiClient& client, server::DelegatedAccess& access)
    : access_(access),
      reflector_(client,
                 {.group = "",
                  .version = "v1",
                  .plural = "configmaps",
                  .namespace_name = "kube-system",
                  .name = "extension-apiserver-authentication"},
                 *this) {}

void AuthenticationWatch::on_object(const nlohmann::json& object) {
  const auto config_map = kubernetes::parse_config_map(object);
  if (!config_map) {
    spdlog::warn("{}", config_map.error().message);
    return;
  }
  access_.update(config_map->data);
}

}  // namespace inferno
