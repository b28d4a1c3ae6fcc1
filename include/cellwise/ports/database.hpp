// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/ports/download_tokens.hpp"
#include "cellwise/ports/operator_stores.hpp"
#include "cellwise/ports/radio_report_store.hpp"
#include "cellwise/ports/stores.hpp"

#include <cstdint>
#include <functional>
#include <utility>

namespace cellwise::ports {

/// All stores in one transaction.
class Transaction {
 public:
    virtual ~Transaction() = default;
    virtual ProductStore& products() = 0;
    virtual KeyStore& keys() = 0;
    virtual PackageStore& packages() = 0;
    virtual DeviceStore& devices() = 0;
    virtual GroupStore& groups() = 0;
    virtual RegistrationStore& registrations() = 0;
    virtual TaskStore& tasks() = 0;
    virtual JobStore& jobs() = 0;
    virtual ApplicationStore& applications() = 0;
    virtual TokenStore& tokens() = 0;
    virtual SubscriptionStore& subscriptions() = 0;
    virtual OutboxStore& outbox() = 0;
    virtual UplinkStore& uplinks() = 0;
    virtual CommandStore& commands() = 0;
    virtual OperatorStore& operators() = 0;
    virtual AuditStore& audit() = 0;
    virtual AnswerStore& answers() = 0;
    virtual TimelineStore& timeline() = 0;
    virtual RadioReportStore& radio_reports() = 0;
    virtual DownloadTokenStore& download_tokens() = 0;
};

/// The durable truth. Writes are grouped: everything that was asked for since the last commit becomes durable in one.
class Database {
 public:
    using Work = std::function<Status(Transaction&)>;
    using Done = std::function<void(Status)>;

    virtual ~Database() = default;

    /// Runs `work` on the store's own thread. When it returns an error, what it wrote is undone, and the rest of the
    /// group stands. `done` runs on the loop, after the group is durable, in the order of the calls. Callable from
    /// any thread; `work` must own all that it uses. A commit that fails is fatal to the daemon: nothing is
    /// acknowledged.
    virtual void write(Work work, Done done) = 0;

    /// The same for who must know at once that his work stands in line: it is run before every work that is asked for
    /// later, and is durable no later than they are. False when too many wait; then nothing happens, not even `done`.
    virtual bool enqueue(Work work, Done done) {
        write(std::move(work), std::move(done));
        return true;
    }

    /// Runs `work` on the calling thread against the last committed state, in one consistent view. Writes in it fail.
    /// Callable from any thread. Meant for reads by an index: it takes microseconds.
    virtual Status read(const Work& work) = 0;

    /// Another number after every commit, and before anybody is told of it: what was read while it was the same is
    /// still so. 0: always another. Callable from any thread.
    virtual std::uint64_t version() const { return 0; }
};

}  // namespace cellwise::ports
