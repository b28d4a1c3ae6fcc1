// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/bytes.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <clocale>
#include <locale.h>
#include <memory>
#include <string>

/// libarchive's objects, owned. For the .cpp files of this folder only.
namespace cellwise::archive {

template <auto Free>
struct LibarchiveDeleter {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};

using ReadHandle = std::unique_ptr<::archive, LibarchiveDeleter<archive_read_free>>;
using WriteHandle = std::unique_ptr<::archive, LibarchiveDeleter<archive_write_free>>;
using EntryHandle = std::unique_ptr<archive_entry, LibarchiveDeleter<archive_entry_free>>;

inline std::string reason_of(::archive& handle) {
    const char* text = archive_error_string(&handle);
    return text != nullptr ? printable(text) : "no reason given";
}

/// libarchive turns names into the thread's character set: UTF-8 here, whatever the process has been told.
class Utf8Locale {
 public:
    Utf8Locale() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (utf8_ != nullptr) before_ = ::uselocale(utf8_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() {
        if (utf8_ == nullptr) return;
        ::uselocale(before_);
        ::freelocale(utf8_);
    }

 private:
    locale_t utf8_;
    locale_t before_ = nullptr;
};

}  // namespace cellwise::archive
