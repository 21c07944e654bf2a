// What raises an alert, what clears it, and what does neither.
#include "core/alert.hpp"

#include <gmock/gmock.h>

#include "unit/alert_host.hpp"

namespace jts::hot_storage::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Alerts, AreRaisedAtALevelAndClearedUnderItLessTheHysteresis) {
    AlertHost host;
    for (const auto bytes : {799, 800, 790, 780, 779}) host.sample_with(bytes);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning", "cleared usage.db warning"));
    EXPECT_THAT(host.alerts, IsEmpty());
}

TEST(Alerts, SayWhatWasSeenSinceWhen) {
    AlertHost host;
    host.sample_with(800);
    const auto raised_at = host.now;
    host.sample_with(812);
    EXPECT_EQ(host.alert("usage.db"),
              (Alert{"usage.db", Level::warning, raised_at, 81.2, 80,
                     "db's share of its plan is 81.2 %, with levels at 80 and 90 %"}));
}

TEST(Alerts, ThatGetWorseAreClearedAndRaisedAnew) {
    AlertHost host;
    for (const auto bytes : {850, 900}) host.sample_with(bytes);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning", "cleared usage.db warning",
                                       "raised usage.db critical"));
    EXPECT_EQ(host.alert("usage.db").since, host.now);
    EXPECT_EQ(host.alert("usage.db").threshold, 90);
}

TEST(Alerts, GetBetterOnlyUnderTheCriticalLevelLessTheHysteresis) {
    AlertHost host;
    for (const auto bytes : {900, 885, 901, 880}) host.sample_with(bytes);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db critical"));
    host.sample_with(879);
    host.sample_with(100);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db critical", "cleared usage.db critical",
                                       "raised usage.db warning", "cleared usage.db warning"));
}

TEST(Alerts, AtOnceCriticalAndAtOnceGoneAreToldOnce) {
    AlertHost host;
    for (const auto bytes : {950, 10}) host.sample_with(bytes);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db critical", "cleared usage.db critical"));
}

TEST(Alerts, OfBytesNeedNoPlan) {
    AlertHost host;
    host.layout.services.front().planned_bytes = 0;
    host.limits().warning_bytes = 500;
    for (const auto bytes : {499, 500, 490}) host.sample_with(bytes);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning"));
    EXPECT_EQ(host.alert("usage.db").message, "db uses 490 bytes, with levels at 500 and none");
    EXPECT_EQ(host.alert("usage.db").threshold, 500);
    host.sample_with(489);
    EXPECT_THAT(host.alerts, IsEmpty());
}

TEST(Alerts, OfPercentAndBytesAreOne) {
    AlertHost host;
    host.limits().warning_bytes = 500;
    host.sample_with(850);
    host.sample_with(600);
    EXPECT_THAT(host.alert("usage.db").message, HasSubstr("600 bytes"));
    host.sample_with(790);  // over the level in bytes; only kept by the one in percent
    EXPECT_THAT(host.alert("usage.db").message, HasSubstr("790 bytes"));
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning"));
}

TEST(Alerts, AnIncompleteCountRaisesAndNeverClears) {
    AlertHost host;
    host.db().incomplete = true;
    host.sample_with(850);
    host.sample_with(10);
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning"));
    EXPECT_EQ(host.alert("usage.db").value, 85) << "what was seen last";
    host.sample_with(910);
    host.sample_with(820);
    EXPECT_EQ(host.alert("usage.db").severity, Level::critical);
    host.db().incomplete = false;
    host.sample_with(820);
    EXPECT_EQ(host.alert("usage.db").severity, Level::warning);
}

TEST(Alerts, StayWhereTheServiceWasNotCounted) {
    AlertHost host;
    host.drift["db"] = 1;
    host.sample_full_in(1);
    host.data().available_bytes = 0;
    host.data().used_bytes = 10;
    host.sample_with(850);
    const auto before = host.alerts;
    EXPECT_EQ(before.size(), 4U);
    host.counted = {};
    host.services.clear();
    host.drift.clear();
    host.sample();
    EXPECT_EQ(host.alerts, before);
}

TEST(Alerts, OfAServiceThatIsNoLongerInTheLayoutAreCleared) {
    AlertHost host;
    host.drift["db"] = 2;
    host.sample_with(850);
    host.sample_full_in(1);
    host.told.clear();
    host.layout.services.clear();
    host.sample();
    EXPECT_THAT(host.told, ElementsAre("cleared drift.db warning", "cleared growth.db critical",
                                       "cleared usage.db warning"));
}

TEST(Alerts, FollowTheLayoutsThresholds) {
    AlertHost host;
    host.sample_with(850);
    host.limits().warning_percent = 89;
    host.sample();
    EXPECT_THAT(host.told, ElementsAre("raised usage.db warning", "cleared usage.db warning"));
}

