import { pino } from "pino";

const levels = ["debug", "info", "warn", "error"] as const;

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
  pino.destination({ dest: 2, sync: true }),
);
