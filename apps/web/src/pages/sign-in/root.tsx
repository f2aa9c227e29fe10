import { Outlet, useRouterState } from "@tanstack/react-router";
import { Shell } from "../../ui/shell.tsx";

const withoutShell = new Set(["/sign-in", "/set-password"]);

/** Every page in its frame; those of signing in have none. */
export function Root() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return withoutShell.has(path) ? <Outlet /> : <Shell />;
}
