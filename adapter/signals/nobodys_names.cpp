#include "adapter/signals/nobodys_names.hpp"

#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace inferno::signals {
namespace {

constexpr std::size_t most_listed = 20;

std::string joined(std::string_view namespace_name, std::string_view name) {
  return fmt::format("{}/{}", namespace_name, name);
}

}  // namespace

void NobodysNames::use(std::shared_ptr<const ClusterState> state) {
  state_ = std::move(state);
  is_indexed_ = false;
}

void NobodysNames::index() {
  names_.clear();
  for (const Model& model : state_->models()) {
    names_.insert(model.key.namespace_name);
    const auto add = [&](const std::string& name) {
      names_.insert(joined(model.key.namespace_name, name));
      names_.insert(joined({}, name));
    };
    add(model.key.model_id);
    for (const std::string& alias : model.aliases) add(alias);
  }
  is_indexed_ = true;
}

bool NobodysNames::is_somebodys(std::string_view namespace_name, std::string_view name) {
  if (!is_indexed_) index();
  return (!namespace_name.empty() && !names_.contains(std::string(namespace_name))) ||
         names_.contains(joined(namespace_name, name));
}

void NobodysNames::see(std::string_view namespace_name, std::string_view name) {
  if (told_.size() >= most_told || is_somebodys(namespace_name, name)) return;
  const bool is_new = told_.insert({std::string(namespace_name), std::string(name)}).second;
  if (is_new) untold_.push_back(namespace_name.empty() ? std::string(name) : joined(namespace_name, name));
}

std::string NobodysNames::take_warning() {
  if (untold_.empty()) return {};
  const std::size_t others = untold_.size() - std::min(untold_.size(), most_listed);
  untold_.resize(untold_.size() - others);
  std::string warning = fmt::format(
      "gateways are asked for models that no VariantAutoscaling has: {}{}. Their requests size and wake nothing. Where "
      "one is another name of a model, or of a LoRA adapter that it serves, put it into the annotation {} of the "
      "model's VariantAutoscaling",
      fmt::join(untold_, ", "), others == 0 ? "" : fmt::format(" and {} more", others), served_names_annotation);
  untold_.clear();
  return warning;
}

}  // namespace inferno::signals
