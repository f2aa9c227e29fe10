export * from "./action.ts";
export * from "./client.ts";
export * from "./connector-error.ts";
export * from "./connector.ts";
export * from "./secret.ts";
export * from "./trigger.ts";
