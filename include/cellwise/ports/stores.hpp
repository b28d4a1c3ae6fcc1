// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cellwise/base/result.hpp"
#include "cellwise/domain/access.hpp"
#include "cellwise/domain/command.hpp"
#include "cellwise/domain/device.hpp"
#include "cellwise/domain/group.hpp"
#include "cellwise/domain/job.hpp"
#include "cellwise/domain/package.hpp"
#include "cellwise/domain/product.hpp"
#include "cellwise/domain/push.hpp"
#include "cellwise/domain/task.hpp"
#include "cellwise/domain/timeline.hpp"
#include "cellwise/ports/page.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// The stores, as one transaction sees them. Verbs: `insert` refuses what is there (Conflict), `save` writes the
/// whole row that must be there or, where it says so, makes it, `find` may return nothing, `erase` tells whether
/// there was something. Every call may fail with Unavailable or StorageFull; that is not repeated below.
namespace cellwise::ports {

class ProductStore {
 public:
    virtual ~ProductStore() = default;
    virtual Status insert(const domain::Product& product) = 0;  ///< Conflict "product.duplicate"
    virtual Status save(const domain::Product& product) = 0;
    virtual Result<bool> erase(const ProductId& id) = 0;  ///< Conflict "product.in_use" while devices are of it
    virtual Result<std::optional<domain::Product>> find(const ProductId& id) = 0;
    virtual Result<std::optional<domain::Product>> find_model(std::string_view manufacturer_name,
                                                              std::string_view device_type,
                                                              std::string_view model) = 0;
    virtual Result<bool> names_manufacturer(std::string_view manufacturer_name) = 0;
    virtual Result<Page<domain::Product>> list(const PageRequest& page) = 0;
};

class KeyStore {
 public:
    virtual ~KeyStore() = default;
    virtual Status insert(const domain::PublicKey& key) = 0;  ///< Conflict "public_key.duplicate" by fingerprint
    virtual Status save(const domain::PublicKey& key) = 0;
    virtual Result<std::optional<domain::PublicKey>> find(const KeyId& id) = 0;
    virtual Result<std::optional<domain::PublicKey>> find_by_fingerprint(std::string_view fingerprint) = 0;
    virtual Result<Page<domain::PublicKey>> list(const PageRequest& page) = 0;
};

struct PackageFilter {
    std::optional<std::string> manufacturer_name{};
    std::optional<std::string> device_type{};
    std::optional<std::string> model{};
    std::optional<std::string> version{};
    std::optional<AppId> usable_by{};  ///< its own, and what operators uploaded
};

class PackageStore {
 public:
    virtual ~PackageStore() = default;
    virtual Status insert(const domain::Package& package) = 0;  ///< Conflict "package.duplicate" by model and version
    virtual Result<bool> erase(
        const PackageId& id) = 0;  ///< Conflict "package.in_use" while an unfinished task has it
    virtual Result<std::optional<domain::Package>> find(const PackageId& id) = 0;
    virtual Result<std::optional<domain::Package>> find_version(std::string_view manufacturer_name,
                                                                std::string_view device_type, std::string_view model,
                                                                const domain::Version& version) = 0;
    /// Does any row need this archive?
    virtual Result<bool> uses_archive(std::string_view archive_sha256) = 0;
    /// Does any row need this payload? Two archives may hold the same one.
    virtual Result<bool> uses_payload(std::string_view payload_sha256) = 0;
    virtual Result<Page<domain::Package>> list(const PackageFilter& filter, const PageRequest& page) = 0;
    virtual Result<std::int64_t> count(const PackageFilter& filter) = 0;
};

struct DeviceFilter {
    std::optional<AppId> app{};
    std::optional<ProductId> product{};
    std::optional<GroupId> group{};
    std::optional<std::string> node_id_prefix{};
    std::optional<domain::Version> software_version{};
    friend bool operator==(const DeviceFilter&, const DeviceFilter&) = default;
};

/// Whose a device is, and what.
struct DeviceOwner {
    AppId app{};
    ProductId product{};
};

class DeviceStore {
 public:
    virtual ~DeviceStore() = default;
    virtual Status insert(const domain::Device& device) = 0;  ///< Conflict "device.node_id.duplicate"
    virtual Status save(const domain::Device& device) = 0;
    /// With its registration, details and group memberships. From then on no list shows its uplinks; their rows, a
    /// million perhaps, are left to erase_remains().
    virtual Result<bool> erase(const DeviceId& id) = 0;
    /// Deletes at most `limit` rows of what erased devices left behind; how many it deleted, fewer only when it was
    /// all.
    virtual Result<std::int64_t> erase_remains(std::uint32_t limit) = 0;
    virtual Result<std::optional<domain::Device>> find(const DeviceId& id) = 0;
    /// Of each of them, in their order; nothing of one that is not there. For lists: it reads little.
    virtual Result<std::vector<std::optional<DeviceOwner>>> owners(std::span<const DeviceId> ids) = 0;
    virtual Result<std::optional<domain::Device>> find_by_node_id(std::string_view node_id) = 0;
    /// By id; with a prefix and no group by node id.
    virtual Result<Page<domain::Device>> list(const DeviceFilter& filter, const PageRequest& page) = 0;
    virtual Result<std::int64_t> count(const DeviceFilter& filter) = 0;
    /// Nothing to a device that is gone: its last job may still end.
    virtual Status record_version(const DeviceId& id, const domain::Version& version) = 0;

