// Builds JSON from the events of yaml-cpp's parser, without its node tree, which takes many times the room of its text.
//
// One per text; not thread safe. Throws YamlBuildError where the text is YAML but not acceptable.
#pragma once

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "adapter/common/yaml.hpp"

namespace inferno {

struct YamlBuildError {
  std::size_t line;  // from 1
  std::string message;
};

class YamlJsonBuilder final : public YAML::EventHandler {
 public:
  // More values than `most_values` is an error: aliases expand.
  YamlJsonBuilder(std::size_t most_values, YamlBooleans booleans) : most_values_(most_values), booleans_(booleans) {}

  // Documents that hold something, in order.
  [[nodiscard]] std::vector<YamlDocument> take_documents() { return std::move(documents_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override;
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  struct Value {
    nlohmann::json json;
    std::size_t count = 1;   // values in it, itself included
    std::size_t height = 0;  // levels below it
  };
  // A sequence or map that is not complete yet.
  struct Frame {
    Value value;
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;  // of the map's next value
    bool key_merges = false;
    nlohmann::json merged = nlohmann::json::object();
  };

  [[nodiscard]] bool wants_key() const;
  void set_key(const YAML::Mark& mark, const std::string& text, bool merges);
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, nlohmann::json empty);
  void close();
  void add(const YAML::Mark& mark, YAML::anchor_t anchor, Value value);
  static void merge(const YAML::Mark& mark, nlohmann::json& merged, nlohmann::json maps);

  std::size_t most_values_;
  YamlBooleans booleans_;
  std::size_t values_ = 0;
  std::vector<YamlDocument> documents_;
  std::optional<int> document_position_;
  std::size_t document_line_ = 1;
  nlohmann::json root_;
  std::vector<Frame> open_;  // outermost first
  std::map<YAML::anchor_t, Value> anchors_;
};

}  // namespace inferno
