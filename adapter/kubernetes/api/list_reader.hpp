// Reads one page of a Kubernetes list as it arrives, in chunks cut anywhere, and hands over object by object. Nothing
// of the page stays in memory but the object being read and the list's own metadata. No I/O; not thread safe.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapter/common/json_push_parser.hpp"
#include "adapter/common/parse_result.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/api/object_tree.hpp"

namespace inferno::kubernetes {

struct ListEnd {
  std::string resource_version;
  std::string continue_token;  // empty on the last page
};

class ListReader final : public ByteSink, private ObjectTree {
 public:
  // Gets the elements of `items`, with apiVersion and kind (those of the list where they have none of their own) and
  // without what ObjectTree leaves out. What it throws comes out of on_bytes.
  using Receive = std::function<void(const nlohmann::json& object)>;

  explicit ListReader(Receive receive) : ObjectTree(items_depth), receive_(std::move(receive)), parser_(*this) {}

  // False when reading on is of no use; finish tells why.
  bool on_bytes(std::string_view bytes) override { return parser_.feed(bytes); }

  // The page is over. An error where it is not one whole list of Kubernetes objects.
  ParseResult<ListEnd> finish();

 private:
  static constexpr std::size_t items_depth = 2;  // {"items": [...]}

  bool on_value() override;
  bool take_item();

  Receive receive_;
  JsonPushParser parser_;
};

}  // namespace inferno::kubernetes
