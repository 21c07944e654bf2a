#include "core/layout_merge.hpp"

#include "core/layout_node.hpp"

namespace jts::hot_storage {

namespace {

using nlohmann::json;

class Patcher {
  public:
    Patcher(std::map<std::string, std::string>& sources, const std::string& file)
        : sources_(sources), file_(file) {}

    void patch(json& target, const json& patch, const std::string& pointer) {
        if (patch.is_object()) {
            patch_members(target, patch, pointer);
            return;
        }
        forget(pointer);
        target = patch;
        sources_[pointer] = file_;
    }

  private:
    void patch_members(json& target, const json& patch, const std::string& pointer) {
        if (!target.is_object()) {
            forget(pointer);
            target = json::object();
        }
        for (const auto& [key, value] : patch.items()) {
            const auto member = child_pointer(pointer, key);
            if (value.is_null()) {
                forget(member);
                target.erase(key);
            } else {
                this->patch(target[key], value, member);
            }
        }
    }

    /// The value at `pointer` is going, with everything in it.
    void forget(const std::string& pointer) {
        sources_.erase(pointer);
        const auto prefix = pointer + "/";
        auto inner = sources_.lower_bound(prefix);
        while (inner != sources_.end() && inner->first.starts_with(prefix))
            inner = sources_.erase(inner);
    }

    std::map<std::string, std::string>& sources_;
    const std::string& file_;
};

}  // namespace

void MergedLayout::apply(const json& patch, const std::string& file) {
    Patcher(sources, file).patch(document, patch, "");
}

}  // namespace jts::hot_storage
