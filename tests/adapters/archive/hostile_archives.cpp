// SPDX-License-Identifier: Apache-2.0
#include "hostile_archives.hpp"

#include "zip_builder.hpp"

#include <array>
#include <functional>

namespace cellwise::test {
namespace {

using Random = std::mt19937;

std::size_t any(Random& random, std::size_t least, std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(least, most)(random);
}
bool coin(Random& random) { return any(random, 0, 1) == 1; }
template <class Items>
auto one_of(Random& random, const Items& items) {
    return items[any(random, 0, std::size(items) - 1)];
}
std::string word(Random& random, std::size_t most = 12) {
    std::string text(any(random, 1, most), '\0');
    for (auto& c : text) c = static_cast<char>('a' + any(random, 0, 25));
    return text;
}
std::string escapee(Random& random) { return std::string(kEscapee) + "-" + word(random); }
std::string noise(Random& random, std::size_t size) {
    std::string bytes(size, '\0');
    for (auto& c : bytes) c = static_cast<char>(any(random, 0, 255));
    return bytes;
}
std::uint16_t bits_16(Random& random) { return static_cast<std::uint16_t>(any(random, 0, 0xFFFF)); }
std::uint32_t bits_32(Random& random) { return static_cast<std::uint32_t>(any(random, 0, 0xFFFF'FFFF)); }

/// A right package of a random payload.
RawZip package(Random& random) { return a_package(noise(random, any(random, 1, 2'000))); }
/// The entry that is to be spoilt.
RawEntry& victim(Random& random, RawZip& zip) { return zip.entries[any(random, 0, 1)]; }

/// Beside or in place of the right entries.
std::string with_entry(Random& random, RawEntry entry) {
    auto zip = package(random);
    if (coin(random)) {
        victim(random, zip).name = entry.name;
    } else {
        zip.entries.insert(zip.entries.begin() + static_cast<std::ptrdiff_t>(any(random, 0, 2)), std::move(entry));
    }
    return build(zip);
}
std::string with_name(Random& random, std::string name) {
    return with_entry(random, {.name = std::move(name), .data = word(random, 40)});
}

std::string names_upwards(Random& random) {
    std::string name;
    if (coin(random)) name += one_of(random, std::array{"linux/", "DM/linux/", "a/b/"});
    for (auto ups = any(random, 1, 9); ups > 0; --ups) name += "../";
    if (coin(random)) name += "tmp/";
    return with_name(random, name + escapee(random) + (coin(random) ? "" : "/.."));
}
std::string names_absolute(Random& random) {
    constexpr std::array kRoots{"/", "/tmp/", "//tmp/", "C:/", "c:", "/dev/shm/", "z:"};
    return with_name(random, one_of(random, kRoots) + escapee(random));
}
std::string names_with_nul(Random& random) {
    auto name = "linux/" + word(random) + ".bin";
    name.insert(any(random, 0, name.size()), 1, '\0');
    return with_name(random, name);
}
std::string names_with_backslash(Random& random) {
    auto name = "linux" + std::string(coin(random) ? "\\" : "/..\\") + escapee(random);
    if (coin(random)) name.insert(any(random, 0, name.size()), 1, '\\');
    return with_name(random, name);
}
std::string names_with_control(Random& random) {
    auto name = "linux/" + word(random) + ".bin";
    const auto control = static_cast<char>(one_of(random, std::array{1, 7, 8, 9, 10, 13, 27, 31, 127}));
    name.insert(any(random, 0, name.size()), 1, control);
    return with_name(random, name);
}

/// Two entries of one name, which `bend` may change.
std::string twice(Random& random, const std::function<void(std::string&)>& bend) {
    auto zip = package(random);
    auto again = victim(random, zip);
    if (coin(random)) again.data = word(random, 40);
    bend(again.name);
    zip.entries.insert(zip.entries.begin() + static_cast<std::ptrdiff_t>(any(random, 0, 2)), again);
    return build(zip);
}
std::string names_twice(Random& random) {
    return twice(random, [](std::string&) {});
}
std::string names_by_case(Random& random) {
    return twice(random, [&random](std::string& name) {
        bool changed = false;
        for (auto& c : name) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter || (changed && coin(random))) continue;
            c = static_cast<char>(c ^ 0x20);
            changed = true;
        }
    });
}

std::string of_kind(Random& random, std::uint32_t type) {
    const auto mode = type | static_cast<std::uint32_t>(any(random, 0, 0777));
    auto zip = package(random);
    const RawEntry odd{.name = "linux/" + escapee(random), .data = "/etc/passwd", .attributes = mode << 16};
    if (coin(random)) {
        victim(random, zip).attributes = mode << 16;
    } else {
        zip.entries.push_back(odd);
    }
    return build(zip);
}
std::string links(Random& random) { return of_kind(random, 0120000); }
std::string special_files(Random& random) {
    return of_kind(random, one_of(random, std::array{0010000U, 0020000U, 0040000U, 0060000U, 0140000U, 0150000U}));
}

std::string encrypted(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    const auto how = any(random, 1, 4);
    if (how == 4) {
        entry.method = 99;
    } else {
        entry.flags = one_of(random, std::array<std::uint16_t, 3>{0x0001, 0x0041, 0x2000});
    }
    entry.data = noise(random, 12) + entry.data;
    return build(zip);
}
std::string other_methods(Random& random) {
    auto zip = package(random);
    auto method = bits_16(random);
    while (method == 0 || method == 8 || method == 99) method = bits_16(random);
    if (coin(random)) method = one_of(random, std::array<std::uint16_t, 8>{1, 6, 9, 12, 14, 93, 95, 98});
    victim(random, zip).method = method;
    return build(zip);
}

std::string headers_that_disagree(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    const auto size = static_cast<std::uint32_t>(entry.data.size());
    const auto other_size = size + static_cast<std::uint32_t>(any(random, 1, 100'000));
    switch (any(random, 0, 6)) {
        case 0:
            entry.local_name = entry.name.substr(0, entry.name.size() - 1) + static_cast<char>(any(random, 'A', 'Z'));
            break;
        case 1:
            entry.local_name = "../" + escapee(random);
            break;
        case 2:
            entry.local_method = std::uint16_t{8};
            break;
        case 3:
            entry.local_crc = crc32(entry.data) ^ (1U << any(random, 0, 31));
            break;
        case 4:
            entry.local_compressed = other_size;
            break;
        case 5:
            entry.local_size = other_size;
            break;
        default:
            entry.local_flags = one_of(random, std::array<std::uint16_t, 2>{1, 8});
    }
    return build(zip);
}

std::string too_many_entries(Random& random) {
    auto zip = package(random);
    const auto count = any(random, 1'001, 3'000);
    while (zip.entries.size() < count) zip.entries.push_back({.name = "x/" + std::to_string(zip.entries.size())});
    return build(zip);
}
std::string declared_too_large(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    entry.method = coin(random) ? 8 : 0;
    entry.size = static_cast<std::uint32_t>(any(random, (1U << 30) + 1, 0xFFFF'FFFE));
    return build(zip);
}
std::string bombs(Random& random) {
    auto zip = package(random);
    const auto size = any(random, 5'000'000, 40'000'000);
    // Its own stream is not as dense as zlib's, so the header says a little more than there is.
    zip.entries[1].data = deflated_zeros(size);
    zip.entries[1].method = 8;
    zip.entries[1].size = static_cast<std::uint32_t>(zip.entries[1].data.size() * any(random, 201, 400));
    zip.entries[1].crc = bits_32(random);
    return build(zip);
}
std::string bombs_in_disguise(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    entry.data = deflated_zeros(any(random, 1'000'000, 40'000'000));
    entry.method = 8;
    entry.size = static_cast<std::uint32_t>(any(random, 1, 60'000));
    return build(zip);
}
std::string wrong_data(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    if (coin(random)) {
        entry.crc = crc32(entry.data) ^ (1U << any(random, 0, 31));
    } else {
        entry.data = noise(random, any(random, 20, 200));
        entry.method = 8;
        entry.size = static_cast<std::uint32_t>(any(random, 1, 2'000));
    }
    return build(zip);
}

std::string truncated(Random& random) {
    const auto whole = build(package(random));
    return whole.substr(0, any(random, 0, whole.size() - 1));
}
std::string bytes_behind(Random& random) {
    return build(package(random)) + noise(random, any(random, 1, coin(random) ? 10 : 60'000));
}
std::string bytes_between(Random& random) {
    auto zip = package(random);
    const std::array places{&zip.before, &zip.before_directory, &zip.after_directory, &zip.entries[0].descriptor};
    *one_of(random, places) = noise(random, any(random, 1, 300));
    return build(zip);
}
std::string overlaps(Random& random) {
    auto zip = package(random);
    if (coin(random)) {  // the way of the smallest bombs: many entries over one piece of data
        for (auto more = any(random, 1, 200); more > 0; --more) {
            auto again = zip.entries[1];
            again.name += std::to_string(more);
            again.offset = 0;
            zip.entries.push_back(again);
        }
        zip.entries[0].offset = 0;
    } else {
        zip.entries[1].offset = static_cast<std::uint32_t>(any(random, 0, 30 + zip.entries[0].data.size()));
    }
    return build(zip);
}
std::string beyond_zip(Random& random) {
    auto zip = package(random);
    switch (any(random, 0, 3)) {
        case 0:
            victim(random, zip).size = 0xFFFF'FFFF;
            break;
        case 1:
            victim(random, zip).offset = 0xFFFF'FFFF;
            break;
        case 2:
            zip.after_directory = "PK\x06\x07" + noise(random, 16);
            break;
        default:
            (coin(random) ? zip.disk : victim(random, zip).disk) = static_cast<std::uint16_t>(any(random, 1, 0xFFFF));
    }
    return build(zip);
}
std::string second_names(Random& random) {
    auto zip = package(random);
    auto& entry = victim(random, zip);
    const auto name = "../" + escapee(random);
    std::string field = "up";  // Info-ZIP's Unicode path
    field += static_cast<char>(name.size() + 5);
    field += '\0';
    field += '\1';
    field += noise(random, 4) + name;
    if (coin(random)) {
        entry.extra = field;
    } else {
        entry.local_extra = field;
    }
    return build(zip);
}
std::string end_records_that_lie(Random& random) {
    auto zip = package(random);
    switch (any(random, 0, 2)) {
        case 0:
            zip.count = one_of(random, std::array<std::uint16_t, 5>{0, 1, 3, 999, 1'000});
            break;
        case 1:
            zip.directory_size = bits_32(random);
            break;
        default:
            zip.directory_offset = bits_32(random);
    }
    return build(zip);
}
std::string other_layouts(Random& random) {
    auto zip = package(random);
    switch (any(random, 0, 4)) {
        case 0:
            for (auto& entry : zip.entries) entry.name.insert(0, word(random) + "/");
            break;
        case 1:
            zip.entries.push_back({.name = "linux/" + word(random), .data = "second"});
            break;
        case 2:
            zip.entries.push_back({.name = word(random) + "/" + word(random), .data = "stray"});
            break;
        case 3:
            zip.entries.erase(zip.entries.begin() + static_cast<std::ptrdiff_t>(any(random, 0, 1)));
            break;
        default:
            zip.entries[1].data.clear();
    }
    return build(zip);
}

/// Huffman codes go first bit first, all else last bit first (RFC 1951, 3.1.1).
class BitWriter {
 public:
    void put(unsigned value, int count) {
        for (int i = 0; i < count; ++i) put_bit((value >> i) & 1U);
    }
    void put_code(unsigned code, int count) {
        for (int i = count; i-- > 0;) put_bit((code >> i) & 1U);
    }
    std::string take() {
        if (filled_ != 0) bytes_ += static_cast<char>(byte_);
        return std::move(bytes_);
    }

 private:
    void put_bit(unsigned bit) {
        byte_ |= bit << filled_;
        if (++filled_ < 8) return;
        bytes_ += static_cast<char>(byte_);
        byte_ = 0;
        filled_ = 0;
    }

    std::string bytes_;
    unsigned byte_ = 0;
    unsigned filled_ = 0;
};

}  // namespace

std::string deflated_zeros(std::size_t size) {
    constexpr std::size_t kLongest = 258;
    BitWriter out;
    out.put(1, 1);  // the last block
    out.put(1, 2);  // with the fixed codes
    out.put_code(0x30, 8);
    for (--size; size >= kLongest; size -= kLongest) {
        out.put_code(0xC5, 8);  // a run of 258
        out.put_code(0, 5);     // of the byte before
    }
    for (; size > 0; --size) out.put_code(0x30, 8);
    out.put_code(0, 7);
    return out.take();
}

const std::vector<HostileFamily>& hostile_families() {
    static const std::vector<HostileFamily> families{
        {"NamesUpwards", {"archive.name.parent"}, names_upwards},
        {"NamesAbsolute", {"archive.name.absolute"}, names_absolute},
        {"NamesWithNul", {"archive.name.nul"}, names_with_nul},
        {"NamesWithBackslash", {"archive.name.backslash"}, names_with_backslash},
        {"NamesWithControlCharacters", {"archive.name.control"}, names_with_control},
        {"NamesTwice", {"archive.duplicate"}, names_twice},
        {"NamesByCase", {"archive.name.case"}, names_by_case},
        {"SecondNames", {"archive.name.alias"}, second_names},
        {"Links", {"archive.link"}, links},
        {"SpecialFiles", {"archive.special_file"}, special_files},
        {"Encrypted", {"archive.encrypted"}, encrypted},
        {"OtherMethods", {"archive.method"}, other_methods},
        {"HeadersThatDisagree", {"archive.header_mismatch", "archive.overlap"}, headers_that_disagree},
        {"TooManyEntries", {"archive.too_many_entries"}, too_many_entries},
        {"DeclaredTooLarge", {"archive.too_large"}, declared_too_large},
        {"Bombs", {"archive.ratio"}, bombs},
        {"BombsInDisguise", {"archive.corrupt"}, bombs_in_disguise},
        {"WrongData", {"archive.corrupt"}, wrong_data},
        {"Truncated", {"archive.not_zip", "archive.truncated"}, truncated, false},
        {"BytesBehind", {"archive.trailing_bytes"}, bytes_behind, false},
        {"BytesBetween", {"archive.gap", "archive.local_header"}, bytes_between},
        {"Overlaps", {"archive.overlap", "archive.local_header", "archive.header_mismatch"}, overlaps},
        {"BeyondZip", {"archive.zip64", "archive.multi_disk"}, beyond_zip},
        {"EndRecordsThatLie",
         {"archive.central_directory", "archive.gap", "archive.truncated"},
         end_records_that_lie},
        {"OtherLayouts",
         {"archive.layout", "archive.payload_several", "archive.description_missing", "archive.payload_missing",
          "archive.payload_empty"},
         other_layouts},
    };
    return families;
}

}  // namespace cellwise::test