TEST(Drift, IsAWarningAsLongAsItIsSeen) {
    AlertHost host;
    for (const std::uint32_t differences : {0, 3, 1, 0}) {
        host.drift["db"] = differences;
        host.sample();
    }
    EXPECT_THAT(host.told, ElementsAre("raised drift.db warning", "cleared drift.db warning"));
}

TEST(GrowthAlerts, AreRaisedByTheDaysLeft) {
    AlertHost host;
    for (const auto days : {20.0, 13.0, 16.0, 2.0, 3.5, 4.5, 17.5}) host.sample_full_in(days);
    EXPECT_THAT(host.told, ElementsAre("raised growth.db warning", "cleared growth.db warning",
                                       "raised growth.db critical", "cleared growth.db critical",
                                       "raised growth.db warning", "cleared growth.db warning"));
}

TEST(GrowthAlerts, SayHowManyDaysAreLeft) {
    AlertHost host;
    host.sample_full_in(9.5);
    const auto alert = host.alert("growth.db");
    EXPECT_NEAR(alert.value, 9.5, 1e-6);
    EXPECT_EQ(alert.threshold, 14);
    EXPECT_EQ(alert.message,
              "db reaches its plan in 9.5 days if it grows on like this, with levels at 14 and 3 "
              "days");
}

TEST(GrowthAlerts, OfAForecastThatIsNotCertainNeitherComeNorGo) {
    AlertHost host;
    const Forecast guess{50, -1, 90, {}, {}, {}};
    host.db().used_bytes = 700;  // 6 days by the estimate
    host.services["db"] = guess;
    host.sample();
    EXPECT_THAT(host.alerts, IsEmpty());
    host.sample_full_in(5);
    host.services["db"] = guess;
    host.sample();
    EXPECT_EQ(host.alert("growth.db").severity, Level::warning);
    host.db().used_bytes = 10;
    host.sample();
    EXPECT_THAT(host.alerts, IsEmpty()) << "far away, certain or not";
}

TEST(GrowthAlerts, AreClearedWhereNothingGrows) {
    AlertHost host;
    host.sample_full_in(5);
    host.services["db"] = Forecast{-3, -5, 1, {}, {}, {}};
    host.sample();
    EXPECT_THAT(host.told, ElementsAre("raised growth.db warning", "cleared growth.db warning"));
}

TEST(GrowthAlerts, StayWhileNothingIsForetoldUnlessThereIsNoPlan) {
    AlertHost host;
    host.sample_full_in(5);
    host.services.clear();
    host.sample();
    EXPECT_EQ(host.alert("growth.db").severity, Level::warning);
    host.layout.services.front().planned_bytes = 0;
    host.sample();
    EXPECT_THAT(host.alerts, IsEmpty());
}

TEST(GrowthAlerts, AreCriticalOfWhatIsFullNow) {
    AlertHost host;
    host.services["db"] = full_at(host.now - 5);
    host.sample();
    EXPECT_EQ(host.alert("growth.db").severity, Level::critical);
    EXPECT_EQ(host.alert("growth.db").value, 0);
}

TEST(FilesystemAlerts, AreOfBytesInodesAndGrowth) {
    AlertHost host;
    host.data().inodes_total = 100;
    host.data().inodes_free = 10;
    host.filesystems["/data"] = full_at(host.now);
    host.sample();
    EXPECT_THAT(host.told,
                ElementsAre("raised filesystem./data warning", "raised growth./data critical"));
    EXPECT_EQ(host.alert("filesystem./data").message,
              "the used share of the inodes of /data is 90.0 %, with levels at 85 and 95 %");
    host.data().used_bytes = 96;
    host.data().available_bytes = 4;
    host.sample();
    EXPECT_THAT(host.alert("filesystem./data").message, HasSubstr("share of /data is 96.0 %"));
    EXPECT_EQ(host.alert("filesystem./data").severity, Level::critical);
}

TEST(FilesystemAlerts, OfOneThatHoldsNoServiceAnyMoreAreCleared) {
    AlertHost host;
    host.data().used_bytes = 10'000;
    host.data().available_bytes = 0;
    host.sample();
    host.data().mount_point = "/other";
    host.sample();
    EXPECT_THAT(host.told,
                ElementsAre("raised filesystem./data critical", "cleared filesystem./data critical",
                            "raised filesystem./other critical"));
}

TEST(Alerts, OfAKindThatIsNotKnownHereAreLeftAsTheyAre) {
    AlertHost host;
    const Alert other{"backup.db", Level::critical, 5, 1, 2, "no copy since Monday"};
    host.alerts = {other};
    host.sample();
    EXPECT_THAT(host.alerts, ElementsAre(other));
    EXPECT_THAT(host.told, IsEmpty());
}

}  // namespace
}  // namespace jts::hot_storage::test
