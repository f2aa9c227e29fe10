import { pino } from "pino";

const levels = ["debug", "info", "warn", "error"] as const;

/** While nothing can be written, a line is tried so often; the others are lost. */
const triesEveryMs = 1_000;

const standardError = pino.destination({ dest: 2, sync: true });
let refusedAtMs = Number.NEGATIVE_INFINITY;
// It may be a file on a disk that is full: that must not end the server. What was tried is written when there is room.
standardError.on("error", () => (refusedAtMs = performance.now()));
const destination: pino.DestinationStream = {
  write(line) {
    if (performance.now() - refusedAtMs > triesEveryMs) standardError.write(line);
  },
};

/** Structured logs on standard error, a JSON object a line. Fields that could hold secrets are cut out. */
export const log = pino(
  {
    level: levels.find((level) => level === process.env["LOG_LEVEL"]) ?? "info",
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        "*.authorization",
        "*.client_secret",
        "*.access_token",
        "*.refresh_token",
        "*.webhook_secret_token",
      ],
      censor: "[secret]",
    },
  },
  destination,
);
