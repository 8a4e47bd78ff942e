#include "adapter/kubernetes/watch/plain_target_watch.hpp"

#include <utility>

namespace inferno::kubernetes {
namespace {

ParseResult<std::optional<ScaleTarget>> parse(const nlohmann::json& object) {
  auto parsed = parse_scale_target(object);
  if (!parsed) return parsed.error();
  return std::optional(std::move(parsed->target));
}

}  // namespace

PlainTargetWatch::PlainTargetWatch(const WatchContext& context, const ApiResource& resource,
                                   std::function<void()> changed)
    : collection_(context,
                  {.group = resource.group,
                   .version = resource.version,
                   .plural = resource.plural,
                   .namespace_name = context.namespace_name,
                   .name = {},
                   .metadata_only = false},
                  {.parse = parse,
                   .changed =
                       [this, changed](const ObjectName& name, const ScaleTarget*, const ScaleTarget*) {
                         if (wanted_.contains(name)) changed();
                       },
                   .listed = changed}) {}

const ScaleTarget* PlainTargetWatch::find(const ObjectName& name) const {
  const auto found = collection_.objects().find(name);
  return found == collection_.objects().end() ? nullptr : &found->second;
}

}  // namespace inferno::kubernetes
