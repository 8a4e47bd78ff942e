// When to write again after the API server said no. Not thread safe.
//
// Where the server cannot be reached or is in trouble, nothing is written for a while, which doubles from a second to a
// minute, or lasts as long as the server asks. Where it forbids a write, that namespace is left alone, for ten
// seconds at first, five minutes in the end. Each is logged once when it begins and once when it is over.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/common/monotonic_clock.hpp"
#include "adapter/common/time.hpp"
#include "adapter/kubernetes/api/api_client.hpp"
#include "adapter/kubernetes/complaints.hpp"

namespace inferno::feedback {

class WriteBackoff {
 public:
  // `what` is written, needing `permission`; for the log.
  WriteBackoff(std::string what, std::string permission);

  [[nodiscard]] bool may_write(std::string_view namespace_name, MonotonicTime now) const;
  void note_success(std::string_view namespace_name);
  // Whether the failure was about more than the one object: then this waits, and the object need not.
  bool note_failure(std::string_view namespace_name, const kubernetes::ApiFailure& failure, MonotonicTime now);

 private:
  struct Pause {
    MonotonicTime until;
    Duration length{};
    std::string complaint;
  };
  void complain();

  std::string what_;
  std::string permission_;
  std::optional<Pause> trouble_;
  std::map<std::string, Pause, std::less<>> denied_;
  kubernetes::Complaints complaints_{kubernetes::Complaints::Level::warning};
};

}  // namespace inferno::feedback
