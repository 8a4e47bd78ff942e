#include "adapter/kubernetes/directory_source.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <system_error>
#include <utility>

namespace inferno::kubernetes {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

// Absolute, without "." and without a slash at the end.
fs::path normalized(const fs::path& path) {
  fs::path result = fs::absolute(path).lexically_normal();
  return result.has_filename() ? result : result.parent_path();
}

std::string joined(const std::set<std::string>& lines) {
  std::string result;
  for (const std::string& line : lines) result += (result.empty() ? "" : "; ") + line;
  return result;
}

// True when `watch` reported a change before `time` had passed.
asio::awaitable<bool> changes_within(DirectoryWatch& watch, std::chrono::milliseconds time) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(time);
  const auto first = co_await (watch.wait() || timer.async_wait(asio::use_awaitable));
  co_return first.index() == 0;
}

}  // namespace

DirectorySource::DirectorySource(const asio::any_io_executor& executor, const fs::path& directory,
                                 ClusterSettings settings, const Clock& clock, Timing timing)
    : directory_(normalized(directory)),
      clock_(clock),
      timing_(timing),
      watch_(executor),
      loader_(directory_),
      assembler_(std::move(settings)) {}

asio::awaitable<void> DirectorySource::run() {
  while (true) {
    // What is newly watched may have changed between looking and watching: look again until nothing new turns up.
    do {
      load();
    } while (watch_.watch(directories_of_interest()));
    co_await next_change();
  }
}

void DirectorySource::load() {
  const bool changed = loader_.load();
  const auto problems = loader_.problems();
  {
    const std::scoped_lock lock(mutex_);
    problem_ = problems.empty() ? std::nullopt : std::optional{joined(problems)};
  }
  problems_.update(problems);
  if (changed) publish();
}

void DirectorySource::publish() {
  auto content = loader_.content();
  duplicates_.update(std::move(content.duplicates));
  std::set<std::string> ignored;
  for (const std::string& object : loader_.ignored()) {
    ignored.insert(
        object +
        " is not used: neither a VariantAutoscaling nor a scale target nor a HorizontalPodAutoscaler nor a ConfigMap");
  }
  ignored_.update(std::move(ignored));

  auto state = assembler_.assemble(content.objects, clock_.now());
  loader_.share(state, content.objects);
  spdlog::debug("{}: {} variants of {} models", directory_.string(), state->variants().size(), state->models().size());
  {
    const std::scoped_lock lock(mutex_);
    current_ = std::move(state);
  }
  if (listener_) listener_();
}

DirectoryWatch::Directories DirectorySource::directories_of_interest() const {
  DirectoryWatch::Directories result;
  result[directory_] = "";
  for (const fs::path& directory : loader_.directories()) result[directory] = "";

  // The parents tell when the directory itself, or the link that leads to it, is replaced.
  const auto add_parent = [&result](const fs::path& path) {
    const auto [entry, is_new] = result.try_emplace(path.parent_path(), path.filename());
    if (!is_new && entry->second != path.filename()) entry->second.clear();
  };
  add_parent(directory_);
  std::error_code error;
  const fs::path resolved = fs::canonical(directory_, error);
  if (!error) add_parent(resolved);
  return result;
}

asio::awaitable<void> DirectorySource::next_change() {
  const bool changed = co_await changes_within(watch_, timing_.look_again);
  if (!changed) co_return;
  const auto deadline = std::chrono::steady_clock::now() + timing_.longest_wait;
  while (std::chrono::steady_clock::now() < deadline) {
    const bool more = co_await changes_within(watch_, timing_.quiet);
    if (!more) co_return;
  }
}

std::shared_ptr<const ClusterState> DirectorySource::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

std::optional<std::string> DirectorySource::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

void DirectorySource::on_change(std::function<void()> listener) {
  listener_ = std::move(listener);
}

}  // namespace inferno::kubernetes
