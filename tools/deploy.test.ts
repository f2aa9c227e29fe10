/** What deploy/ can be checked by without a container engine: by systemd and Helm, where they can be had, and by what it names. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { findHelm } from "./helm.test-kit.ts";
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

test.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)(
  "systemd finds nothing wrong with the unit",
  () => {
    const unit = join(root, "deploy/greenroom.service");
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
  },
);

const helm = findHelm();
if (helm === undefined)
  console.warn("There is no Helm, and the npm registry has none to give: the chart is not linted.");

describe.skipIf(helm === undefined)("the chart", () => {
  const chart = join(root, "deploy/helm/greenroom");
  const run = (...args: readonly string[]) => spawnSync(helm ?? "", args, { encoding: "utf8" });
  const render = (...values: readonly string[]) =>
    run("template", "rel", chart, "--kube-version", "1.30.0", ...values.flatMap((value) => ["--set", value]));
  const rendered = (...values: readonly string[]) =>
    parseAllDocuments(render(...values).stdout)
      .map((document) => document.toJS())
      .filter((one) => one !== null);

  test("passes its linter", () => {
    const { status, stdout } = run("lint", "--strict", chart, "--set", "publicUrl=https://greenroom.example");
    expect([status, stdout]).toEqual([0, expect.stringContaining("1 chart(s) linted, 0 chart(s) failed")]);
  });

  test("says what it needs", () => {
    expect(render().stderr).toContain("publicUrl is needed");
    expect(render("publicUrl=https://g.example", "ingress.enabled=true").stderr).toContain(
      "ingress.host is needed",
    );
  });

  test("makes web pods and workers of one image, which the service and the ingress find", () => {
    const all = rendered(
      ...[
        "publicUrl=https://g.example",
        "ingress.enabled=true",
        "ingress.host=g.example",
        "ingress.tlsSecret=tls",
      ],
      ...["serviceMonitor.enabled=true", "filesClaim=files", "env.PRIVATE_NETWORKS=10.1.0.0/16"],
    );
    const named = (kind: string, name: string) =>
      all.find((one) => one.kind === kind && one.metadata.name === name);
    expect(all.map(({ kind }) => kind).toSorted()).toEqual([
      ...["Deployment", "Deployment", "Ingress", "PodMonitor", "Service"],
    ]);
    for (const [name, roles] of [
      ["web", "web,receiver"],
      ["worker", "worker"],
    ] as const) {
      const { spec } = named("Deployment", `rel-${name}`);
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
      const [container] = spec.template.spec.containers;
      expect(container.env).toEqual([
        { name: "GREENROOM_ROLES", value: roles },
        { name: "PUBLIC_URL", value: "https://g.example" },
        { name: "PRIVATE_NETWORKS", value: "10.1.0.0/16" },
      ]);
      expect(spec.template.spec.volumes).toContainEqual({
        ...{ name: "files", persistentVolumeClaim: { claimName: "files" } },
      });
    }
    const web = named("Deployment", "rel-web").spec.template.metadata.labels;
    expect(web).toMatchObject(named("Service", "rel").spec.selector);
    expect(named("Ingress", "rel").spec.rules[0].http.paths[0].backend.service.name).toBe("rel");
  });
});
