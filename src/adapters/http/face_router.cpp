// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/face_router.hpp"

#include "cellwise/base/assert.hpp"

#include <algorithm>
#include <utility>

namespace cellwise::http {
namespace {

bool takes(std::string_view prefix, std::string_view path) {
    if (!path.starts_with(prefix)) return false;
    return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

}  // namespace

void FaceRouter::mount(std::string prefix, ports::HttpHandler& face) {
    CELLWISE_ASSERT(prefix.starts_with('/'));
    mounts_.push_back({.prefix = std::move(prefix), .face = &face});
    std::stable_sort(mounts_.begin(), mounts_.end(),
                     [](const Mount& a, const Mount& b) { return a.prefix.size() > b.prefix.size(); });
}

ports::HttpHandler& FaceRouter::face_of(std::string_view path) const {
    for (const auto& mount : mounts_) {
        if (takes(mount.prefix, path)) return *mount.face;
    }
    return fallback_;
}

Result<std::shared_ptr<ports::BodySink>> FaceRouter::open_body(const ports::HttpRequest& head) {
    return face_of(head.path).open_body(head);
}

void FaceRouter::handle(ports::HttpRequest request, std::shared_ptr<ports::BodySink> sink, ports::Respond respond) {
    auto& face = face_of(request.path);
    face.handle(std::move(request), std::move(sink), std::move(respond));
}

ports::HttpResponse FaceRouter::refuse(const ports::HttpRequest& head, const Error& error) {
    return face_of(head.path).refuse(head, error);
}

}  // namespace cellwise::http
