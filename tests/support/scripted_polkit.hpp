/// polkit's authority on a private bus, saying what a test tells it to say.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jts::hot_storage::test {

/// Thread-safe. On the bus from construction on.
class ScriptedPolkit {
  public:
    enum class Verdict {
        yes,
        no,
        challenge,
        dismissed,  ///< the caller's agent asked, and the prompt was cancelled
        error,
        hold,  ///< no answer, until `answer_held` is called
    };

    /// A CheckAuthorization, as it came.
    struct Question {
        std::string subject_kind;
        std::string subject;  ///< the unique bus name
        std::uint32_t uid;    ///< of that name, as the bus says
        std::string action;
        std::uint32_t flags;
    };
    using Script = std::function<Verdict(const Question&)>;

    ScriptedPolkit();
    ~ScriptedPolkit();
    ScriptedPolkit(const ScriptedPolkit&) = delete;
    ScriptedPolkit& operator=(const ScriptedPolkit&) = delete;

    /// Without a script every answer is yes.
    void decide(Script script);
    void decide(Verdict verdict) {
        decide([verdict](const Question&) { return verdict; });
    }

    std::vector<Question> questions() const;
    void forget_questions();

    /// Waits until so many questions are held; false after half a minute.
    bool wait_for_held(std::size_t count) const;
    /// Answers the held questions, oldest first, with one verdict for each.
    void answer_held(const std::vector<Verdict>& verdicts);
    /// Answers whatever is held at the moment. How many that were.
    std::size_t answer_all_held(Verdict verdict);

    /// Leaves the bus as a killed process does, without an answer to what is held.
    void vanish();

  private:
    class Authority;
    std::unique_ptr<Authority> authority_;
};

}  // namespace jts::hot_storage::test
