// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_timeline.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace cellwise::app {
namespace {

using domain::TimelineEntry;
using domain::TimelineKind;

void append_number(std::string& text, std::string_view name, const std::optional<double>& value,
                   std::string_view unit) {
    if (!value) return;
    std::array<char, 32> digits{};
    const auto written =
        std::to_chars(digits.data(), digits.data() + digits.size(), *value, std::chars_format::fixed, 1);
    text.append(text.empty() ? "" : ", ").append(name).append(digits.data(), written.ptr).append(unit);
}

std::string radio_text(const domain::RadioReport& report) {
    std::string text;
    if (report.cell) text.append("cell ").append(report.cell->text);
    append_number(text, "RSRP ", report.rsrp_dbm, " dBm");
    append_number(text, "SINR ", report.sinr_db, " dB");
    return text.empty() ? "no cell" : text;
}

}  // namespace

Timeline timeline_of(const JobTrace& before, const domain::Job& job, const domain::Event& event, Timestamp now) {
    Timeline timeline{.heard_version = job.current_version != before.current_version};
    const auto add = [&](TimelineKind kind, std::string_view state, std::string detail) {
        timeline.entries.push_back({.device = job.device,
                                    .at = now,
                                    .kind = kind,
                                    .task = job.task,
                                    .job = job.id,
                                    .state = std::string(state),
                                    .detail = std::move(detail)});
    };
    if (timeline.heard_version) add(TimelineKind::Version, "", job.current_version.text());
    if (const auto* radio = std::get_if<domain::RadioRead>(&event)) {
        add(TimelineKind::Radio, "", radio_text(radio->report));
    }
    if (job.state != before.state) add(TimelineKind::Job, to_string(job.state), job.detail);
    return timeline;
}

}  // namespace cellwise::app
