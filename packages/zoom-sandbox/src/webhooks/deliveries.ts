import type { Ids } from "../ids.ts";

/** One try to deliver a webhook. */
export interface DeliveryAttempt {
  at: string;
  /** 0 is the first try; Zoom counts retries 1 to 3. */
  retry_num: number;
  status?: number;
  problem?: string;
}

/** A webhook on its way to, or at, one subscription. */
export interface Delivery {
  id: string;
  app_id: string;
  subscription_id: string;
  url: string;
  event: string;
  request_id: string;
  body: string;
  /** `dropped` by a rule of the control plane. */
  status: "pending" | "delivered" | "failed" | "dropped";
  attempts: DeliveryAttempt[];
  next_attempt_at?: string;
  created_at: string;
}

/** Makes an `x-zm-request-id`: a UUID with underscores, as Zoom writes it. */
export function makeRequestId(ids: Ids): string {
  const hex = ids.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("_");
}
