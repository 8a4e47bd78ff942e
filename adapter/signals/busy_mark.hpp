// Marks work that is under way, until the end of the scope or the end of the coroutine, however it ends.
#pragma once

namespace inferno::signals {

class BusyMark {
 public:
  explicit BusyMark(bool& busy) : busy_(busy) { busy_ = true; }
  ~BusyMark() { busy_ = false; }
  BusyMark(const BusyMark&) = delete;
  BusyMark& operator=(const BusyMark&) = delete;
  BusyMark(BusyMark&&) = delete;
  BusyMark& operator=(BusyMark&&) = delete;

 private:
  bool& busy_;
};

}  // namespace inferno::signals
