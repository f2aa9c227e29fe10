/** Triggers that are one event of Zoom's, made from generated descriptions of it. */
import type { Trigger } from "@greenroom/connector-kit";
import type { z } from "zod";
import { eventScopes } from "../facts/operations.ts";
import { type FilterName, filtersConfig, filtersNeed, matchesFilters } from "./filters.ts";

/** An event as it is generated. */
interface EventSpec<P extends z.ZodObject> {
  readonly title: string;
  readonly summary: string;
  readonly event: string;
  /** What its payload can be filtered by. */
  readonly filters: readonly FilterName[];
  /** The schema is made when it is first asked for. */
  readonly payload: () => P;
  readonly sample: unknown;
}

/** Makes the trigger. */
export function eventTrigger<P extends z.ZodObject>(
  spec: EventSpec<P>,
): Trigger<P, ReturnType<typeof filtersConfig>> {
  const { classic, granular } = eventScopes(spec.event) ?? { classic: [], granular: [] };
  let payload: P | undefined;
  return {
    title: spec.title,
    summary: spec.summary,
    event: spec.event,
    scopes: [...new Set([...granular, ...classic])],
    ...(spec.filters.length > 0 && {
      config: filtersConfig(spec.filters),
      matches: (config, given, known) => matchesFilters(config.filters ?? {}, given, known),
      needs: (config) => filtersNeed(config.filters ?? {}),
    }),
    get payload() {
      return (payload ??= spec.payload());
    },
    sample: spec.sample as z.input<P>,
  };
}
