/** Rules that make webhooks go missing, come twice, late or in another order: what clients must survive. */
import { z } from "zod";
import type { Ids } from "../ids.ts";
import type { Delivery } from "./deliveries.ts";

/** What a rule says. */
export const deliveryRule = z.strictObject({
  kind: z.enum(["drop", "duplicate", "delay", "reorder"]),
  /** Only this event; default: every one. */
  event: z.string().optional(),
  app_id: z.string().optional(),
  /** Of the deliveries it fits, this share meets it; from 0 to 1. */
  share: z.number().min(0).max(1).default(1),
  /** How many deliveries it meets before it is spent; default: no end. */
  count: z.int().positive().optional(),
  /** `delay` only: how long on the sandbox's clock. `reorder` holds a delivery back until the next one has gone. */
  delayMs: z.int().min(0).max(604_800_000).default(60_000),
});

/** A rule in force. */
export interface DeliveryRule extends z.infer<typeof deliveryRule> {
  readonly id: string;
  met: number;
}

/** Keeps the rules. */
export interface DeliveryRules {
  readonly add: (rule: z.infer<typeof deliveryRule>) => DeliveryRule;
  readonly all: () => readonly DeliveryRule[];
  readonly clear: () => void;
  /** The rules that this delivery meets. */
  readonly meeting: (delivery: Delivery) => DeliveryRule[];
}

/** Makes the rules; which deliveries a share means follows from the seed. */
export function createDeliveryRules(ids: Ids): DeliveryRules {
  let rules: DeliveryRule[] = [];
  return {
    add: (rule) => {
      const kept: DeliveryRule = { ...rule, id: ids.key(), met: 0 };
      rules = [...rules, kept];
      return kept;
    },
    all: () => rules,
    clear: () => {
      rules = [];
    },
    meeting: ({ event, app_id }) =>
      rules.filter((rule) => {
        if (rule.event !== undefined && rule.event !== event) return false;
        if (rule.app_id !== undefined && rule.app_id !== app_id) return false;
        if (rule.count !== undefined && rule.met >= rule.count) return false;
        if (rule.share < 1 && Number(ids.digits(6)) >= 100_000 + rule.share * 900_000) return false;
        rule.met += 1;
        return true;
      }),
  };
}
