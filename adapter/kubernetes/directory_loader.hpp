// The YAML files of one directory as cluster objects: *.yaml and *.yml, not those whose name starts with a point, not
// subdirectories. Symbolic links are followed. What can't be read keeps its last good form: an object by its name;
// where a document of a file is not YAML, what the file had and now lacks; a file; the whole directory when it
// vanishes.
//
// Reads local files, at most 16 MiB each, and only those that changed since the last call. Not thread safe.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapter/common/parse_result.hpp"
#include "adapter/common/time.hpp"
#include "adapter/kubernetes/cluster_objects.hpp"
#include "adapter/kubernetes/manifest.hpp"

namespace inferno::kubernetes {

struct DirectoryContent {
  ClusterObjects objects;
  // Objects that appear twice. The last one counts, by file name in byte order, then by position, as `kubectl apply -f
  // DIR` would leave it.
  std::set<std::string> duplicates;
};

class DirectoryLoader {
 public:
  explicit DirectoryLoader(std::filesystem::path directory);

  // Looks again. True when the objects may have changed (always, the first time that the directory can be read).
  bool load();

  // False until the directory could be read once.
  [[nodiscard]] bool loaded() const { return loaded_; }
  [[nodiscard]] DirectoryContent content() const;
  // `state` was made of `objects`, which are those of content(). From now on its variants stand for the equal ones that
  // the files gave, so that they are not in memory twice; that they have a target then does not matter to whoever
  // assembles the next state, which joins them anew.
  void share(const std::shared_ptr<const ClusterState>& state, const ClusterObjects& objects);
  // What is wrong now and was not applied, each with file, document, line, object and cause.
  [[nodiscard]] std::set<std::string> problems() const;
  // Objects of kinds that are of no interest, each with its file.
  [[nodiscard]] std::set<std::string> ignored() const;
  // Directories that hold the files once symbolic links are resolved: where changes show.
  [[nodiscard]] std::set<std::filesystem::path> directories() const;

 private:
  // What tells that a file is the same as before without reading it.
  struct Signature {
    dev_t device{};
    ino_t inode{};
    off_t size{};
    std::int64_t modified_ns{};
    std::int64_t changed_ns{};

    bool operator==(const Signature&) const = default;
  };
  struct File {
    std::optional<Signature> signature;  // nothing: read it again whatever it looks like
    std::size_t text_hash = 0;           // of the text that `content` and `problems` come from
    Manifest content;
    std::set<std::string> problems;
  };

  static bool load_file(const std::filesystem::path& path, File& file);

  std::filesystem::path directory_;
  bool loaded_ = false;
  std::optional<std::string> directory_problem_;
  std::map<std::filesystem::path, File> files_;
};

}  // namespace inferno::kubernetes
