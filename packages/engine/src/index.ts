export type { Access, SignInStorage } from "./access/access.ts";
export type { ApiKeySummary, KeyLimits, KnownKey } from "./access/api-keys.ts";
export type { Approval } from "./access/approvals.ts";
export type { AuditEntry, AuditLog, AuditRecord } from "./access/audit-log.ts";
export type { PersonSummary, SessionSummary } from "./access/people.ts";
export {
  capped,
  type FolderRoles,
  includesRole,
  type Permission,
  type Role,
  roleIn,
  roles,
} from "./access/roles.ts";
export type { Change, Changes } from "./changes.ts";
export { mostNesting, nestsTooDeep } from "./nesting.ts";
export { isDatabaseAway, isUnstorable } from "./database/database-away.ts";
export type { Clock } from "./clock.ts";
export { startEngine } from "./engine.ts";
export type { Engine, EngineLog, EngineOptions } from "./engine-contract.ts";
export { type Delivery, noProfile, type Receipt } from "./inbox/inbox.ts";
export type { Replayed, Replays, Taker } from "./inbox/replays.ts";
export type { TestRunOptions } from "./database/job-tables.ts";
export type { Answer, JobControl, Many, TestRun } from "./jobs/job-control.ts";
export type { RerunOptions } from "./jobs/reruns.ts";
export type { Choice, JobError } from "./jobs/job-error.ts";
export type { LookupColumn, PropertyType, PropertyValue } from "./database/data-tables.ts";
export type { LookupRow, LookupRows, LookupWhere } from "./lookup-tables/lookup-rows.ts";
export type { LookupTable, LookupTables } from "./lookup-tables/lookup-tables.ts";
export type { Properties, Property } from "./properties/properties.ts";
export { type Restored, restoreBackup } from "./backup/restore-backup.ts";
export { pendingUpgrade, upgradeDatabase } from "./backup/upgrade-database.ts";
export { type BackupProgress, type BackupSummary, writeBackup } from "./backup/write-backup.ts";
export {
  borrowEmbeddedPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from "./postgres/embedded-postgres.ts";
export type { ObservedJob, ObservedStep, Observer } from "./observer.ts";
export { StartError } from "./start-error.ts";
export type { AppProfileSummary } from "./store/app-profiles.ts";
export type { ConnectionCall } from "./store/connection-calls.ts";
export type { ConnectionStatus, TokenStatus } from "./store/connection-status.ts";
export type { ConnectionSummary } from "./store/connection-summary.ts";
export type { EventDetail, EventSummary } from "./store/event-queries.ts";
export type { JobFilter } from "./store/job-search.ts";
export type { Page } from "./store/page.ts";
export type {
  JobDetail,
  JobSummary,
  RecentJobs,
} from "./store/job-queries.ts";
export type { JobStats, JobStatsFilter } from "./store/job-stats.ts";
export type { PermissionScope } from "./store/permissions.ts";
export type { DeliveryHealth, DeliveryLog, RefusedDelivery } from "./triggers/delivery-log.ts";
export type { Hook, Hooks, OpenHook } from "./triggers/hooks.ts";
export type { ListenerState } from "./triggers/listeners.ts";
export { lookKindOf, neverAgain } from "./triggers/looks-back.ts";
export type { Triggers } from "./triggers/triggers.ts";
export type { RecipeDraft } from "./store/recipe-drafts.ts";
export type { RecipeEntry } from "./store/recipe-entries.ts";
export type { RecipeSummary } from "./store/recipe-rows.ts";
export type { StartFrom, WaitingEvents } from "./store/recipe-runs.ts";
export { RecipeRefused } from "./store/recipe-texts.ts";
export type { RecipeDiff, RecipeVersion, VersionName } from "./store/recipe-versions.ts";
export type { RecipeFilter, RecipeLabels, SaveNote } from "./store/recipes.ts";
export { type Retention, type RetentionRules, retentionRules, type Swept } from "./retention/retention.ts";
export type { NoticeChannel, NoticeChannels } from "./notices/notice-channels.ts";
export {
  type Notice,
  type NoticeSenders,
  type Notices,
  type NoticeSettings,
  noticeSettings,
  type SentNotice,
} from "./notices/notices.ts";
export type { RecipeTests, RecipeTestsRun, RecipeTestStore } from "./store/recipe-tests.ts";
export type { TestEvent, TestRuns } from "./store/test-runs.ts";
export type { PreviewedEvent, TriggerPreview, TriggerPreviews } from "./store/trigger-preview.ts";
