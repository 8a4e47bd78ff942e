#include "server/auth/review_answer.hpp"

#include <utility>
#include <vector>

namespace inferno::server {
namespace {

using Json = nlohmann::json;

// Nothing where it is neither absent nor an array of strings.
std::optional<std::vector<std::string>> texts_of(const Json& values) {
  std::vector<std::string> texts;
  if (values.is_null()) return texts;
  if (!values.is_array()) return std::nullopt;
  for (const Json& value : values) {
    if (!value.is_string()) return std::nullopt;
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

Json member(const Json& object, const char* key) {
  return object.is_object() ? object.value(key, Json()) : Json();
}

}  // namespace

std::optional<Identity> parse_user(const Json& user) {
  Identity identity;
  identity.name = text_member(user, "username");
  if (identity.name.empty()) return std::nullopt;
  identity.uid = text_member(user, "uid");
  auto groups = texts_of(member(user, "groups"));
  if (!groups) return std::nullopt;
  identity.groups = *std::move(groups);
  const Json extra = member(user, "extra");
  if (!extra.is_object() && !extra.is_null()) return std::nullopt;
  for (const auto& [key, values] : extra.items()) {
    auto texts = texts_of(values);
    if (!texts) return std::nullopt;
    identity.extra.emplace_back(key, *std::move(texts));
  }
  return identity;
}

bool bool_member(const Json& object, const char* key) {
  const Json value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::string text_member(const Json& object, const char* key) {
  const Json value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Json well_formed(const Json& review) {
  return Json::parse(review.dump(-1, ' ', false, Json::error_handler_t::replace));
}

ApiError no_review(std::string_view what, std::string_view why) {
  ApiError error;
  error.reason = ErrorReason::service_unavailable;
  error.message.append(what).append(": ").append(why);
  error.retry_after_seconds = 1;
  return error;
}

}  // namespace inferno::server
