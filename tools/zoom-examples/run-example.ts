/** Runs an example's recipe against a sandbox of its own. */
import { ConnectorError, runAction } from "@greenroom/connector-kit";
import {
  createCatalogue,
  lintRecipe,
  parseRecipe,
  type PerformStep,
  runRecipeTest,
  StepFailure,
} from "@greenroom/recipes";
import { zoom } from "@greenroom/zoom";
import { stringify } from "yaml";
import { connectedSandbox } from "../../packages/zoom/src/connected-sandbox.test-kit.ts";
import { type Example, exampleRecipe, type Reference, resolved } from "./example.ts";

const catalogue = createCatalogue([zoom]);

/** @returns what is wrong; nothing when the recipe is sound and its job succeeds */
export async function runExample(example: Example): Promise<readonly string[]> {
  const parsed = parseRecipe(stringify(exampleRecipe("Example", example)));
  const problems = [...parsed.problems, ...lintRecipe(parsed, catalogue)].map(
    ({ path, message }) => `${path}: ${message}`,
  );
  if (!parsed.recipe || problems.length > 0) return problems;
  const sandbox = await connectedSandbox();
  const outputs = new Map<string, unknown>();
  const valueOf = ({ $from: [step, ...path] }: Reference): unknown =>
    path.reduce<unknown>(
      (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
      outputs.get(step),
    );
  const happen = async (after: number) => {
    for (const event of example.around.filter((one) => one.after === after)) {
      if ("advanceMs" in event) await sandbox.sandbox.clock.advance(event.advanceMs);
      else {
        const path = (resolved(event.path, valueOf) as unknown[]).map(String).join("/");
        await sandbox.control(path, resolved(event.body, valueOf));
      }
    }
  };
  const perform: PerformStep = async (command) => {
    if (command.type !== "action") throw new Error("examples are of actions");
    const action = catalogue.action(command.use);
    if (!action) throw new Error(`there is no ${command.use}`);
    try {
      await happen(outputs.size);
      const { input, path, connection } = command;
      const client = connection === "bot" ? (await sandbox.bot()).client : sandbox.client;
      const output = await runAction(action, {
        ...{ client, input, idempotencyKey: path, connection },
        ...(sandbox.client.openFile && { openFile: sandbox.client.openFile }),
      });
      outputs.set(command.stepId ?? "", output);
      return output;
    } catch (error) {
      const { message } = error as Error;
      const kind = error instanceof ConnectorError ? error.kind : "unexpected-response";
      throw new StepFailure({ kind, code: "example", message });
    }
  };
  try {
    const test = { name: "Example", event: {}, otherwise: "sandbox" } as const;
    const { problems: failed } = await runRecipeTest(parsed.recipe, catalogue, test, { perform });
    return failed.map(({ message }) => message);
  } finally {
    await sandbox.close();
  }
}
