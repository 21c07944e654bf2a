/// How many questions about each user are open at an authority at once; further ones wait for
/// their turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>

namespace jts::hot_storage::engine {

struct OpenQuestionLimits {
    std::size_t open = 16;       ///< the bus lets a connection have 128 calls open, for all users
    std::size_t waiting = 1000;  ///< as many as a user may call at once
};

/// One thread at a time. Remembers users only while something of theirs is open.
class OpenQuestions {
  public:
    /// Asks, and says whether that worked. Must not throw.
    using Ask = std::function<bool()>;

    explicit OpenQuestions(OpenQuestionLimits limits = {}) : limits_(limits) {}

    /// Asks at once or later. False: too many wait, and it will not be asked.
    bool ask(std::uint32_t uid, Ask ask);
    /// To be called once for each question that was asked, when its answer is there.
    void answered(std::uint32_t uid);

    std::size_t users() const { return users_.size(); }

  private:
    struct User {
        std::size_t open = 0;
        std::deque<Ask> waiting;
    };

    void go_on(std::uint32_t uid);

    const OpenQuestionLimits limits_;
    std::unordered_map<std::uint32_t, User> users_;
};

}  // namespace jts::hot_storage::engine
