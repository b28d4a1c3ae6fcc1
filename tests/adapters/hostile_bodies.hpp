// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cellwise::faces {

struct HostileBody {
    std::string name;
    std::string body;
};

inline std::string repeated(const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

/// Bodies that no reader of JSON may suffer from, and every one refuses: each under the server's limit of 1 MiB.
inline const std::vector<HostileBody>& hostile_bodies() {
    static const std::vector<HostileBody> bodies{
        {"arrays in arrays", std::string(100'000, '[')},
        {"objects in objects", repeated("{\"a\":", 100'000)},
        {"closed arrays", std::string(100'000, '[') + std::string(100'000, ']')},
        {"a number of 100,000 digits", "{\"name\":" + std::string(100'000, '9') + "}"},
        {"a number that no double holds", "{\"name\":1e999999999}"},
        {"a name twice", "{\"name\":\"a\",\"name\":\"b\"}"},
        {"a name 60,000 times", "{" + repeated("\"name\":\"a\",", 60'000) + "\"name\":1}"},
        {"a lone surrogate", "{\"name\":\"\\ud800\"}"},
        {"surrogates the wrong way round", "{\"name\":\"\\udc00\\ud800\"}"},
        {"bytes that are no UTF-8", "{\"name\":\"\xff\xfe\"}"},
        {"an overlong slash", "{\"name\":\"\xc0\xaf\"}"},
        {"a surrogate in UTF-8", "{\"name\":\"\xed\xa0\x80\"}"},
        {"a NUL", std::string("{\"name\":\"a\0b\"}", 14)},
        {"a byte order mark alone", "\xef\xbb\xbf"},
        {"white space alone", std::string(500'000, ' ')},
        {"a text without an end", "{\"name\":\"" + std::string(500'000, 'a')},
        {"no JSON", std::string(500'000, 'x')},
        {"a comment", "{/**/}"},
        {"two values", "{}{}"},
        {"a list", "[]"},
        {"null", "null"},
    };
    return bodies;
}

/// The pattern of a route with an id that is nobody's for each {…}.
inline std::string path_of(std::string_view pattern, const std::string& id) {
    std::string path(pattern);
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        path.replace(open, path.find('}') - open + 1, id);
    }
    return path;
}

}  // namespace cellwise::faces
