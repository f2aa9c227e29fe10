export { zoom } from "./connector.ts";
