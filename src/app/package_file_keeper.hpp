// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/ports/database.hpp"
#include "cellwise/ports/executor.hpp"
#include "cellwise/ports/package_files.hpp"

#include <cstddef>
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

        /// Nobody can say whether the row is durable: its files stay until check() at the next start.
        void leave_files() { leave_files_ = true; }

     private:
        PackageFileKeeper& keeper_;
        std::vector<std::string> hashes_;
        bool leave_files_ = false;
    };
    /// Take it before the files are kept and hold it until the row is durable.
    std::shared_ptr<Claim> claim(std::vector<std::string> hashes);

    /// Removes, in the background, those that neither a row nor a claim needs.
    void remove_unused(std::vector<std::string> hashes);

    /// What the files and the rows say of each other.
    struct Findings {
        std::size_t unused = 0;               ///< files that no row needs; they are being removed
        std::vector<PackageId> incomplete{};  ///< packages of which a file is missing or has another size
    };
    /// At start: removes what a crash left behind, and says which packages lost their files. An incomplete package
    /// becomes whole when the same bytes are uploaded again. `kept`: every file in the directory. Reads all packages.
    Result<Findings> check(const std::vector<ports::KeptFile>& kept);

 private:
    void remove_now(const std::string& hash);

    ports::Database& database_;
    ports::PackageFiles& files_;
    ports::Executor& background_;
    std::mutex mutex_;  ///< held while a file is looked up and removed, so that no claim can come in between
    std::map<std::string, int> claims_;
};

}  // namespace cellwise::app