    /// Makes the row or replaces it; NotFound "device.not_found".
    virtual Status save_details(const domain::DeviceDetails& details) = 0;
    virtual Result<std::optional<domain::DeviceDetails>> find_details(const DeviceId& id) = 0;
    /// Details whose `expires_at` is at or before `now`, earliest first.
    virtual Result<std::vector<domain::DeviceDetails>> expired(Timestamp now, std::uint32_t limit) = 0;
};

class GroupStore {
 public:
    virtual ~GroupStore() = default;
    virtual Status insert(const domain::Group& group) = 0;  ///< Conflict "group.duplicate" by application and name
    virtual Status save(const domain::Group& group) = 0;    ///< but for the members; Conflict "group.duplicate"
    /// From then on no call finds the group, and its name is free; its memberships, a million perhaps, are left to
    /// erase_remains().
    virtual Result<bool> erase(const GroupId& id) = 0;
    /// Deletes at most `limit` rows of what erased groups left behind; how many it deleted, fewer only when it was
    /// all.
    virtual Result<std::int64_t> erase_remains(std::uint32_t limit) = 0;
    virtual Result<std::optional<domain::Group>> find(const GroupId& id) = 0;
    virtual Result<std::optional<domain::Group>> find_by_name(const AppId& app, std::string_view name) = 0;
    virtual Status add_members(const GroupId& id, std::span<const DeviceId> devices) = 0;
    virtual Status remove_members(const GroupId& id, std::span<const DeviceId> devices) = 0;
    virtual Result<Page<domain::Group>> list(const std::optional<AppId>& app, const PageRequest& page) = 0;
    virtual Result<std::int64_t> count(const AppId& app) = 0;
};

/// Registrations of LwM2M devices: soft state, saved behind the answer, one row a device.
class RegistrationStore {
 public:
    virtual ~RegistrationStore() = default;
    /// Makes the row or replaces the device's; NotFound "device.not_found".
    virtual Status save(const domain::Registration& registration) = 0;
    virtual Result<bool> erase(const DeviceId& device) = 0;
    virtual Result<std::optional<domain::Registration>> find(const RegistrationId& id) = 0;
    virtual Result<std::optional<domain::Registration>> find_by_device(const DeviceId& device) = 0;
    virtual Result<std::optional<domain::Registration>> find_by_token(const domain::ObservationToken& token) = 0;
    virtual Result<std::int64_t> count_live(Timestamp now) = 0;  ///< expires_at > now, by an index
};

struct TaskFilter {
    std::optional<AppId> app{};
    std::optional<domain::TaskState> state{};
    std::optional<DeviceId> device{};  ///< that has a job of the task
    std::optional<std::string> manufacturer_name{};
    std::optional<std::string> device_type{};
    std::optional<std::string> model{};
};

/// Tasks with their counters. The counters are kept by JobStore's writes and the pause by set_paused(), not by
/// save().
class TaskStore {
 public:
    virtual ~TaskStore() = default;
    virtual Status insert(const domain::Task& task) = 0;
    virtual Status save(const domain::Task& task) = 0;
    /// A pause, or its end at `now`; how things stand already is no error. False: there is no such task.
    virtual Result<bool> set_paused(const TaskId& id, bool paused, Timestamp now) = 0;
    /// From then on no call finds the task; its rows and its jobs' are left to erase_remains(), for they may be a
    /// million. Conflict "task.running" until the task and all of its jobs have ended, "task.retried" while a
    /// retry of it has not taken over all of its devices.
    virtual Result<bool> erase(const TaskId& id) = 0;
    /// Deletes at most `limit` rows of what erased tasks left behind; how many it deleted, fewer only when it was
    /// all.
    virtual Result<std::int64_t> erase_remains(std::uint32_t limit) = 0;
    /// Erases at most `limit` tasks that erase() would and that ended before `before`; how many.
    virtual Result<std::int64_t> erase_ended_before(Timestamp before, std::uint32_t limit) = 0;
    virtual Result<std::optional<domain::Task>> find(const TaskId& id) = 0;
    virtual Result<Page<domain::Task>> list(const TaskFilter& filter, const PageRequest& page) = 0;  ///< newest first
    virtual Result<std::int64_t> count(const TaskFilter& filter) = 0;
    /// Unfinished tasks that something is due for: `due_at` has come, or they are started and not wholly expanded or
    /// have jobs that wait, or no job of theirs is unfinished, or their end time is over. Of a paused one neither its
    /// start is due nor that jobs wait. In order of id.
    virtual Result<std::vector<domain::Task>> due(Timestamp now, std::uint32_t limit) = 0;
};

struct JobFilter {
    TaskId task{};
    std::optional<domain::JobStatus> status{};
    std::optional<domain::JobState> state{};
};

/// Jobs. insert and save keep the counters of the job's task in step, in the same transaction.
class JobStore {
 public:
    virtual ~JobStore() = default;
    /// Conflict "job.duplicate": the task has a job of that device.
    virtual Status insert(const domain::Job& job) = 0;
    /// New jobs of one task, all Waiting, with the same application, package and time of creation. Those whose device
    /// has a job of the task already are passed over: a device may be named twice, or be in two groups.
    virtual Status insert_all(std::span<const domain::Job> jobs) = 0;
    /// The hard fields and `chunks_served`, of which id, task, device, app, package and created_at never change.
    /// Conflict "job.device_busy": another job of the device is neither Waiting nor finished. So says insert, too.
    virtual Status save(const domain::Job& job) = 0;
    virtual Result<std::optional<domain::Job>> find(const JobId& id) = 0;
    virtual Result<std::optional<domain::Job>> find_of(const TaskId& task, const DeviceId& device) = 0;
    /// The device's job that is neither Waiting nor finished; there is at most one.
    virtual Result<std::optional<domain::Job>> find_running(const DeviceId& device) = 0;
    /// The device's job that ended last.
    virtual Result<std::optional<domain::Job>> find_last_finished(const DeviceId& device) = 0;
    virtual Result<Page<domain::Job>> list(const JobFilter& filter, const PageRequest& page) = 0;  ///< by creation
    /// Unfinished jobs whose deadline is at or before `now`, earliest first.
    virtual Result<std::vector<domain::Job>> overdue(Timestamp now, std::uint32_t limit) = 0;
    /// At start: every job whose soft state has to be rebuilt, for it has begun with its device and not ended; those
    /// that wait, in WaitingOnline, WaitingConfirmation and WaitingRetry, are not among them. The next ones after the
    /// last that was returned; NotFound "job.not_found" when that one is gone.
    virtual Result<std::vector<domain::Job>> live(const JobId& after, std::uint32_t limit) = 0;
};

class ApplicationStore {
 public:
    virtual ~ApplicationStore() = default;
    virtual Status insert(const domain::Application& application) = 0;
    /// The name and the callback CA. NotFound "application.not_found".
    virtual Status save(const domain::Application& application) = 0;
    /// With its subscriptions and sessions. From then on no list shows its pushes; their rows, a million perhaps, are
    /// left to erase_remains().
    virtual Result<bool> erase(const AppId& id) = 0;
    /// Deletes at most `limit` rows of what erased applications left behind; how many it deleted, fewer only when it
    /// was all.
    virtual Result<std::int64_t> erase_remains(std::uint32_t limit) = 0;
    virtual Result<std::optional<domain::Application>> find(const AppId& id) = 0;
    virtual Result<Page<domain::Application>> list(const PageRequest& page) = 0;
    virtual Status save_session(const domain::AppSession& session) = 0;  ///< replaces the application's
    virtual Result<std::optional<domain::AppSession>> find_session(const AppId& id) = 0;
    virtual Result<bool> erase_session(const AppId& id) = 0;
};

class TokenStore {
 public:
    virtual ~TokenStore() = default;
    virtual Status insert(const domain::OperatorToken& token) = 0;  ///< Conflict "token.duplicate" by name
    virtual Result<bool> erase(const TokenId& id) = 0;
    virtual Result<std::optional<domain::OperatorToken>> find_by_hash(std::string_view hash) = 0;
    virtual Result<Page<domain::OperatorToken>> list(const PageRequest& page) = 0;
};

class SubscriptionStore {
 public:
    virtual ~SubscriptionStore() = default;
    virtual Status save(const domain::Subscription& subscription) = 0;  ///< one per application and type
    virtual Result<bool> erase(const SubscriptionId& id) = 0;
    virtual Result<std::optional<domain::Subscription>> find(const AppId& app, domain::NotifyType type) = 0;
    virtual Result<Page<domain::Subscription>> list(const std::optional<AppId>& app, const PageRequest& page) = 0;
};

/// Pushes that have to reach an application server.
class OutboxStore {
 public:
    virtual ~OutboxStore() = default;
    virtual Result<std::int64_t> append(const domain::Push& push) = 0;  ///< its sequence
    virtual Status save(const domain::Push& push) = 0;
    virtual Result<bool> erase(std::int64_t sequence) = 0;  ///< delivered
    virtual Result<std::optional<domain::Push>> find(std::int64_t sequence) = 0;
    /// Dead letters after `after`, in their order; of one application if one is named.
    virtual Result<std::vector<domain::Push>> dead(const std::optional<AppId>& app, std::int64_t after,
                                                   std::uint32_t limit) = 0;
    /// At most `limit` dead letters that were last tried before `before`; how many there were.
    virtual Result<std::int64_t> erase_dead_before(Timestamp before, std::uint32_t limit) = 0;
    /// Per device and url the oldest live push only, if it is due by `now`: that keeps a device's order.
    virtual Result<std::vector<domain::Push>> due(Timestamp now, std::uint32_t limit) = 0;
    /// The same for one receiver (domain::receiver_of) of one application only, earliest due first: a backlog for one
    /// server hides nothing from another's.
    virtual Result<std::vector<domain::Push>> due_of(const AppId& app, std::string_view receiver, Timestamp now,
                                                     std::uint32_t limit) = 0;
    /// The next application after `after`, in order of id, that some device's oldest live push is for.
    virtual Result<std::optional<AppId>> next_app(const AppId& after) = 0;
    /// The same of the receivers of one application, in order of their names.
    virtual Result<std::optional<std::string>> next_receiver(const AppId& app, std::string_view after) = 0;
    /// When the next push is due, if any lives.
    virtual Result<std::optional<Timestamp>> next_due() = 0;
    virtual Result<Page<domain::Push>> list(bool dead, const PageRequest& page) = 0;
    virtual Result<std::int64_t> count(bool dead) = 0;
    /// Of the device's live pushes of that type to its subscription at most so many stay: the oldest go, but never
    /// one that may be under way. How many went.
    virtual Result<std::int64_t> drop_oldest(const DeviceId& device, domain::NotifyType type, std::int64_t most) = 0;
};

/// What devices reported that is no protocol of ours: kept for the application servers.
struct Uplink {
    DeviceId device{};
    Timestamp at{};
    Bytes payload{};
    friend bool operator==(const Uplink&, const Uplink&) = default;
};

class UplinkStore {
 public:
    virtual ~UplinkStore() = default;
    virtual Status append(const Uplink& uplink) = 0;
    virtual Result<Page<Uplink>> list(const DeviceId& device, const PageRequest& page) = 0;  ///< newest first
    /// At most `limit` of those before `before`; how many there were.
    virtual Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) = 0;
};

