export * from "./action.ts";
export * from "./client.ts";
export * from "./connector-error.ts";
export * from "./connector.ts";
export { createHttpClient, type HttpClientOptions } from "./http-client.ts";
export { createLimiter, type Limiter } from "./limiter.ts";
export { fieldProblems, lookUpAction, runAction } from "./run-action.ts";
export * from "./secret.ts";
export * from "./trigger.ts";
