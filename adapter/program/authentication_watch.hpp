// Follows the ConfigMap that tells servers behind the aggregator whom to trust
// (kube-system/extension-apiserver-authentication). Used on one executor.
#pragma once

#include <map>
#include <string>

#include "adapter/kubernetes/api/reflector.hpp"
#include "server/auth/delegated_access.hpp"

namespace inferno {

class AuthenticationWatch final : private kubernetes::CollectionListener {
 public:
  // Both must outlive the watch.
  AuthenticationWatch(kubernetes::ApiClient& client, server::DelegatedAccess& access);

  // Ends only by cancellation.
  boost::asio::awaitable<void> run() { return reflector_.run(); }

 private:
  void on_list_begin() override {}
  void on_listed() override {}
  void on_object(const nlohmann::json& object) override;
  // What was read last still applies: certificates don't stop being trusted by accident.
  void on_deleted(const kubernetes::ObjectName& /*name*/) override {}
  void on_batch_end() override {}

  server::DelegatedAccess& access_;
  kubernetes::Reflector reflector_;
};

}  // namespace inferno
