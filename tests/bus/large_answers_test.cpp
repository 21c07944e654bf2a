/// Answers that are larger than what the kernel takes from the service at once. Without
/// CAP_NET_ADMIN, which the unit does not have, that is some 200 KiB; here it is less than any
/// answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "service_in_process.hpp"

namespace jts::hot_storage::test {
namespace {

constexpr int smallest_buffer = 2304;

class LargeAnswers : public ServiceInProcess {
  protected:
    LargeAnswers() {
        const int socket = connection_->getEventLoopPollData().fd;
        EXPECT_EQ(
            ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &smallest_buffer, sizeof smallest_buffer),
            0);
    }
};

TEST_F(LargeAnswers, OfAWorkerComeWhole) {
    const auto answer = host_.call(World::pat, {.member = "GetLayout", .fill = no_options()});
    ASSERT_TRUE(answer.ok()) << answer.message;
    EXPECT_GT(answer.values.at(0).get<std::string>().size(), 2u * smallest_buffer);
}

}  // namespace
}  // namespace jts::hot_storage::test
