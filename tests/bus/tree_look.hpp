/// What a test sees of a tree and of those who look into it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace jts::hot_storage::test {

/// Type, mode, owners, links, size and times of change of everything below a directory and of
/// itself, by path.
std::map<std::string, std::string> picture_of(const std::string& root);

/// Opens of, and reads from, directories.
class Watch {
  public:
    explicit Watch(const std::vector<std::string>& paths);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// How many there were since the last question.
    std::size_t count() const;
    bool saw_something() const { return count() > 0; }

  private:
    int fd_;
};

}  // namespace jts::hot_storage::test
