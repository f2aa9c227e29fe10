/** What deploy/ can be checked by without a container engine: that it parses, and names only what there is. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./processes.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const readme = read("README.md");

test("the compose file has web, two workers and PostgreSQL, which share a database and the secret key", () => {
  const { services, volumes } = parse(read("deploy/compose.yaml"), { merge: true });
  expect(Object.keys(services)).toEqual(["web", "worker", "postgres"]);
  const { web, worker } = services;
  expect(worker.deploy.replicas).toBe(2);
  for (const name of ["DATABASE_URL", "GREENROOM_SECRET_KEY"])
    expect(worker.environment[name]).toBe(web.environment[name]);
  expect([web.environment.GREENROOM_ROLES, worker.environment.GREENROOM_ROLES]).toEqual([
    "web,receiver",
    "worker",
  ]);
  expect(web.build.dockerfile).toBe("deploy/Dockerfile");
  const used = Object.values<{ volumes?: string[] }>(services).flatMap(({ volumes: own = [] }) => own);
  expect(new Set(used.map((volume) => volume.split(":")[0]))).toEqual(new Set(Object.keys(volumes)));
});

test("every setting that deploy/ names is in README.md", () => {
  const files = globSync("deploy/{compose.yaml,env.example,greenroom.service,Dockerfile}", { cwd: root });
  const names = files.flatMap((file) => [
    ...read(file).matchAll(/\b((?:GREENROOM|OTEL|OIDC|SMTP|METRICS|TRUSTED|PUBLIC|DATABASE)_[A-Z_]+)\b/g),
  ]);
  expect(names.length).toBeGreaterThan(8);
  expect(names.map(([name]) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test("the image has every workspace's manifest before its packages are fetched", () => {
  const dockerfile = read("deploy/Dockerfile");
  for (const manifest of globSync("{apps,packages}/*/package.json", { cwd: root }))
    expect(dockerfile.replace("jso[n]", "json")).toContain(`COPY ${manifest} `);
});

test("the dashboard asks only for metrics that there are", () => {
  const { panels } = JSON.parse(read("deploy/grafana-dashboard.json"));
  const source = read("apps/server/src/observe/metrics.ts");
  const asked = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.flatMap(({ expr }) => [...expr.matchAll(/greenroom_([a-z_]+)/g)].map(([, name]) => name)),
  );
  expect(asked.length).toBeGreaterThan(14);
  const own = asked.filter((name: string) => !name.startsWith("process_"));
  expect(own.filter((name: string) => !source.includes(`"${name.replace(/_bucket$/, "")}"`))).toEqual([]);
});

test("the chart's values are YAML, and its templates close what they open", () => {
  expect(parse(read("deploy/helm/greenroom/values.yaml")).worker.replicas).toBe(2);
  expect(parse(read("deploy/helm/greenroom/Chart.yaml")).apiVersion).toBe("v2");
  for (const file of globSync("deploy/helm/greenroom/templates/*", { cwd: root })) {
    const actions = [...read(file).matchAll(/\{\{-?\s*(if|range|with|define|end)\b/g)].map(
      ([, word]) => word,
    );
    const ends = actions.filter((word) => word === "end").length;
    expect([file, actions.length - ends]).toEqual([file, ends]);
  }
});
