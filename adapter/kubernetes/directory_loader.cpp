#include "adapter/kubernetes/directory_loader.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>
#include <utility>

namespace inferno::kubernetes {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = std::uintmax_t{16} << 20U;

// A file changed this recently may change again without its time stamps showing it: they have the grain of a kernel
// tick.
constexpr std::chrono::nanoseconds time_stamp_grain = std::chrono::milliseconds{100};

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool is_manifest_name(const fs::path& path) {
  const std::string name = path.filename();
  return !name.starts_with('.') && (name.ends_with(".yaml") || name.ends_with(".yml"));
}

std::string message_of(int error) {
  return std::generic_category().message(error);
}

ParseResult<std::string> read_file(const fs::path& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return ParseError{"can't be opened: " + message_of(errno)};
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return ParseError{"can't be read: " + message_of(errno)};
  return {boost::system::in_place_value, std::move(text)};
}

// Manifest files of the directory by name, or why there are none.
boost::system::result<std::vector<fs::path>, ParseError> list(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> paths;
  fs::directory_iterator entries(directory, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    std::error_code ignored;
    if (is_manifest_name(entries->path()) && !entries->is_directory(ignored)) paths.push_back(entries->path());
  }
  if (error) return ParseError{"directory " + directory.string() + " can't be read: " + error.message()};
  std::ranges::sort(paths);
  return paths;
}

std::string name_of(const ObjectName& name) {
  return name.namespace_name + "/" + name.name;
}

// As describe(object) names them.
std::string describe(const ClusterObject& object) {
  struct Describer {
    std::string operator()(const std::shared_ptr<const Variant>& variant) const {
      return "VariantAutoscaling " + variant->namespace_name + "/" + variant->name;
    }
    std::string operator()(const TargetObject& target) const {
      return target.key.kind + " " + target.key.namespace_name + "/" + target.key.name;
    }
    std::string operator()(const std::shared_ptr<const AutoscalerObject>& autoscaler) const {
      return "HorizontalPodAutoscaler " + name_of(autoscaler->name);
    }
    std::string operator()(const ConfigMapObject& config_map) const { return "ConfigMap " + name_of(config_map.name); }
  };
  return std::visit(Describer{}, object);
}

// Gives what is broken its last good form, and says so.
std::set<std::string> keep_last_good(const std::vector<ClusterObject>& before, Manifest& manifest) {
  std::set<std::string> names;
  for (const ClusterObject& object : manifest.objects) names.insert(describe(object));
  std::map<std::string, bool> kept;  // broken objects by name: whether there is a last good form
  for (const BrokenObject& broken : manifest.broken) kept[broken.name] = false;
  for (const ClusterObject& object : before) {
    const std::string name = describe(object);
    auto broken = kept.find(name);
    if (broken == kept.end()) broken = kept.find("");  // it may be any object
    if (names.contains(name) || broken == kept.end()) continue;
    broken->second = true;
    manifest.objects.push_back(object);
  }
  std::set<std::string> problems;
  for (const BrokenObject& broken : manifest.broken) {
    const std::string whose = broken.name.empty() ? "the file's" : "its";
    problems.insert(broken.cause + (kept[broken.name] ? "; " + whose + " last good content still applies" : ""));
  }
  return problems;
}

// Puts the objects of files together and reports those that replace another one.
class Merger {
 public:
  DirectoryContent content;

  void add(const fs::path& file, const ClusterObject& object) {
    std::visit([this](const auto& item) { put(item); }, object);
    const std::string name = file.filename();
    const std::string description = describe(object);
    const auto [previous, is_new] = files_.try_emplace(description, name);
    if (is_new) return;
    content.duplicates.insert(description + " is in " + previous->second + " and in " + name + ": the one in " + name +
                              " applies, remove the other");
    previous->second = name;
  }

 private:
  void put(const std::shared_ptr<const Variant>& variant) {
    const ObjectName name{.namespace_name = variant->namespace_name, .name = variant->name};
    content.objects.variants.insert_or_assign(name, variant);
  }
  void put(const TargetObject& target) { content.objects.targets.insert_or_assign(target.key, target.target); }
  void put(const std::shared_ptr<const AutoscalerObject>& autoscaler) {
    content.objects.autoscalers.insert_or_assign(autoscaler->name, autoscaler);
  }
  void put(const ConfigMapObject& config_map) {
    content.objects.config_maps.insert_or_assign(config_map.name, config_map.data);
  }

