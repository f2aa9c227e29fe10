/** What the engine is given, and what it is to those who compose it. */
import type { Connector, Secret } from "@greenroom/connector-kit";
import type { Access } from "./access/access.ts";
import type { Changes } from "./changes.ts";
import type { Clock } from "./clock.ts";
import type { Backlog } from "./inbox/backlog.ts";
import type { Delivery, Receipt } from "./inbox/inbox.ts";
import type { Replays } from "./inbox/replays.ts";
import type { JobControl } from "./jobs/job-control.ts";
import type { LookupTables } from "./lookup-tables/lookup-tables.ts";
import type { NoticeSenders, Notices } from "./notices/notices.ts";
import type { Properties } from "./properties/properties.ts";
import type { Observer } from "./observer.ts";
import type { Retention } from "./retention/retention.ts";
import type { AppProfiles } from "./store/app-profiles.ts";
import type { ConnectionCall } from "./store/connection-calls.ts";
import type { ConnectionStatus } from "./store/connection-status.ts";
import type { Connections } from "./store/connections.ts";
import type { JobQueries } from "./store/job-queries.ts";
import type { JobStats, JobStatsFilter } from "./store/job-stats.ts";
import type { Permissions } from "./store/permissions.ts";
import type { RecipeDrafts } from "./store/recipe-drafts.ts";
import type { RecipeEntries } from "./store/recipe-entries.ts";
import type { StartPasts } from "./store/start-past.ts";
import type { RecipeRuns } from "./store/recipe-runs.ts";
import type { RecipeTestStore } from "./store/recipe-tests.ts";
import type { RecipeVersions } from "./store/recipe-versions.ts";
import type { Recipes } from "./store/recipes.ts";
import type { TestRuns } from "./store/test-runs.ts";
import type { TriggerPreviews } from "./store/trigger-preview.ts";
import type { Triggers } from "./triggers/triggers.ts";

/** Where the engine writes what operators read. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the engine is given. */
export interface EngineOptions {
  readonly databaseUrl: string;
  readonly secretKey: Secret;
  readonly connectors: readonly Connector[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: EngineLog;
  /** Is told what happens. */
  readonly observer?: Observer;
  /** Whether this process runs jobs and looks after triggers; by default it does. Any number may share a database. */
  readonly runsJobs?: boolean;
  /** By their names, what all processes on the database must be started with alike; none may be secret. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many jobs may run here at once. */
  readonly capacity?: number;
  /** How the world reaches the address of a recipe; without it no service can be told one. */
  readonly hookUrl?: (token: string) => string;
  /** Whose properties recipes see; by default `default`. */
  readonly environment?: string | undefined;
  /** What sends notices. */
  readonly noticeSenders?: NoticeSenders | undefined;
}

/** A running engine. */
export interface Engine {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly access: Access;
  readonly profiles: AppProfiles;
  readonly connections: Connections;
  /** What is known of a connection beyond who it is. @throws {ConnectorError} */
  connectionStatus(id: string): Promise<ConnectionStatus>;
  /** The last steps of jobs that used a connection, newest first. @throws {ConnectorError} */
  connectionCalls(id: string): Promise<readonly ConnectionCall[]>;
  readonly recipes: Recipes & RecipeEntries & RecipeRuns & StartPasts;
  readonly versions: RecipeVersions;
  readonly drafts: RecipeDrafts;
  readonly previews: TriggerPreviews;
  readonly testRuns: TestRuns;
  readonly tests: RecipeTestStore;
  readonly backlog: Backlog;
  readonly replays: Replays;
  readonly properties: Properties;
  readonly lookupTables: LookupTables;
  readonly retention: Retention;
  readonly notices: Notices;
  readonly permissions: Permissions;
  readonly queries: JobQueries;
  /** Jobs counted over time and by recipe. */
  jobStats(filter: JobStatsFilter): Promise<JobStats>;
  readonly jobs: JobControl;
  /** Changes in all processes, as they happen. */
  readonly changes: Changes;
  readonly triggers: Triggers;
  /** Writes an event once and starts its jobs; resolves when that is committed. */
  receive(delivery: Delivery): Promise<Receipt>;
  /** Resolves when no job runs in this process. */
  idle(): Promise<void>;
  /** Lets running steps end for at most `graceMs`, then leaves the rest to the next worker. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}
