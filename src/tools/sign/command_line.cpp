// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/command_line.hpp"

#include <CLI/CLI.hpp>

#include <sstream>
#include <vector>

namespace cellwise::sign {
namespace {

constexpr const char* kAbout =
    "Packs, signs and verifies software packages for Cellwise. Works offline; needs no daemon.\n"
    "docs/packages.md walks through it in five minutes.";

void add_passphrase(CLI::App& command, PassphraseSource& source) {
    auto* file = command.add_option("--passphrase-file", source.file, "a file with the private key's passphrase")
                     ->type_name("FILE");
    command.add_option("--passphrase-fd", source.descriptor, "an open file descriptor to read the passphrase from")
        ->type_name("N")
        ->check(CLI::Range(0, 1 << 20))
        ->excludes(file);
}

std::vector<std::string> algorithm_names() {
    std::vector<std::string> names;
    for (const auto algorithm : crypto::kAlgorithms) names.emplace_back(to_string(algorithm));
    return names;
}

CLI::App* add_keygen(CLI::App& app, KeygenOptions& options, std::string& algorithm) {
    auto* command = app.add_subcommand("keygen", "make a key pair: private.pem and public.pem");
    command->add_option("--algorithm", algorithm, "how the key signs")
        ->required()
        ->type_name("A")
        ->check(CLI::IsMember(algorithm_names()));
    command->add_option("--out", options.out, "the directory for the two files")->required()->type_name("DIR");
    add_passphrase(*command, options.passphrase);
    command->add_flag("--no-passphrase", options.passphrase.none, "write the private key unencrypted")
        ->excludes("--passphrase-file", "--passphrase-fd");
    return command;
}

CLI::App* add_pack(CLI::App& app, PackOptions& options) {
    auto* command = app.add_subcommand("pack", "check the rules and make an unsigned package");
    command->add_option("--desc", options.description, "UpgradeDesc.json")->required()->type_name("FILE");
    command->add_option("--file", options.file, "the vendor's file")->required()->type_name("FILE");
    command->add_option("--out", options.out, "the package, such as xx_package.zip")->required()->type_name("FILE");
    return command;
}

CLI::App* add_sign(CLI::App& app, SignOptions& options) {
    auto* command = app.add_subcommand("sign", "sign a package: xx_package.zip becomes xx_package_signed.zip");
    command->add_option("--key", options.key, "private.pem")->required()->type_name("FILE");
    command->add_option("package", options.package, "the package")->required()->type_name("FILE");
    command->add_option("--out", options.out, "the signed package, if it shall have another name")->type_name("FILE");
    add_passphrase(*command, options.passphrase);
    return command;
}

CLI::App* add_verify(CLI::App& app, VerifyOptions& options) {
    auto* command = app.add_subcommand("verify", "check the signature of a package");
    command->add_option("--key", options.key, "public.pem")->required()->type_name("FILE");
    command->add_option("package", options.package, "the package")->required()->type_name("FILE");
    return command;
}

CLI::App* add_inspect(CLI::App& app, InspectOptions& options) {
    auto* command = app.add_subcommand("inspect", "show what a package holds; verifies nothing");
    command->add_option("package", options.package, "the package")->required()->type_name("FILE");
    return command;
}

/// What CLI11 would print, and whether that is what was asked for.
Command not_a_command(CLI::App& app, const CLI::Error& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = app.exit(error, out, err);
    if (status == 0) return ShowText{out.str()};
    return WrongUsage{err.str()};
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
    CLI::App app(kAbout, "cellwise-sign");
    bool json = false;
    app.add_flag("--json", json, "tell the result, or the error, as one JSON object on standard output");
    app.fallthrough();  // a command's options and ours may be mixed
    app.set_version_flag("--version", "cellwise-sign " CELLWISE_VERSION);
    app.require_subcommand(1);
    KeygenOptions keygen_options;
    PackOptions pack_options;
    SignOptions sign_options;
    VerifyOptions verify_options;
    InspectOptions inspect_options;
    std::string algorithm;
    const auto* keygen = add_keygen(app, keygen_options, algorithm);
    const auto* pack = add_pack(app, pack_options);
    const auto* sign = add_sign(app, sign_options);
    const auto* verify = add_verify(app, verify_options);
    add_inspect(app, inspect_options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Error& error) {
        return {.command = not_a_command(app, error)};
    }
    const auto chosen = [&]() -> Command {
        if (keygen->parsed()) {
            keygen_options.algorithm = *crypto::parse_algorithm(algorithm);
            return keygen_options;
        }
        if (pack->parsed()) return pack_options;
        if (sign->parsed()) return sign_options;
        if (verify->parsed()) return verify_options;
        return inspect_options;
    };
    return {.command = chosen(), .format = json ? Format::Json : Format::Words};
}

}  // namespace cellwise::sign
