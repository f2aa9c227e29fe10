/** Where the data directory is; a file of its own, as the process begins with it. */
import { resolve } from "node:path";

/** The data directory, absolute. */
export const homeOf = (env: NodeJS.ProcessEnv): string => resolve(env["GREENROOM_HOME"] || ".greenroom");
