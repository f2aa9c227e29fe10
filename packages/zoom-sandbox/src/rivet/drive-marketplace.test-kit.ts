import { expect } from "vitest";
import { dataOf, type Rivet } from "./rivet.test-kit.ts";

/** Apps and what is known of them. */
export async function driveMarketplace({ marketplace: { endpoints }, app: own }: Rivet): Promise<void> {
  const { app, manifest } = endpoints;
  const list = await dataOf(app.listApps({ query: { type: "account_created" } }));
  expect(list.apps?.map(({ app_name }) => app_name)).toContain("Greenroom");
  const path = { appId: own.id };
  expect((await dataOf(app.getInformationAboutApp({ path }))).app_name).toBe("Greenroom");
  expect((await dataOf(app.getAPICallLogs({ path }))).call_logs?.length).toBeGreaterThan(0);
  expect(await dataOf(app.getWebhookLogs({ path }))).toBeDefined();
  const exported = await dataOf(manifest.exportAppManifestFromExistingApp({ path }));
  expect(exported.manifest).toBeDefined();
}
