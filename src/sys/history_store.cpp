#include "sys/history_store.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "sys/failure.hpp"
#include "sys/history_aside.hpp"
#include "sys/history_file.hpp"
#include "sys/look.hpp"
#include "sys/state_folder.hpp"

namespace jts::hot_storage::sys {
namespace {

constexpr std::uint64_t between_thinnings =
    std::chrono::microseconds(std::chrono::hours(1)).count();

/// SQLite's integers have a sign. Neither a time nor a size comes near.
std::int64_t to_stored(std::uint64_t value) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, most));
}

HistoryPoint read_point(SQLite::Statement& row) {
    const auto column = [&](int index) {
        return static_cast<std::uint64_t>(row.getColumn(index).getInt64());
    };
    return {column(0), column(1), column(2), column(3)};
}

void insert(SQLite::Database& database, const std::map<std::string, HistoryPoint>& points) {
    SQLite::Statement series(database,
                             "INSERT INTO series (service) VALUES (?) ON CONFLICT DO NOTHING");
    // A walk that two calls shared is one point.
    SQLite::Statement point(database,
                            "INSERT OR REPLACE INTO points (series, time, used, apparent, inodes) "
                            "SELECT id, ?, ?, ?, ? FROM series WHERE service = ?");
    for (const auto& [service, values] : points) {
        series.bind(1, service);
        series.exec();
        series.reset();
        point.bind(1, to_stored(values.time));
        point.bind(2, to_stored(values.used_bytes));
        point.bind(3, to_stored(values.apparent_bytes));
        point.bind(4, to_stored(values.inodes));
        point.bind(5, service);
        point.exec();
        point.reset();
    }
}

void execute(SQLite::Database& database, const char* text,
             std::initializer_list<std::int64_t> numbers) {
    SQLite::Statement statement(database, text);
    int index = 0;
    for (const auto number : numbers) statement.bind(++index, number);
    statement.exec();
}

/// Of what is before `end`, the last point of each span of a grain stays.
void thin_out(SQLite::Database& database, std::int64_t end, std::int64_t grain) {
    execute(database,
            "DELETE FROM points WHERE time < ?1 AND EXISTS (SELECT 1 FROM points AS later "
            "WHERE later.series = points.series AND later.time > points.time "
            "AND later.time < (points.time / ?2 + 1) * ?2)",
            {end, grain});
}

/// Whole spans alone, so that what is left does not depend on when it is thinned.
void thin(SQLite::Database& database, const HistoryLimits& limits, std::int64_t now) {
    for (const auto& [age, grain] : limits.tiers)
        thin_out(database, (now - age.count()) / grain.count() * grain.count(), grain.count());
    execute(database, "DELETE FROM points WHERE time < ?", {now - limits.kept.count()});
    database.exec("DELETE FROM series WHERE id NOT IN (SELECT DISTINCT series FROM points)");
}

/// An eighth stays free: for what is added, and for SQLite's own needs. First goes what is there
/// only because somebody sampled more often than points are kept: it must not cost others theirs.
void make_room(HistoryFile& file, const HistoryLimits& limits, std::int64_t now) {
    const auto most_bytes = limits.bytes / 8 * 7;
    if (file.bytes_in_use() > most_bytes && !limits.tiers.empty())
        thin_out(file.database(), now, limits.tiers.front().grain.count());
    while (file.bytes_in_use() > most_bytes) {
        auto& database = file.database();
        const auto points = database.execAndGet("SELECT count(*) FROM points").getInt64();
        if (points == 0) return;
        execute(database,
                "DELETE FROM points WHERE time <= "
                "(SELECT time FROM points ORDER BY time LIMIT 1 OFFSET ?)",
                {points / 8});
    }
}

}  // namespace

HistoryStore::HistoryStore(std::string folder, HistoryLimits limits, OnDamage on_damage)
    : folder_(std::move(folder)),
      path_(folder_ + "/history.db"),
      limits_(std::move(limits)),
      on_damage_(std::move(on_damage)) {}

