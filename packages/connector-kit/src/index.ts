export * from "./action.ts";
export { addressRefusal, type AddressPolicy } from "./address-policy.ts";
export { type CarryingClients, carryingClients } from "./carrying-client.ts";
export * from "./client.ts";
export * from "./connector-error.ts";
export * from "./connector.ts";
export { answerText } from "./answer-text.ts";
export { abortableSleep } from "./abortable-sleep.ts";
export { createHttpClient, type HttpClientOptions } from "./http-client.ts";
export { createLimiter, type LimitedRequest, type Limiter, longestHoldMs } from "./limiter.ts";
export * from "./limit-store.ts";
export * from "./file-ref.ts";
export {
  guardedFetch,
  guardedLookup,
  guardedWebSocket,
  hostRefusal,
  refuseAddress,
} from "./guarded-fetch.ts";
export { fieldProblems } from "./field-problems.ts";
export * from "./permission-doctor.ts";
export * from "./pick-list.ts";
export { expectAnswer, lookUpAction, runAction } from "./run-action.ts";
export { inputJsonSchema, type JsonSchema, outputJsonSchema, schemaOfSample } from "./json-schema.ts";
export { type FormFile, multipartBody } from "./multipart-body.ts";
export { networkError } from "./network-error.ts";
export { retryAfter } from "./retry-after.ts";
export { skippingBytes } from "./skipping-bytes.ts";
export * from "./secret.ts";
export { isTooDeep } from "./too-deep.ts";
export * from "./trigger.ts";
