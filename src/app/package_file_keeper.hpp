// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/package_files.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cellwise::app {

/// Decides when a file of the repository may go: when no row needs it and no upload is about to write a row that
/// does. Callable from any thread; outlives its claims and all that runs on `background`.
class PackageFileKeeper {
 public:
    /// `background` runs what waits for the disk; the loop will do where files are small.
    PackageFileKeeper(ports::Database& database, ports::PackageFiles& files, ports::Executor& background);

    /// While it lives its files stay; when the last claim of a file goes, the file goes unless a row needs it.
    class Claim {
     public:
        Claim(PackageFileKeeper& keeper, std::vector<std::string> hashes);
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim();

     private:
        PackageFileKeeper& keeper_;
        std::vector<std::string> hashes_;
    };
    /// Take it before the files are kept and hold it until the row is durable.
    std::shared_ptr<Claim> claim(std::vector<std::string> hashes);

    /// Removes, in the background, those that neither a row nor a claim needs. Also for what a crash left behind:
    /// give it every file in the directory.
    void remove_unused(std::vector<std::string> hashes);

 private:
    void remove_now(const std::string& hash);

    ports::Database& database_;
    ports::PackageFiles& files_;
    ports::Executor& background_;
    std::mutex mutex_;  ///< held while a file is looked up and removed, so that no claim can come in between
    std::map<std::string, int> claims_;
};

}  // namespace cellwise::app
