// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/event_follow.hpp"

#include "tools/ctl/event_reader.hpp"
#include "tools/ctl/event_text.hpp"
#include "tools/ctl/session.hpp"

#include <algorithm>
#include <optional>

namespace cellwise::ctl {
namespace {

constexpr Duration kPatience{120'000};  // with an API that is away: longer than any restart takes
constexpr Duration kPause{3'000};       // until the server says another
constexpr Duration kLongestPause{30'000};
constexpr Duration kSilence{45'000};  // it says something every 15 s; a connection that is dead says nothing

/// Those with which it may be there again in a moment.
bool is_away(const Error& error) {
    return exit_code_of(error) == ExitCode::Unreachable || error.code == "events.watchers" ||
           error.code.starts_with("database.");
}

class Follower {
 public:
    Follower(const Arguments& arguments, Session& session)
        : session_(session), only_(arguments.all("--only")), began_(session.elapsed()) {
        if (auto task = arguments.find("--task")) query_.emplace_back("taskId", std::move(*task));
        if (auto id = arguments.find("--since")) reader_.set_last_id(std::move(*id));
        if (const auto seconds = arguments.number("--for")) {
            ends_ = began_ + Duration(std::min(*seconds, kMostSeconds) * 1'000);
        }
    }

    Status follow() {
        heard_ = began_;
        while (true) {
            const auto broken = stream();
            if (failed_) return *failed_;
            if (is_over()) return {};
            if (interrupted_) return interrupted();
            if (broken && !(connected_ || opened_before_)) return *broken;
            if (broken && (!is_away(*broken) || session_.elapsed() - heard_ > kPatience)) return *broken;
            if (!told_broken_) session_.output.note("the stream ended; it is opened again where it was");
            told_broken_ = true;
            if (!session_.wait(pause())) return interrupted();
            if (is_over()) return {};
        }
    }

 private:
    static constexpr std::int64_t kMostSeconds = 366L * 24 * 3600;

    static Error interrupted() { return invalid("watch.interrupted", {}, "it goes on without being watched"); }
    bool is_over() const { return ends_ && session_.elapsed() >= *ends_; }

    Duration pause() const {
        const auto wanted = std::clamp(reader_.retry().value_or(kPause), Duration(100), kLongestPause);
        return ends_ ? std::min(wanted, *ends_ - session_.elapsed()) : wanted;
    }

    /// One connection, to its end; how it failed, if it did.
    std::optional<Error> stream() {
        reader_.begin_anew();
        connected_ = false;
        last_piece_ = session_.elapsed();
        const HttpCall::Watch watch{.take = [this](std::string_view piece) { return take(piece); },
                                    .goes_on = [this] { return goes_on(); }};
        const auto ended = session_.api.stream("/api/v1/events", query_, reader_.last_id(), watch);
        opened_before_ = opened_before_ || connected_;
        return ended ? std::nullopt : std::optional(ended.error());
    }

    bool take(std::string_view piece) {
        connected_ = true;
        told_broken_ = false;
        heard_ = last_piece_ = session_.elapsed();
        const auto taken = reader_.feed(piece, [this](const StreamedEvent& event) { return tell(event); });
        if (!taken) failed_ = taken.error();
        return taken.has_value() && goes_on();
    }

    bool goes_on() {
        interrupted_ = !session_.wait(Duration(0));
        return !interrupted_ && !is_over() && session_.elapsed() - last_piece_ < kSilence;
    }

    Status tell(const StreamedEvent& event) {
        // Whoever chose is told as well that there is a gap in what was chosen.
        const bool chosen = only_.empty() || event.name == "resync" || std::ranges::count(only_, event.name) > 0;
        if (!chosen) return {};
        auto& output = session_.output;
        const auto text =
            output.as_json() ? event_json(event) : event_lines(event, session_.elapsed() - began_, output.colour());
        if (!text) return text.error();
        if (output.as_json()) {
            output.json(*text);
        } else {
            output.words() << *text;
        }
        output.words() << std::flush;
        return {};
    }

    Session& session_;
    const std::vector<std::string> only_;
    const Duration began_;
    std::optional<Duration> ends_{};
    Query query_{};
    EventReader reader_{};
    std::optional<Error> failed_{};  ///< an event that nobody could read
    bool connected_ = false;
    bool opened_before_ = false;
    bool told_broken_ = false;
    bool interrupted_ = false;
    Duration heard_{};
    Duration last_piece_{};
};

}  // namespace

Status follow_events(const Arguments& arguments, Session& session) { return Follower(arguments, session).follow(); }

}  // namespace cellwise::ctl
