/** Rules that make webhooks go missing, come twice, late or in another order: what clients must survive. */
import type { DeliveryRuleBody } from "../control/rule-bodies.ts";
import type { Ids } from "../ids.ts";
import type { Delivery } from "./deliveries.ts";

/** A rule in force. */
export interface DeliveryRule extends DeliveryRuleBody {
  readonly id: string;
  met: number;
}

/** Keeps the rules. */
export interface DeliveryRules {
  readonly add: (rule: DeliveryRuleBody) => DeliveryRule;
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
