#include "engine/open_questions.hpp"

#include <utility>

namespace jts::hot_storage::engine {

bool OpenQuestions::ask(std::uint32_t uid, Ask ask) {
    User& user = users_[uid];
    if (user.waiting.size() >= limits_.waiting) return false;
    user.waiting.push_back(std::move(ask));
    go_on(uid);
    return true;
}

void OpenQuestions::answered(std::uint32_t uid) {
    --users_.at(uid).open;
    go_on(uid);
}

/// A question that cannot be asked takes no room.
void OpenQuestions::go_on(std::uint32_t uid) {
    User& user = users_.at(uid);
    while (user.open < limits_.open && !user.waiting.empty()) {
        const auto next = std::move(user.waiting.front());
        user.waiting.pop_front();
        user.open += next() ? 1 : 0;
    }
    if (user.open == 0) users_.erase(uid);
}

}  // namespace jts::hot_storage::engine
