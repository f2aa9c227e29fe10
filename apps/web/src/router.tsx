import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Root } from "./pages/sign-in/root.tsx";
import { codeOf, PageFailure } from "./ui/page-failure.tsx";
import { NotFound } from "./ui/states.tsx";

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound });

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
/** Search parameters arrive parsed; a flag like `connected=1` is a number. */
const flag = (value: unknown): boolean | undefined => (value === undefined ? undefined : true);

/** The views of a recipe; the steps are the usual one. */
const recipeTabs = ["steps", "settings", "yaml", "versions", "jobs"] as const;
type RecipeTab = (typeof recipeTabs)[number];

const home = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/recipes" });
  },
});
const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: lazyRouteComponent(() => codeOf(() => import("./pages/sign-in/sign-in-page.tsx")), "SignInPage"),
});
const setPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: "/set-password",
  component: lazyRouteComponent(
    () => codeOf(() => import("./pages/sign-in/set-password-page.tsx")),
    "SetPasswordPage",
  ),
});
const connections = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections",
  validateSearch: (
    search: Record<string, unknown>,
  ): { error?: string | undefined; view?: "apps" | undefined } => ({
    error: text(search["error"]),
    view: search["view"] === "apps" ? "apps" : undefined,
  }),
  component: lazyRouteComponent(
    () => codeOf(() => import("./pages/connections-page.tsx")),
    "ConnectionsPage",
  ),
});
const newConnection = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections/new",
  component: lazyRouteComponent(
    () => codeOf(() => import("./pages/new-connection-page.tsx")),
    "NewConnectionPage",
  ),
});
const connection = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections/$id",
  validateSearch: (
    search: Record<string, unknown>,
  ): { connected?: boolean | undefined; error?: string | undefined } => ({
    connected: flag(search["connected"]),
    error: text(search["error"]),
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/connection-page.tsx")), "ConnectionPage"),
});
const recipes = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes",
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    search?: string | undefined;
    folder?: string | undefined;
    tag?: string | undefined;
    state?: string | undefined;
  } => ({
    search: text(search["search"]),
    folder: text(search["folder"]),
    tag: text(search["tag"]),
    state: text(search["state"]),
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/recipes-page.tsx")), "RecipesPage"),
});
const newRecipe = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes/new",
  component: lazyRouteComponent(() => codeOf(() => import("./pages/new-recipe-page.tsx")), "NewRecipePage"),
});
const recipe = createRoute({
  getParentRoute: () => rootRoute,
  path: "/recipes/$id",
  validateSearch: (
    search: Record<string, unknown>,
  ): { tab?: RecipeTab | undefined; step?: string | undefined } => ({
    tab: recipeTabs.find((tab) => tab === search["tab"]),
    step: text(search["step"]),
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/recipe-page.tsx")), "RecipePage"),
});
const jobs = createRoute({
  getParentRoute: () => rootRoute,
  path: "/jobs",
  validateSearch: (
    search: Record<string, unknown>,
  ): {
    recipeId?: string | undefined;
    state?: string | undefined;
    view?: "charts" | undefined;
    span?: string | undefined;
    errorText?: string | undefined;
    value?: string | undefined;
    since?: string | undefined;
  } => ({
    errorText: text(search["errorText"]),
    value: text(search["value"]),
    since: text(search["since"]),
    recipeId: text(search["recipeId"]),
    state: text(search["state"]),
    view: search["view"] === "charts" ? "charts" : undefined,
    span: text(search["span"]),
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/jobs-page.tsx")), "JobsPage"),
});
const job = createRoute({
  getParentRoute: () => rootRoute,
  path: "/jobs/$id",
  component: lazyRouteComponent(() => codeOf(() => import("./pages/job-page.tsx")), "JobPage"),
});
const inbox = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inbox",
  validateSearch: (
    search: Record<string, unknown>,
  ): { name?: string | undefined; view?: "refused" | "health" | undefined } => ({
    name: text(search["name"]),
    view: search["view"] === "refused" || search["view"] === "health" ? search["view"] : undefined,
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/inbox-page.tsx")), "InboxPage"),
});
const catalogue = createRoute({
  getParentRoute: () => rootRoute,
  path: "/catalogue",
  validateSearch: (
    search: Record<string, unknown>,
  ): { search?: string | undefined; view?: "operations" | undefined } => ({
    search: text(search["search"]),
    view: search["view"] === "operations" ? "operations" : undefined,
  }),
  component: lazyRouteComponent(() => codeOf(() => import("./pages/catalogue-page.tsx")), "CataloguePage"),
});
const catalogueItem = createRoute({
  getParentRoute: () => rootRoute,
  path: "/catalogue/$kind/$connector/$name",
  component: lazyRouteComponent(
    () => codeOf(() => import("./pages/catalogue-item-page.tsx")),
    "CatalogueItemPage",
  ),
});
const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "account" } });
  },
});
const settingsSection = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/$section",
  component: lazyRouteComponent(() => codeOf(() => import("./pages/settings-page.tsx")), "SettingsPage"),
});
const inboxEvent = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inbox/$id",
  component: lazyRouteComponent(() => codeOf(() => import("./pages/event-page.tsx")), "EventPage"),
});

/** The pages of the app. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    home,
    signIn,
    setPassword,
    connections,
    newConnection,
    connection,
    recipes,
    newRecipe,
    recipe,
    jobs,
    job,
    inbox,
    inboxEvent,
    catalogue,
    catalogueItem,
    settings,
    settingsSection,
  ]),
  defaultErrorComponent: PageFailure,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
