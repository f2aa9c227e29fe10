import { expect, it } from "vitest";
import { connectedSandbox } from "../../connected-sandbox.test-kit.ts";

it("lists the forms by name", async () => {
  const zoom = await connectedSandbox();
  const { templates } = await zoom.run("list-summary-templates", { userId: "hana@acme.example" });
  expect(templates.map(({ name }) => name)).toContain("General");
  await zoom.close();
});
