// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

#include <sstream>

namespace cellwise::ctl::test {

CtlFixture::Outcome CtlFixture::run(std::vector<std::string> words) {
    if (!environment_.contains("CELLWISE_CTL_SERVER")) environment_["CELLWISE_CTL_SERVER"] = api_.url();
    std::vector<const char*> argv{"cellwisectl"};
    for (const auto& word : words) argv.push_back(word.c_str());
    const auto line = parse_command_line(static_cast<int>(argv.size()), argv.data());
    if (const auto* show = std::get_if<ShowText>(&line)) return {.code = 0, .out = show->text};
    if (const auto* wrong = std::get_if<WrongUsage>(&line)) return {.code = 2, .err = wrong->text};
    const auto& command = std::get<Command>(line);
    std::ostringstream out;
    std::ostringstream err;
    Output::Place place{.format = command.json ? Format::Json : Format::Words};
    if (width_) place.screen = [this] { return ScreenSize{.width = *width_, .height = height_}; };
    Output output(out, err, std::move(place));
    const Machine machine{.environment = [this](const char* name) -> std::optional<std::string> {
                              const auto found = environment_.find(name);
                              return found == environment_.end() ? std::nullopt : std::optional(found->second);
                          },
                          .wait =
                              [this](Duration duration) {
                                  now_ += duration;
                                  return --waits_ > 0;
                              },
                          .elapsed = [this] { return now_; }};
    const auto code = run_command(command, output, machine);
    return {.code = static_cast<int>(code), .out = out.str(), .err = err.str()};
}

}  // namespace cellwise::ctl::test