  std::map<std::string, std::string> files_;
};

}  // namespace

DirectoryLoader::DirectoryLoader(fs::path directory) : directory_(std::move(directory)) {}

bool DirectoryLoader::load() {
  const auto paths = list(directory_);
  if (!paths) {
    directory_problem_ = paths.error().message + (loaded_ ? "; its last content still applies" : "");
    return false;
  }
  directory_problem_.reset();
  bool changed = !std::exchange(loaded_, true);
  changed |=
      std::erase_if(files_, [&](const auto& file) { return !std::ranges::binary_search(*paths, file.first); }) > 0;
  for (const fs::path& path : *paths) changed |= load_file(path, files_[path]);
  return changed;
}

bool DirectoryLoader::load_file(const fs::path& path, File& file) {
  const auto fail = [&file](const std::string& cause) {
    const bool has_last_good = !file.content.objects.empty();
    file.text_hash = 0;
    file.problems = {cause + (has_last_good ? "; the file's last good content still applies" : "")};
    return false;
  };
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    file.signature.reset();
    return fail("can't be read: " + message_of(errno));
  }
  const Signature signature{.device = status.st_dev,
                            .inode = status.st_ino,
                            .size = status.st_size,
                            .modified_ns = nanoseconds(status.st_mtim),
                            .changed_ns = nanoseconds(status.st_ctim)};
  if (file.signature == signature) return false;

  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const bool settled = now - std::chrono::nanoseconds{signature.changed_ns} > time_stamp_grain;
  file.signature = settled ? std::optional{signature} : std::nullopt;
  if (!S_ISREG(status.st_mode)) return fail("not a regular file");
  if (static_cast<std::uintmax_t>(status.st_size) > largest_file) {
    return fail("larger than " + std::to_string(largest_file >> 20U) + " MiB; split it");
  }
  const auto text = read_file(path);
  if (!text) {
    file.signature.reset();
    return fail(text.error().message);
  }
  const std::size_t text_hash = std::hash<std::string>{}(*text);
  if (std::exchange(file.text_hash, text_hash) == text_hash) return false;
  Manifest manifest = parse_manifest(*text);
  const std::size_t fresh = manifest.objects.size();
  file.problems = keep_last_good(file.content.objects, manifest);
  const bool is_as_it_was =
      fresh == 0 && !manifest.broken.empty() && manifest.objects.size() == file.content.objects.size();
  file.content = std::move(manifest);
  return !is_as_it_was;
}

DirectoryContent DirectoryLoader::content() const {
  Merger merger;
  for (const auto& [path, file] : files_) {
    for (const ClusterObject& object : file.content.objects) merger.add(path, object);
  }
  return std::move(merger.content);
}

void DirectoryLoader::share(const std::shared_ptr<const ClusterState>& state, const ClusterObjects& objects) {
  const auto shared = [&](const std::shared_ptr<const Variant>& variant) -> std::shared_ptr<const Variant> {
    const auto used = objects.variants.find({.namespace_name = variant->namespace_name, .name = variant->name});
    const auto index = state->find(variant->namespace_name, variant->name);
    if (used != objects.variants.end() && used->second == variant && index) {
      return {state, &state->variants()[*index]};
    }
    return std::make_shared<const Variant>(*variant);  // it may be of an old state, which must not live on for it
  };
  for (auto& [path, file] : files_) {
    for (ClusterObject& object : file.content.objects) {
      if (auto* variant = std::get_if<std::shared_ptr<const Variant>>(&object)) *variant = shared(*variant);
    }
  }
}

std::set<std::string> DirectoryLoader::problems() const {
  std::set<std::string> result;
  if (directory_problem_) result.insert(*directory_problem_);
  for (const auto& [path, file] : files_) {
    for (const std::string& problem : file.problems) result.insert(path.string() + ": " + problem);
  }
  return result;
}

std::set<std::string> DirectoryLoader::ignored() const {
  std::set<std::string> result;
  for (const auto& [path, file] : files_) {
    for (const std::string& object : file.content.ignored) result.insert(object + " in " + path.filename().string());
  }
  return result;
}

std::set<fs::path> DirectoryLoader::directories() const {
  std::set<fs::path> result;
  for (const auto& [path, file] : files_) {
    std::error_code error;
    const fs::path resolved = fs::canonical(path, error);
    if (!error) result.insert(resolved.parent_path());
  }
  return result;
}

}  // namespace inferno::kubernetes
