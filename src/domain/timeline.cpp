// SPDX-License-Identifier: Apache-2.0
#include "cellwise/domain/timeline.hpp"

namespace cellwise::domain {

std::string_view to_string(TimelineKind kind) {
    switch (kind) {
        case TimelineKind::Registered:
            return "registered";
        case TimelineKind::Deregistered:
            return "deregistered";
        case TimelineKind::Version:
            return "version";
        case TimelineKind::Radio:
            return "radio";
        case TimelineKind::Job:
            return "job";
    }
    return "?";
}

std::optional<TimelineKind> parse_timeline_kind(std::string_view name) {
    for (const auto kind : {TimelineKind::Registered, TimelineKind::Deregistered, TimelineKind::Version,
                            TimelineKind::Radio, TimelineKind::Job}) {
        if (name == to_string(kind)) return kind;
    }
    return std::nullopt;
}

}  // namespace cellwise::domain
