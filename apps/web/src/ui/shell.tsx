import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Kbd,
  NavLink,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import {
  IconApi,
  IconBook2,
  IconInbox,
  IconListCheck,
  IconMoon,
  IconPlugConnected,
  IconRoute,
  IconSearch,
  IconSettings,
  IconSun,
  IconToolsKitchen2,
  IconVocabulary,
} from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { AccountMenu } from "../pages/sign-in/account-menu.tsx";
import { useLiveChanges } from "../queries.ts";

// Only fetched by those who search.
const GuidedTour = lazy(() => import("./guided-tour.tsx"));
const SearchBox = lazy(() => import("./search-box.tsx"));

const pages = [
  { to: "/recipes", label: "Recipes", icon: IconToolsKitchen2 },
  { to: "/jobs", label: "Jobs", icon: IconListCheck },
  { to: "/inbox", label: "Inbox", icon: IconInbox },
  { to: "/connections", label: "Connections", icon: IconPlugConnected },
  { to: "/catalogue", label: "Catalogue", icon: IconVocabulary },
  { to: "/settings", label: "Settings", icon: IconSettings },
] as const;

/** The frame of every page. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const tourAsked = useRouterState({ select: ({ location }) => location.hash === "tour" });
  const [searching, setSearching] = useState(0);
  const [touring, { open: beginTour, close: endTour }] = useDisclosure();
  const search = () => setSearching((times) => times + 1);
  useLiveChanges();
  useEffect(close, [path, close]);
  useEffect(() => {
    if (tourAsked) beginTour();
  }, [tourAsked, beginTour]);
  useHotkeys([["mod+K", search]], [], true);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="xs" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? "Close navigation" : "Open navigation"}
          />
          <img src="/icon.svg" alt="" width={26} height={26} />
          <Text fw={700} mr="auto">
            Greenroom
          </Text>
          <Button
            variant="default"
            size="xs"
            c="dimmed"
            fw={400}
            leftSection={<IconSearch size={14} aria-hidden />}
            rightSection={<Kbd size="xs">Ctrl K</Kbd>}
            onClick={search}
            visibleFrom="xs"
          >
            Search
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Search"
            onClick={search}
            hiddenFrom="xs"
          >
            <IconSearch size={18} aria-hidden />
          </ActionIcon>
          <ColorSchemeButton />
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        {pages.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={label}
            leftSection={<Icon size={18} aria-hidden />}
            active={path.startsWith(to)}
            {...(path.startsWith(to) && { "aria-current": "page" as const })}
          />
        ))}
        <NavLink
          mt="auto"
          component="button"
          onClick={() => {
            close();
            beginTour();
          }}
          label="Tour"
          leftSection={<IconRoute size={18} aria-hidden />}
        />
        <NavLink
          component="a"
          href="/docs/"
          label="Guide"
          leftSection={<IconBook2 size={18} aria-hidden />}
        />
        <NavLink component="a" href="/api/docs" label="API" leftSection={<IconApi size={18} aria-hidden />} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      {touring && (
        <Suspense>
          <GuidedTour onClose={endTour} />
        </Suspense>
      )}
      {searching > 0 && (
        <Suspense>
          <SearchBox asked={searching} />
        </Suspense>
      )}
    </AppShell>
  );
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const label = dark ? "Use light colours" : "Use dark colours";
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        onClick={() => setColorScheme(dark ? "light" : "dark")}
      >
        {dark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