struct CommandFilter {
    AppId app{};
    std::optional<DeviceId> device{};
    std::optional<Timestamp> from{};  ///< created then or later
    std::optional<Timestamp> to{};    ///< created then or before
};

/// Commands to devices. They outlive their devices, as jobs do: what was sent is kept.
class CommandStore {
 public:
    virtual ~CommandStore() = default;
    virtual Status insert(const domain::Command& command) = 0;
    /// What changes in a command's life: state, deadline, issued_times, result, and the times of it. Conflict
    /// "command.device_busy": another command of the device is Sent. So says insert, too.
    virtual Status save(const domain::Command& command) = 0;
    virtual Result<std::optional<domain::Command>> find(const CommandId& id) = 0;
    /// The device's oldest that is Pending.
    virtual Result<std::optional<domain::Command>> find_next(const DeviceId& device) = 0;
    /// The device's newest of that number.
    virtual Result<std::optional<domain::Command>> find_by_mid(const DeviceId& device, std::uint16_t mid) = 0;
    /// Of the device's newest; 0: it has none.
    virtual Result<std::uint16_t> last_mid(const DeviceId& device) = 0;
    virtual Result<std::int64_t> count_pending(const DeviceId& device) = 0;
    virtual Result<bool> any_pending() = 0;
    virtual Result<Page<domain::Command>> list(const CommandFilter& filter,
                                               const PageRequest& page) = 0;  ///< newest first
    virtual Result<std::int64_t> count(const CommandFilter& filter) = 0;
    /// Whose deadline is at or before `now`, earliest first.
    virtual Result<std::vector<domain::Command>> overdue(Timestamp now, std::uint32_t limit) = 0;
    /// Those that are Sent, in order of their devices, after that of `after`.
    virtual Result<std::vector<domain::Command>> sent(const DeviceId& after, std::uint32_t limit) = 0;
    /// At most `limit` of those that settled before `before`; how many there were.
    virtual Result<std::int64_t> erase_settled_before(Timestamp before, std::uint32_t limit) = 0;
};

/// What happened to devices: of each the newest domain::kLongestTimeline entries.
class TimelineStore {
 public:
    virtual ~TimelineStore() = default;
    /// Numbers the entry and drops what is too old. Nothing to a device that is gone: its last job may still end.
    virtual Status append(const domain::TimelineEntry& entry) = 0;
    virtual Result<Page<domain::TimelineEntry>> list(const DeviceId& device,
                                                     const PageRequest& page) = 0;  ///< newest first
    /// At most `limit` of those before `before`; how many there were.
    virtual Result<std::int64_t> erase_before(Timestamp before, std::uint32_t limit) = 0;
};

}  // namespace cellwise::ports
