/**
 * Traces by OpenTelemetry, from the webhook to the last step, in whatever process each of them ran. An event's id is its
 * trace's id, and a job's span follows from the job's id: so no process has to hand anything on to the next.
 */
import { createHash, randomBytes } from "node:crypto";
import type { ObservedJob, Observer } from "@greenroom/engine";
import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { TracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace";

/** Traces that are sent to a collector. */
export interface Tracing {
  readonly observer: Observer;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** The trace of an event, or of a job that none started. */
export const traceIdOf = (id: string) => id.replaceAll("-", "");
/** The span of an event or job. */
export const spanIdOf = (kind: "event" | "job", id: string) =>
  createHash("sha256").update(`${kind} ${id}`).digest("hex").slice(0, 16);

/** Starts sending to an OTLP collector, such as `http://localhost:4318`. */
export function startTracing(endpoint: string, version: string, instance: string): Tracing {
  // Read in the same turn as it is set: spans are made here alone, and at once.
  let next: { traceId?: string; spanId?: string } = {};
  const provider = new TracerProvider({
    idGenerator: {
      generateTraceId: () => next.traceId ?? randomBytes(16).toString("hex"),
      generateSpanId: () => next.spanId ?? randomBytes(8).toString("hex"),
    },
    resource: resourceFromAttributes({
      ...{ "service.name": "greenroom", "service.version": version, "service.instance.id": instance },
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces` }),
      }),
    ],
  });
  const tracer = provider.getTracer("greenroom");

  interface Told {
    readonly name: string;
    readonly kind: SpanKind;
    readonly parent: Context;
    readonly ids?: { traceId?: string; spanId?: string };
    readonly from: Date;
    readonly to: Date;
    readonly attributes: Record<string, string | number | undefined>;
    readonly error?: string | undefined;
  }
  function tell({ name, kind, parent, ids = {}, from, to, attributes, error }: Told): void {
    next = ids;
    const span = tracer.startSpan(name, { kind, startTime: from, attributes }, parent);
    next = {};
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(to);
  }
  const under = (traceId: string, spanId: string): Context =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  /** Under the job that called it, else under its event; a job that somebody started by hand is its trace's root. */
  const parentOf = ({ eventId, parentId, rootId }: ObservedJob): Context => {
    if (parentId !== undefined) return under(traceIdOf(rootId), spanIdOf("job", parentId));
    return eventId === undefined ? ROOT_CONTEXT : under(traceIdOf(eventId), spanIdOf("event", eventId));
  };

  return {
    observer: {
      received({ id, connector, name, beganAt, receipt }) {
        if (receipt.duplicate) return;
        tell({
          ...{ name: `receive ${name}`, kind: SpanKind.SERVER, parent: ROOT_CONTEXT },
          ids: { traceId: traceIdOf(id), spanId: spanIdOf("event", id) },
          ...{ from: beganAt, to: new Date() },
          attributes: {
            ...{ "greenroom.event.id": id, "greenroom.event.name": name, "greenroom.connector": connector },
            "greenroom.event.jobs": receipt.jobIds.length,
          },
        });
      },
      stepEnded(job, { path, title, use, state, attempts, startedAt, finishedAt, errorCode }) {
        if (use === undefined) return;
        tell({
          ...{
            name: use,
            kind: SpanKind.CLIENT,
            parent: under(traceIdOf(job.rootId), spanIdOf("job", job.id)),
          },
          ...{ from: startedAt, to: finishedAt },
          attributes: {
            ...{ "greenroom.job.id": job.id, "greenroom.step.path": path, "greenroom.step.title": title },
            ...{ "greenroom.step.attempts": attempts, "greenroom.step.state": state },
          },
          error: errorCode,
        });
      },
      jobEnded(job, { state, finishedAt, errorCode }) {
        const { id, rootId, recipeId, parentId, startedAt } = job;
        const spanId = spanIdOf("job", id);
        tell({
          ...{ name: "job", kind: SpanKind.INTERNAL, from: startedAt, to: finishedAt, error: errorCode },
          parent: parentOf(job),
          ids: { traceId: traceIdOf(rootId), spanId },
          attributes: {
            ...{ "greenroom.job.id": id, "greenroom.recipe.id": recipeId, "greenroom.job.state": state },
            "greenroom.job.parent": parentId,
          },
        });
      },
    },
    stop: () => provider.shutdown(),
  };
}