/// Does the work with the file, and once more with a new one where the first turns out damaged.
template <typename Work>
auto HistoryStore::with_file(const Work& work) {
    const std::lock_guard lock(mutex_);
    expect_state_folder(folder_);
    const auto attempt = [&] {
        HistoryFile file(path_, limits_.bytes,
                         is_checked_ ? HistoryCheck::head : HistoryCheck::whole);
        is_checked_ = true;
        return work(file);
    };
    try {
        try {
            return attempt();
        } catch (const DamagedHistory& damage) {
            set_aside(damage.what());
        } catch (const SQLite::Exception& exception) {
            if (!means_damage(exception)) throw;
            set_aside(exception.what());
        }
        return attempt();
    } catch (const DamagedHistory& damage) {
        throw Error(ErrorCode::failed, path_ + " is damaged again: " + damage.what());
    } catch (const SQLite::Exception& exception) {
        throw history_failure(path_, exception);
    }
}

void HistoryStore::set_aside(const std::string& reason) {
    is_checked_ = false;
    thinned_at_ = 0;
    on_damage_(set_history_aside(folder_, reason));
}

/// Whoever only reads has nothing made.
bool HistoryStore::is_there() const {
    Look seen;
    const int error = look(AT_FDCWD, path_.c_str(), seen);
    if (error != 0 && error != ENOENT) throw failure("look at", path_, error);
    return error == 0;
}

/// The clock may have been set back, too.
bool HistoryStore::is_time_to_thin(std::uint64_t now) const {
    return now < thinned_at_ || now - thinned_at_ >= between_thinnings;
}

void HistoryStore::append(const std::map<std::string, HistoryPoint>& points) {
    std::uint64_t now = 0;
    for (const auto& [service, point] : points) now = std::max(now, point.time);
    with_file([&](HistoryFile& file) {
        SQLite::Transaction transaction(file.database());
        const bool thins = is_time_to_thin(now);
        if (thins) thin(file.database(), limits_, to_stored(now));
        make_room(file, limits_, to_stored(now));
        insert(file.database(), points);
        transaction.commit();
        if (thins) thinned_at_ = now;
    });
}

std::vector<HistoryPoint> HistoryStore::points(const std::string& service, std::uint64_t since,
                                               std::uint64_t until, std::uint64_t most) {
    expect_state_folder(folder_);
    if (!is_there()) return {};
    return with_file([&](HistoryFile& file) {
        constexpr const char* which =
            " FROM points WHERE series = (SELECT id FROM series WHERE service = ?1) "
            "AND time BETWEEN ?2 AND ?3";
        const auto bind = [&](SQLite::Statement& statement) {
            statement.bind(1, service);
            statement.bind(2, to_stored(since));
            statement.bind(3, to_stored(until));
        };
        SQLite::Statement extent(file.database(),
                                 std::string("SELECT count(*), min(time), max(time)") + which);
        bind(extent);
        extent.executeStep();
        const auto count = static_cast<std::uint64_t>(extent.getColumn(0).getInt64());
        const auto first = extent.getColumn(1).getInt64();
        const auto last = extent.getColumn(2).getInt64();
        // Where few enough, spans so short that each point has one of its own.
        const auto span = count <= most ? 1 : (last - first) / to_stored(most) + 1;
        // Of a group's other columns SQLite takes those of the row that has the maximum.
        SQLite::Statement rows(file.database(),
                               std::string("SELECT max(time), used, apparent, inodes") + which +
                                   " GROUP BY (time - ?4) / ?5 ORDER BY 1");
        bind(rows);
        rows.bind(4, first);
        rows.bind(5, span);
        std::vector<HistoryPoint> found;
        found.reserve(std::min(count, most));
        while (rows.executeStep()) found.push_back(read_point(rows));
        return found;
    });
}

void HistoryStore::for_each(std::uint64_t since, const OnSeries& on_series) {
    expect_state_folder(folder_);
    if (!is_there()) return;
    with_file([&](HistoryFile& file) {
        SQLite::Statement series(file.database(), "SELECT id, service FROM series");
        SQLite::Statement rows(file.database(),
                               "SELECT time, used, apparent, inodes FROM points "
                               "WHERE series = ? AND time >= ? ORDER BY time");
        std::vector<HistoryPoint> points;
        while (series.executeStep()) {
            points.clear();
            rows.reset();
            rows.bind(1, series.getColumn(0).getInt64());
            rows.bind(2, to_stored(since));
            while (rows.executeStep()) points.push_back(read_point(rows));
            if (!points.empty()) on_series(series.getColumn(1).getString(), points);
        }
    });
}

}  // namespace jts::hot_storage::sys
