/** Numbers for Prometheus: of this process what it did, of the installation what there is. */
import type { Engine, Observer } from "@greenroom/engine";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The metrics of a process. */
export interface Metrics {
  readonly observer: Observer;
  readonly contentType: string;
  /** Counts an HTTP request. */
  request(route: string, status: number, seconds: number): void;
  /** What Prometheus reads; what there is in the database is asked now. */
  read(engine: Engine): Promise<string>;
}

const jobSeconds = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600, 3600, 86_400];
const requestSeconds = [0.002, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** Makes them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "greenroom_" });
  const count = (name: string, help: string, labelNames: string[]) =>
    new Counter({ ...{ registers, name: `greenroom_${name}`, help, labelNames } });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ ...{ registers, name: `greenroom_${name}`, help, labelNames } });
  const time = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ ...{ registers, name: `greenroom_${name}`, help, labelNames, buckets } });

  const events = count("events_received_total", "Events received", ["connector", "duplicate"]);
  const started = count("jobs_started_total", "Jobs that events started", ["connector"]);
  const jobs = count("jobs_ended_total", "Jobs that ended", ["state"]);
  const jobTime = time("job_seconds", "From a job's start to its end", ["state"], jobSeconds);
  const steps = count("steps_ended_total", "Actions, waits and calls that ended", ["use", "state", "error"]);
  const stepTime = time("step_seconds", "Duration of actions", ["use"], jobSeconds);
  const attempts = count("step_attempts_total", "Tries of actions", ["use"]);
  const requests = count("http_requests_total", "HTTP requests", ["route", "status"]);
  const requestTime = time("http_request_seconds", "Duration of HTTP requests", ["route"], requestSeconds);
  const queued = gauge("jobs_unfinished", "Jobs that are not finished, by state", ["state"]);
  const workers = gauge("workers_alive", "Processes that told of themselves in the last ten seconds");
  const bytes = gauge("database_bytes", "Size of the database");
  const lost = gauge("connections", "Connections by state", ["connector", "state"]);

  return {
    contentType: registry.contentType,
    observer: {
      received({ connector, receipt }) {
        events.inc({ connector, duplicate: String(receipt.duplicate) });
        if (receipt.jobIds.length > 0) started.inc({ connector }, receipt.jobIds.length);
      },
      stepEnded(_job, { use, state, attempts: tries, startedAt, finishedAt, errorCode = "" }) {
        // What only computes is of no use to an operator, and there is a lot of it.
        if (use === undefined) return;
        steps.inc({ use, state, error: errorCode });
        attempts.inc({ use }, tries);
        stepTime.observe({ use }, (finishedAt.getTime() - startedAt.getTime()) / 1000);
      },
      jobEnded({ startedAt }, { state, finishedAt }) {
        jobs.inc({ state });
        jobTime.observe({ state }, (finishedAt.getTime() - startedAt.getTime()) / 1000);
      },
    },
    request(route, status, seconds) {
      requests.inc({ route, status: String(status) });
      requestTime.observe({ route }, seconds);
    },
    async read(engine) {
      const [system, connections] = await Promise.all([engine.access.system(), engine.connections.list()]);
      queued.reset();
      for (const state of ["queued", "running", "waiting"]) queued.set({ state }, system.queue[state] ?? 0);
      workers.set(system.workers.filter(({ alive }) => alive).length);
      bytes.set(system.database.bytes);
      lost.reset();
      for (const { connector, state } of connections) lost.inc({ connector, state });
      return await registry.metrics();
    },
  };
}
