import { runAction } from "@greenroom/connector-kit";
import { expect, it } from "vitest";
import { logger } from "./logger.ts";

it("gives the message and the value back, for the job's history", async () => {
  const client = logger.createClient({ profile: {}, accessToken: undefined });
  const action = logger.actions["log-message"];
  const input = { message: "", data: { people: 0 } };
  await expect(runAction(action!, { client, input, idempotencyKey: "k" })).resolves.toEqual(input);
});
