#include "adapter/kubernetes/api/list_reader.hpp"

#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

// "Deployment" of "DeploymentList"; empty for the generic List and for what is none.
std::string_view item_kind(std::string_view list_kind) {
  constexpr std::string_view suffix = "List";
  if (!list_kind.ends_with(suffix)) return {};
  return list_kind.substr(0, list_kind.size() - suffix.size());
}

}  // namespace

bool ListReader::on_value() {
  if (depth() != items_depth || key_at(0) != "items" || !parent().is_array()) return true;
  return take_item();
}

bool ListReader::take_item() {
  Json item = std::move(parent().back());
  parent().clear();
  forget_size();
  if (!item.is_object()) return fail("an item that is not an object");
  const auto complete = [&](const char* field, std::string_view of_the_list) {
    if (find_text(item, {field}).empty()) item[field] = of_the_list;
    return !item[field].get_ref<const std::string&>().empty();
  };
  if (!complete("apiVersion", find_text(root(), {"apiVersion"})) ||
      !complete("kind", item_kind(find_text(root(), {"kind"})))) {
    return fail("an item without apiVersion and kind, and no kind of list before it that would tell");
  }
  receive_(item);
  return true;
}

ParseResult<ListEnd> ListReader::finish() {
  if (!parser_.finish()) {
    const std::string& reason = parser_.error().empty() ? problem() : parser_.error();
    std::string message = "not a whole list of Kubernetes objects: " + reason;
    message.append(" at byte ").append(std::to_string(parser_.position()));
    return ParseError{std::move(message)};
  }
  const bool has_items = root().is_object() && root().contains("items");
  if (!has_items || (find_field(root(), {"items"}) != nullptr && !root()["items"].is_array())) {
    return ParseError{"not a list of Kubernetes objects: it has no items"};
  }
  ListEnd end{.resource_version = std::string(find_text(root(), {"metadata", "resourceVersion"})),
              .continue_token = std::string(find_text(root(), {"metadata", "continue"}))};
  if (end.resource_version.empty()) return ParseError{"a list without metadata.resourceVersion can't be watched"};
  return end;
}

}  // namespace inferno::kubernetes
