// SPDX-License-Identifier: Apache-2.0
#include "tests/domain/pcp_vectors.hpp"

#include "tests/fakes/source_tree.hpp"

#include <fstream>
#include <stdexcept>

namespace cellwise::domain::pcp {
namespace {

std::vector<std::string> columns_of(const std::string& line) {
    static const std::string kSeparator = " | ";
    std::vector<std::string> columns;
    std::size_t begin = 0;
    for (auto end = line.find(kSeparator); end != std::string::npos; end = line.find(kSeparator, begin)) {
        columns.push_back(line.substr(begin, end - begin));
        begin = end + kSeparator.size();
    }
    columns.push_back(line.substr(begin));
    return columns;
}

PcpVector::Kind kind_of(const std::string& who, const std::string& says) {
    if (who == "device") return PcpVector::Kind::Device;
    if (who == "platform") return PcpVector::Kind::Platform;
    if (who == "nobody" && says == "malformed") return PcpVector::Kind::Malformed;
    if (who == "nobody" && says == "business") return PcpVector::Kind::Business;
    throw std::runtime_error("nobody of that name speaks PCP: " + who + " " + says);
}

PcpVector parse(const std::string& text, int line) {
    const auto columns = columns_of(text);
    if (columns.size() != 4) throw std::runtime_error("tests/vectors/pcp.txt, not four columns: " + text);
    PcpVector vector{kind_of(columns[0], columns[1]), columns[1], {}, columns[3], line};
    if (!from_hex(columns[2], vector.bytes)) throw std::runtime_error("tests/vectors/pcp.txt, not hex: " + text);
    return vector;
}

}  // namespace

std::vector<PcpVector> load_pcp_vectors() {
    std::ifstream file(fakes::in_source_tree("tests/vectors/pcp.txt"));
    if (!file) throw std::runtime_error("tests/vectors/pcp.txt cannot be read");
    std::vector<PcpVector> vectors;
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        if (!text.empty() && text[0] != '#') vectors.push_back(parse(text, line));
    }
    return vectors;
}

}  // namespace cellwise::domain::pcp
