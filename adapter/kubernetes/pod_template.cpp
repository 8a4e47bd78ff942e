#include "adapter/kubernetes/pod_template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/kubernetes/json_field.hpp"

namespace inferno::kubernetes {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 5> batch_flags{"--max-num-seqs", "--max-running-requests", "--max-batch-size",
                                                      "--parallel", "-np"};
constexpr std::string_view engine_label = "llm-d.ai/engine-type";
constexpr std::string_view role_label = "llm-d.ai/role";
constexpr std::string_view disaggregated_role_label = "disaggregatedset.x-k8s.io/role";

const std::array<Json::json_pointer, 3> container_lists{
    Json::json_pointer{"/spec/template/spec/containers"},
    Json::json_pointer{"/spec/leaderWorkerTemplate/workerTemplate/spec/containers"},
    Json::json_pointer{"/spec/leaderWorkerTemplate/leaderTemplate/spec/containers"},
};

const std::array<Json::json_pointer, 4> label_lists{
    Json::json_pointer{"/spec/template/metadata/labels"},
    Json::json_pointer{"/spec/leaderWorkerTemplate/workerTemplate/metadata/labels"},
    Json::json_pointer{"/spec/leaderWorkerTemplate/leaderTemplate/metadata/labels"},
    Json::json_pointer{"/metadata/labels"},
};

// The first value of the label, in the order of label_lists; empty where there is none.
std::string_view find_label(const Json& object, std::string_view label) {
  for (const Json::json_pointer& list : label_lists) {
    if (!object.contains(list)) continue;
    if (const std::string_view value = find_text(object.at(list), {label}); !value.empty()) return value;
  }
  return {};
}

struct Sign {
  std::string_view text;
  Engine engine;
};

// Programs and Python modules, as words of a command line without their folder.
constexpr std::array<Sign, 12> programs{{{"vllm", Engine::vllm},
                                         {"vllm.entrypoints.openai.api_server", Engine::vllm},
                                         {"sglang", Engine::sglang},
                                         {"sglang.launch_server", Engine::sglang},
                                         {"trtllm-serve", Engine::trtllm},
                                         {"tritonserver", Engine::triton},
                                         {"launch_triton_server.py", Engine::triton},
                                         {"text-generation-launcher", Engine::tgi},
                                         {"text-embeddings-router", Engine::tei},
                                         {"llama-server", Engine::llamacpp},
                                         {"lmdeploy", Engine::lmdeploy},
                                         {"ollama", Engine::ollama}}};

// Parts of an image's name. Triton's images with the TensorRT-LLM backend name both.
constexpr std::array<Sign, 11> images{{{"tritonserver", Engine::triton},
                                       {"sglang", Engine::sglang},
                                       {"tensorrt-llm", Engine::trtllm},
                                       {"trtllm", Engine::trtllm},
                                       {"text-generation-inference", Engine::tgi},
                                       {"text-embeddings-inference", Engine::tei},
                                       {"llama.cpp", Engine::llamacpp},
                                       {"lmdeploy", Engine::lmdeploy},
                                       {"ollama", Engine::ollama},
                                       {"/nim/", Engine::nim},
                                       {"vllm", Engine::vllm}}};

constexpr std::string_view blanks = " \t\n\r";

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

// `{"...`, alone or behind `--flag=`.
bool is_json(std::string_view text) {
  skip_blanks(text);
  if (text.starts_with("--")) text.remove_prefix(std::min(text.find_first_of(" ={"), text.size()));
  if (text.starts_with('=')) text.remove_prefix(1);
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  skip_blanks(text);
  return text.starts_with('"');
}

// Takes a word off the front of a shell's command line, without its quotes and backslashes.
std::string take_word(std::string_view& rest) {
  std::string word;
  char quote = 0;
  while (!rest.empty()) {
    const char c = rest.front();
    if (quote == 0 && blanks.find(c) != std::string_view::npos) break;
    rest.remove_prefix(1);
    if (c == '\\' && quote != '\'' && !rest.empty()) {
      if (rest.front() != '\n') word += rest.front();
      rest.remove_prefix(1);
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  return word;
}

// A whole command line in one argument, as in `sh -c "vllm serve ..."`, is taken apart too; JSON is one word.
void add_words(std::string_view text, std::vector<std::string>& words) {
  if (is_json(text)) {
    words.emplace_back(text);
    return;
  }
  while (true) {
    skip_blanks(text);
    if (text.empty()) return;
    std::string word = take_word(text);
    if (word.find_first_of(blanks) == std::string::npos) {
      if (!word.empty()) words.push_back(std::move(word));
    } else {
      add_words(word, words);  // shorter: without its quotes
    }
  }
}

// The words of `command` and `args`, in order.
std::vector<std::string> words_of(const Json& container) {
  std::vector<std::string> words;
  for (const char* list : {"command", "args"}) {
    const auto found = container.find(list);
    if (found == container.end() || !found->is_array()) continue;
    for (const Json& argument : *found) {
      if (argument.is_string()) add_words(argument.get_ref<const std::string&>(), words);
    }
  }
  return words;
}

// A command tells more than an image: an image may hold several servers.
std::optional<Engine> engine_in(const Json& container) {
  for (const std::string& word : words_of(container)) {
    const auto found = std::ranges::find(programs, std::string_view(word).substr(word.rfind('/') + 1), &Sign::text);
    if (found != programs.end()) return found->engine;
  }
  const std::string_view image = find_text(container, {"image"});
  for (const Sign& sign : images) {
    if (image.find(sign.text) != std::string_view::npos) return sign.engine;
  }
  return std::nullopt;
}

Engine engine_of_containers(const Json& object) {
  for (const Json::json_pointer& list : container_lists) {
    if (!object.contains(list) || !object.at(list).is_array()) continue;
    for (const Json& container : object.at(list)) {
      if (!container.is_object()) continue;
      if (const auto found = engine_in(container)) return *found;
    }
  }
  return Engine::vllm;
}

std::optional<std::uint32_t> positive(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

// `--flag value`, `--flag=value`: what comes before the "=", underscores as dashes.
std::string flag_of(std::string_view word) {
  std::string name(word.substr(0, word.find('=')));
  std::ranges::replace(name, '_', '-');
  return name;
}

std::optional<std::uint32_t> find_in(const Json& container) {
  std::optional<std::uint32_t> result;
  const std::vector<std::string> words = words_of(container);
  for (std::size_t index = 0; index < words.size(); ++index) {
    const std::string name = flag_of(words[index]);
    if (std::ranges::find(batch_flags, name) == batch_flags.end()) continue;
    if (name.size() < words[index].size()) {
      result = positive(std::string_view(words[index]).substr(name.size() + 1));
    } else if (index + 1 < words.size()) {
      result = positive(words[index + 1]);
    }
  }
  return result;
}

// The name in `name=path` or `{"name": ...}`; empty where there is none.
std::string adapter_name(std::string_view module) {
  if (module.starts_with('{')) return std::string(find_text(Json::parse(module, nullptr, false), {"name"}));
  const std::size_t equals = module.find('=');
  return equals == std::string_view::npos ? std::string() : std::string(module.substr(0, equals));
}

void add_served_names(const std::vector<std::string>& words, std::vector<std::string>& names) {
  bool is_name = false;
  bool is_module = false;
  const auto add = [&](std::string_view value) {
    std::string name = is_module ? adapter_name(value) : std::string(value);
    // What a variable stands for is not known here.
    if (!name.empty() && name.find('$') == std::string::npos) names.push_back(std::move(name));
  };
  for (const std::string& word : words) {
    if (word.starts_with("--")) {
      const std::string flag_name = flag_of(word);
      is_name = flag_name == "--served-model-name";
      is_module = flag_name == "--lora-modules";
      if ((is_name || is_module) && flag_name.size() < word.size())
        add(std::string_view(word).substr(flag_name.size() + 1));
    } else if (constexpr std::string_view ends = "-&|;<>"; ends.find(word.front()) != std::string_view::npos) {
      is_name = is_module = false;
    } else if (is_name || is_module) {
      add(word);
    }
  }
}

}  // namespace

Engine find_engine(const Json& object) {
  if (const auto labelled = engine_of_type(find_label(object, engine_label))) return *labelled;
  const Engine found = engine_of_containers(object);
  const bool of_kserve = find_label(object, "app.kubernetes.io/component").starts_with("llminferenceservice-workload");
  return found == Engine::vllm && of_kserve ? Engine::kserve_vllm : found;
}

std::string find_role(const Json& object) {
  return std::string(find_label(object, role_label));
}

std::string role_of(std::string told_by_object, const Json& scale) {
  std::string_view selector = find_text(scale, {"status", "selector"});
  while (told_by_object.empty() && !selector.empty()) {
    const std::string_view requirement = selector.substr(0, selector.find(','));
    selector.remove_prefix(std::min(requirement.size() + 1, selector.size()));
    for (const std::string_view label : {role_label, disaggregated_role_label}) {
      if (requirement.starts_with(label) && requirement.substr(label.size()).starts_with('='))
        told_by_object = requirement.substr(label.size() + 1);
    }
  }
  if (told_by_object == "both") return "prefill-decode";
  return told_by_object.empty() ? "decode" : told_by_object;
}

std::optional<std::uint32_t> find_max_num_seqs(const Json& object) {
  for (const Json::json_pointer& list : container_lists) {
    if (!object.contains(list) || !object.at(list).is_array()) continue;
    for (const Json& container : object.at(list)) {
      if (!container.is_object()) continue;
      if (const auto found = find_in(container)) return found;
    }
  }
  return std::nullopt;
}

std::vector<std::string> find_served_names(const Json& object) {
  std::vector<std::string> names;
  for (const Json::json_pointer& list : container_lists) {
    if (!object.contains(list) || !object.at(list).is_array()) continue;
    for (const Json& container : object.at(list)) {
      if (container.is_object()) add_served_names(words_of(container), names);
    }
  }
  return names;
}

}  // namespace inferno::kubernetes
