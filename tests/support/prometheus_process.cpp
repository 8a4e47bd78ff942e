#include "tests/support/prometheus_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace inferno::testing {
namespace {

constexpr std::chrono::seconds start_limit{30};

struct Child {
  pid_t process = -1;
  int output = -1;  // read end of its standard output and error
};

// Runs a program with both outputs in one pipe. It dies with this process, so that a crashed test leaves nothing
// behind.
Child spawn(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t process = ::fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(pipe[1], STDERR_FILENO);
    ::execvp(arguments.front(), arguments.data());
    static constexpr std::string_view message = "cannot be started: is the Debian package prometheus installed?\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
    ::_exit(127);
  }
  ::close(pipe[1]);
  return {process, pipe[0]};
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Appends what there is; false at the end of the output.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  do {
    count = ::read(descriptor, buffer.data(), buffer.size());
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  text.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

void run(const std::vector<std::string>& command) {
  const Child child = spawn(command);
  std::string output;
  while (read_some(child.output, output)) {
  }
  ::close(child.output);
  if (wait_for(child.process) != 0) throw std::runtime_error(command.front() + " failed: " + output);
}

// The port of the line `... msg="Listening on" address=127.0.0.1:40829`.
std::optional<std::uint16_t> port_in(std::string_view log) {
  constexpr std::string_view listening = "msg=\"Listening on\" address=";
  const std::size_t begin = log.find(listening);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string_view line = log.substr(begin, log.find('\n', begin) - begin);
  const std::size_t colon = line.find(':');
  std::uint16_t port = 0;
  if (colon == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
  return error == std::errc{} ? std::optional(port) : std::nullopt;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

std::filesystem::path make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "inferno-prometheus-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
  return name;
}

}  // namespace

OpenMetricsHistory& OpenMetricsHistory::add(std::string_view series, TimePoint time, double value) {
  std::array<char, 32> number{};
  const auto [end, error] = std::to_chars(number.data(), number.data() + number.size(), value);
  static_cast<void>(error);  // 32 characters hold any double
  std::array<char, 32> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%.3f", static_cast<double>(time.time_since_epoch().count()) / 1000.0);
  lines_.append(series).append(" ").append(number.data(), end).append(" ").append(seconds.data()).append("\n");
  return *this;
}

// Reads the output to its end on a thread of its own (a full pipe would stop Prometheus) and tells what is in it.
class PrometheusProcess::Log {
 public:
  explicit Log(int descriptor) : thread_([this, descriptor] { read_all(descriptor); }) {}
  ~Log() { thread_.join(); }  // the process has ended, so the pipe has too
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  Log(Log&&) = delete;
  Log& operator=(Log&&) = delete;

  // The port, once it listens there and serves; nothing if it ends or takes too long.
  std::optional<std::uint16_t> wait_until_ready() {
    std::unique_lock lock(mutex_);
    // The two lines come in either order.
    const auto port = [this]() -> std::optional<std::uint16_t> {
      if (text_.find("Server is ready to receive web requests") == std::string::npos) return std::nullopt;
      return port_in(text_);
    };
    changed_.wait_for(lock, start_limit, [&] { return ended_ || port().has_value(); });
    return port();
  }

  std::string tail() {
    const std::lock_guard lock(mutex_);
    constexpr std::size_t size = 2000;
    return text_.size() > size ? text_.substr(text_.size() - size) : text_;
  }

 private:
  void read_all(int descriptor) {
    std::string part;
    while (read_some(descriptor, part)) {
      const std::lock_guard lock(mutex_);
      text_ += part;
      part.clear();
      changed_.notify_all();
    }
    ::close(descriptor);
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
  std::thread thread_;  // last: it uses the members above
};

PrometheusProcess::PrometheusProcess(const Setup& setup) : folder_(make_folder()), flags_(setup.flags) {
  try {
    write_file(folder_ / "prometheus.yml", setup.configuration);
    if (!setup.history.empty()) {
      write_file(folder_ / "history.txt", setup.history.text());
      run({"promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", folder_ / "history.txt",
           folder_ / "data"});
    }
    start();
  } catch (...) {
    std::filesystem::remove_all(folder_);
    throw;
  }
}

PrometheusProcess::~PrometheusProcess() {
  kill();
  std::error_code ignored;  // a folder left behind in the temporary directory is no reason to end the tests
  std::filesystem::remove_all(folder_, ignored);
}

std::string PrometheusProcess::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> PrometheusProcess::command() const {
  std::vector<std::string> command = {"prometheus", "--config.file=" + (folder_ / "prometheus.yml").string(),
                                      "--storage.tsdb.path=" + (folder_ / "data").string(),
                                      "--storage.tsdb.retention.time=100y",
                                      "--web.listen-address=127.0.0.1:" + std::to_string(port_)};
  command.insert(command.end(), flags_.begin(), flags_.end());
  return command;
}

void PrometheusProcess::start() {
  if (process_ > 0) return;
  const Child child = spawn(command());
  process_ = child.process;
  log_ = std::make_unique<Log>(child.output);
  const std::optional<std::uint16_t> port = log_->wait_until_ready();
  if (!port) {
    const std::string tail = log_->tail();
    kill();
    throw std::runtime_error("Prometheus did not become ready; its log ends with:\n" + tail);
  }
  port_ = *port;
}

void PrometheusProcess::stop() {
  end(SIGTERM);
}
void PrometheusProcess::kill() {
  end(SIGKILL);
}

void PrometheusProcess::end(int signal) {
  if (process_ <= 0) return;
  ::kill(process_, signal);
  ::kill(process_, SIGCONT);  // a paused one would never see SIGTERM
  wait_for(process_);
  process_ = -1;
  log_.reset();
}

void PrometheusProcess::pause() const {
  if (process_ <= 0) return;
  ::kill(process_, SIGSTOP);
  int status = 0;
  ::waitpid(process_, &status, WUNTRACED);  // a busy machine stops it later than kill returns
}

void PrometheusProcess::resume() const {
  if (process_ > 0) ::kill(process_, SIGCONT);
}

}  // namespace inferno::testing
