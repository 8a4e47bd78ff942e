// A page of a Kubernetes list, which may be anything: no crash, no undefined behaviour, no difference by where it is
// cut, and nothing is taken for a list that is no JSON.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/kubernetes/api/list_reader.hpp"
#include "tests/fuzz/require.hpp"

namespace {

using Json = nlohmann::json;

struct Outcome {
  Json items = Json::array();
  std::string end;

  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view text, std::size_t piece) {
  Outcome outcome;
  inferno::kubernetes::ListReader reader([&](const Json& item) { outcome.items.push_back(item); });
  while (!text.empty() && reader.on_bytes(text.substr(0, piece))) text.remove_prefix(std::min(piece, text.size()));
  const auto end = reader.finish();
  outcome.end = end ? "resourceVersion " + end->resource_version + " continue " + end->continue_token
                    : "error " + end.error().message;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(text, size);
  inferno::require(read(text, 1) == whole, "a list in pieces of 1 byte reads as the whole one");
  inferno::require(read(text, 7) == whole, "a list in pieces of 7 bytes reads as the whole one");
  for (const Json& item : whole.items) {
    inferno::require(item.is_object() && item.contains("kind") && item.contains("apiVersion"), "an item has a kind");
    const bool has_metadata = item.contains("metadata") && item["metadata"].is_object();
    inferno::require(!has_metadata || !item["metadata"].contains("managedFields"), "managed fields are left out");
  }
  if (whole.end.starts_with("error ")) return 0;
  inferno::require(Json::accept(text), "what is read as a list is JSON");
  return 0;
}
