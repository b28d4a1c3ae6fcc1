// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/device_import.hpp"

#include "adapters/rest/call.hpp"
#include "adapters/rest/csv_row.hpp"
#include "adapters/rest/device_body.hpp"
#include "adapters/rest/views.hpp"
#include "json/nearest.hpp"

#include <algorithm>
#include <array>
#include <future>

namespace cellwise::rest {
namespace {

constexpr std::size_t kBatch = 500;
constexpr std::size_t kMostToldErrors = 1000;
constexpr std::size_t kLongestToldValue = 128;
/// Far beyond any commit: only a daemon that is shutting down lets it run out.
constexpr auto kBatchPatience = std::chrono::seconds(30);

constexpr std::array<std::string_view, 9> kColumns{"nodeId",     "name",  "appId",  "productId", "manufacturerName",
                                                   "deviceType", "model", "secret", "cellId"};

Error no_answer() {
    return {.kind = ErrorKind::Unavailable, .code = "import.interrupted", .message = "the daemon is shutting down"};
}

using Outcomes = std::vector<Result<domain::Device>>;

Result<Outcomes> await(std::future<Result<Outcomes>> outcome) {
    if (outcome.wait_for(kBatchPatience) != std::future_status::ready) return no_answer();
    try {
        return outcome.get();
    } catch (const std::future_error&) {  // the loop ended and dropped the work
        return no_answer();
    }
}

}  // namespace

DeviceImport::DeviceImport(const Services& services, Format format)
    : services_(services),
      format_(format),
      lines_([this](const LineSplitter::Line& line) { return on_line(line); }) {}

Status DeviceImport::write(ByteView piece) { return lines_.write(piece); }

void DeviceImport::refuse_line(std::uint64_t line, std::string node_id, Error error) {
    ++refused_count_;
    if (refused_.size() == kMostToldErrors) return;
    error.value.resize(std::min(error.value.size(), kLongestToldValue));
    refused_.push_back({.line = line, .node_id = std::move(node_id), .error = std::move(error)});
}

Status DeviceImport::on_line(const LineSplitter::Line& line) {
    auto text = line.text;
    if (line.number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // spreadsheets write a BOM
    if (line.too_long) {
        refuse_line(line.number, {}, invalid("import.line.long", {}, "a line may have at most 16384 bytes"));
        return {};
    }
    if (text.find_first_not_of(" \t") == std::string_view::npos) return {};
    if (format_ == Format::Csv && !columns_) return read_header(text);
    auto device = read_device(text);
    if (!device) {
        refuse_line(line.number, {}, device.error());
        return {};
    }
    batch_.push_back(std::move(*device));
    batch_lines_.push_back(line.number);
    return batch_.size() == kBatch ? send_batch() : Status{};
}

Status DeviceImport::read_header(std::string_view line) {
    auto columns = parse_csv_row(line);
    if (!columns) return invalid("import.csv.quotes", {}, "the first line has unbalanced quotes");
    for (const auto& column : *columns) {
        if (std::find(kColumns.begin(), kColumns.end(), column) == kColumns.end()) {
            const auto meant = json::nearest(column, kColumns);
            return invalid("import.csv.column", column,
                           "there is no such column" + (meant.empty() ? "" : "; did you mean " + meant + "?"),
                           printable(column));
        }
        if (std::count(columns->begin(), columns->end(), column) > 1) {
            return invalid("import.csv.column", column, "the column is given twice", column);
        }
    }
    if (std::find(columns->begin(), columns->end(), "nodeId") == columns->end()) {
        return invalid("import.csv.column", "nodeId", "the first line must name the columns, and nodeId among them");
    }
    columns_ = std::move(columns);
    return {};
}

Result<app::NewDevice> DeviceImport::read_device(std::string_view line) const {
    if (format_ == Format::Csv) return read_csv(line);
    const auto body = json::Document::parse(line, json::Duplicates::Refuse);
    if (!body) return body.error();
    return read_new_device(*body);
}

Result<app::NewDevice> DeviceImport::read_csv(std::string_view line) const {
    const auto row = parse_csv_row(line);
    if (!row) return invalid("import.csv.quotes", {}, "the line has unbalanced quotes");
    if (row->size() != columns_->size()) {
        return invalid("import.csv.fields", {}, "the line must have " + std::to_string(columns_->size()) + " fields",
                       std::to_string(row->size()));
    }
    const auto value = [&](std::string_view column) -> std::string {
        const auto at = std::find(columns_->begin(), columns_->end(), column);
        return at == columns_->end() ? std::string{} : (*row)[static_cast<std::size_t>(at - columns_->begin())];
    };
    app::NewDevice device{.node_id = value("nodeId"), .name = value("name")};
    if (auto secret = value("secret"); !secret.empty()) device.details.secret = std::move(secret);
    if (auto cell = value("cellId"); !cell.empty()) device.details.cell = std::move(cell);
    if (const auto app = value("appId"); !app.empty()) {
        const auto id = AppId::parse(app);
        if (!id) return invalid("request.field.invalid", "appId", std::string("appId ") + kHex24Rule, app);
        device.app = *id;
    }
    if (const auto product = value("productId"); !product.empty()) {
        device.product = ProductId::parse(product);
        if (!device.product) {
            return invalid("request.field.invalid", "productId", std::string("productId ") + kHex24Rule, product);
        }
        return device;
    }
    device.model = app::ModelName{
        .manufacturer_name = value("manufacturerName"), .device_type = value("deviceType"), .model = value("model")};
    return device;
}

Status DeviceImport::send_batch() {
    const auto outcome = std::make_shared<std::promise<Result<Outcomes>>>();
    auto waiting = outcome->get_future();
    services_.loop.post([&devices = services_.devices, batch = batch_, outcome] {
        devices.create_many(batch, [outcome](Result<Outcomes> result) { outcome->set_value(std::move(result)); });
    });
    const auto results = await(std::move(waiting));
    if (!results) return results.error();
    for (std::size_t i = 0; i < results->size(); ++i) {
        const auto& result = (*results)[i];
        result ? void(++created_) : refuse_line(batch_lines_[i], batch_[i].node_id, result.error());
    }
    batch_.clear();
    batch_lines_.clear();
    return {};
}

Result<std::string> DeviceImport::finish() {
    if (auto ok = lines_.finish(); !ok) return ok.error();
    if (format_ == Format::Csv && !columns_) {
        return invalid("import.csv.column", "nodeId", "the first line must name the columns, and nodeId among them");
    }
    if (!batch_.empty()) {
        if (auto sent = send_batch(); !sent) return sent.error();
    }
    return json_of([this](json::Writer& out) {
        out.begin_object().field("total", created_ + refused_count_);
        out.field("created", created_).field("failed", refused_count_).key("errors").begin_array();
        for (const auto& [line, node_id, error] : refused_) {
            out.begin_object().field("line", line).field("nodeId", or_null(node_id));
            out.field("code", error.code).field("field", or_null(error.field));
            out.field("detail", error.message).field("value", or_null(error.value)).end_object();
        }
        out.end_array().field("errorsTruncated", refused_count_ > refused_.size()).end_object();
    });
}

}  // namespace cellwise::rest
