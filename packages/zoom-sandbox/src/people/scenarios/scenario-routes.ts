/** `/_sandbox/scenarios`: plays meetings and webinars that a YAML file describes. */
import type { Sandbox } from "../../sandbox.ts";
import { ScenarioRefused } from "./scenario-refused.ts";
import { createScenarios } from "./scenario-player.ts";

/** The routes. */
export function scenarioRoutes(sandbox: Sandbox): void {
  const { app } = sandbox;
  const scenarios = createScenarios(sandbox);
  const path = "/_sandbox/scenarios";

  app.post(path, async (c) => {
    try {
      const started = await scenarios.play(await c.req.text());
      const now = c.req.query("now") !== undefined;
      return c.json(now ? await scenarios.playToEnd(started.id) : started, 201);
    } catch (error) {
      if (error instanceof ScenarioRefused)
        return c.json({ error: error.message, faults: error.faults }, 400);
      throw error;
    }
  });
  app.get(path, (c) => c.json({ scenarios: scenarios.all() }));
  app.get(`${path}/:id`, (c) => {
    const found = scenarios.find(c.req.param("id"));
    return found ? c.json(found) : c.json({ error: `There is no scenario ${c.req.param("id")}.` }, 404);
  });
}
