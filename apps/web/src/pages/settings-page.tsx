import { Box, NavLink, Select, Skeleton } from "@mantine/core";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ComponentType, lazy, type LazyExoticComponent, Suspense } from "react";
import { useMay } from "../settings/use-may.ts";
import { Page } from "../ui/page.tsx";
import { Empty } from "../ui/states.tsx";

const route = getRouteApi("/settings/$section");

interface Section {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly needs: "viewer" | "operator" | "admin";
  readonly view: LazyExoticComponent<ComponentType>;
}

const sections: readonly Section[] = [
  {
    id: "account",
    title: "Your account",
    group: "You",
    needs: "viewer",
    view: lazy(() => import("../settings/account-section.tsx")),
  },
  {
    id: "keys",
    title: "API keys",
    group: "You",
    needs: "viewer",
    view: lazy(() => import("../settings/keys-section.tsx")),
  },
  {
    id: "sessions",
    title: "Sessions",
    group: "You",
    needs: "viewer",
    view: lazy(() => import("../settings/sessions-section.tsx")),
  },
  {
    id: "approvals",
    title: "Approvals",
    group: "You",
    needs: "operator",
    view: lazy(() => import("../settings/approvals-section.tsx")),
  },
  {
    id: "properties",
    title: "Properties",
    group: "Recipes",
    needs: "viewer",
    view: lazy(() => import("../settings/properties-section.tsx")),
  },
  {
    id: "tables",
    title: "Lookup tables",
    group: "Recipes",
    needs: "viewer",
    view: lazy(() => import("../settings/tables-section.tsx")),
  },
  {
    id: "people",
    title: "People and roles",
    group: "Greenroom",
    needs: "admin",
    view: lazy(() => import("../settings/people-section.tsx")),
  },
  {
    id: "keeping",
    title: "Retention",
    group: "Greenroom",
    needs: "admin",
    view: lazy(() => import("../settings/keeping-section.tsx")),
  },
  {
    id: "notices",
    title: "Notices",
    group: "Greenroom",
    needs: "admin",
    view: lazy(() => import("../settings/notices-section.tsx")),
  },
  {
    id: "audit",
    title: "Audit log",
    group: "Greenroom",
    needs: "admin",
    view: lazy(() => import("../settings/audit-section.tsx")),
  },
  {
    id: "system",
    title: "System",
    group: "Greenroom",
    needs: "admin",
    view: lazy(() => import("../settings/system-section.tsx")),
  },
];

/** The settings, a section at a time. */
export function SettingsPage() {
  const { section: id } = route.useParams();
  const navigate = useNavigate();
  const may = { viewer: true, operator: useMay("operator"), admin: useMay("admin") };
  const shown = sections.filter(({ needs }) => may[needs]);
  const section = shown.find((one) => one.id === id);
  const View = section?.view;
  return (
    <Page title={section?.title ?? "Settings"}>
      <div className="settings">
        <Select
          hiddenFrom="sm"
          label="Section"
          allowDeselect={false}
          data={[...Map.groupBy(shown, ({ group }) => group)].map(([group, items]) => ({
            group,
            items: items.map((one) => ({ value: one.id, label: one.title })),
          }))}
          value={section?.id ?? null}
          onChange={(next) =>
            next !== null && void navigate({ to: "/settings/$section", params: { section: next } })
          }
        />
        <Box component="nav" aria-label="Settings" visibleFrom="sm">
          {shown.map((one, index) => (
            <NavLink
              key={one.id}
              mt={index > 0 && shown[index - 1]?.group !== one.group ? "md" : 0}
              component={Link}
              to={`/settings/${one.id}`}
              label={one.title}
              active={one.id === id}
              {...(one.id === id && { "aria-current": "page" as const })}
            />
          ))}
        </Box>
        <div>
          {View ? (
            <Suspense fallback={<Skeleton h={200} />}>
              <View />
            </Suspense>
          ) : (
            <Empty title="There is no such section">Or your role does not reach it: ask an admin.</Empty>
          )}
        </div>
      </div>
    </Page>
  );
}
