// Remembers answers of somebody far away for a while, and lets those who ask the same at the same time share one
// question. Bounded in size. Thread safe.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "server/api/error.hpp"
#include "server/common/expiring_cache.hpp"
#include "server/common/shared_flight.hpp"
#include "server/common/steady_clock.hpp"

namespace inferno::server {

template <class Key, class Answer>
class AnswerCache {
 public:
  struct Fresh {
    Answer answer;
    std::chrono::steady_clock::duration lifetime{};  // not remembered where zero
  };

  AnswerCache(std::size_t capacity, SteadyClock clock) : state_(std::make_shared<State>(capacity, std::move(clock))) {}

  // The answer remembered; else that of `ask()`, an awaitable of Result<Fresh>, which runs as part of one of the
  // coroutines that wait for it. Its error reaches all of them and is not remembered. Where it ends by an exception,
  // such as the cancellation of that coroutine, the next one asks anew. `ask` must outlive the call.
  template <class Ask>
  [[nodiscard]] boost::asio::awaitable<Result<Answer>> get(Key key, const Ask& ask) {
    const boost::asio::any_io_executor mine = co_await boost::asio::this_coro::executor;
    for (;;) {
      std::shared_ptr<Flight> flight;
      std::shared_ptr<SharedFlight::Ticket> ticket;
      {
        const std::lock_guard lock(state_->mutex);
        if (const Answer* known = state_->answers.find(key, state_->clock())) co_return *known;
        auto& under_way = state_->flights[key];
        if (under_way) {
          ticket = under_way->landing.board(mine);
        } else {
          under_way = std::make_shared<Flight>();
        }
        flight = under_way;
      }
      if (!ticket) {
        Landing landing(state_, key, flight);
        Result<Answer> answer = co_await fly(std::move(landing), ask);
        co_return answer;
      }
      co_await SharedFlight::landing(ticket);
      const std::lock_guard lock(state_->mutex);
      if (flight->outcome) co_return *flight->outcome;
    }
  }

 private:
  struct Flight {
    std::optional<Result<Answer>> outcome;  // guarded by the state's mutex
    SharedFlight landing;
  };

  struct State {
    State(std::size_t capacity, SteadyClock reading) : clock(std::move(reading)), answers(capacity) {}

    SteadyClock clock;
    std::mutex mutex;  // guards what follows
    ExpiringCache<Key, Answer> answers;
    std::map<Key, std::shared_ptr<Flight>> flights;  // under way
  };

  // Ends the flight, however the coroutine that holds it ends.
  class Landing {
   public:
    Landing(std::shared_ptr<State> state, Key key, std::shared_ptr<Flight> flight)
        : state_(std::move(state)), key_(std::move(key)), flight_(std::move(flight)) {}
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    Landing(Landing&&) noexcept = default;
    Landing& operator=(Landing&&) = delete;
    ~Landing() {
      if (!flight_) return;  // moved from
      {
        const std::lock_guard lock(state_->mutex);
        state_->flights.erase(key_);
      }
      flight_->landing.land();
    }

    void set(const Result<Fresh>& fresh) {
      const std::lock_guard lock(state_->mutex);
      if (!fresh) {
        flight_->outcome.emplace(fresh.error());
        return;
      }
      flight_->outcome.emplace(fresh->answer);
      if (fresh->lifetime > std::chrono::steady_clock::duration::zero()) {
        state_->answers.put(key_, fresh->answer, state_->clock() + fresh->lifetime);
      }
    }

   private:
    std::shared_ptr<State> state_;
    Key key_;
    std::shared_ptr<Flight> flight_;
  };

  template <class Ask>
  static boost::asio::awaitable<Result<Answer>> fly(Landing landing, const Ask& ask) {
    const Result<Fresh> fresh = co_await ask();
    landing.set(fresh);
    if (!fresh) co_return fresh.error();
    co_return fresh->answer;
  }

  std::shared_ptr<State> state_;
};

}  // namespace inferno::server
